/** Code within a line of Markdown, on one line, in as many backquotes as it needs; long code is cut. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const short = line.length > 160 ? `${line.slice(0, 159)}…` : line;
  const longest = Math.max(0, ...[...short.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  const room = short.startsWith('`') || short.endsWith('`') ? ' ' : '';
  return `${ticks}${room}${short}${room}${ticks}`;
}

/** A table; none where there are no rows. Line ends and bars in cells are kept as Markdown can. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |\n`;
  return `${line(heads)}|${'---|'.repeat(heads.length)}\n${rows.map(line).join('')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');
}

/** A paragraph with the blank line after it; none where there is no text. */
export function paragraph(text: string | null): string {
  return text === null || text === '' ? '' : `${text}\n\n`;
}

/** A section of the second level; none where it would be empty. */
export function section(title: string, body: string): string {
  return body.trim() === '' ? '' : `## ${title}\n\n${body}`;
}
