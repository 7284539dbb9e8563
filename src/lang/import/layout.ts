import type { Entry, Value } from './tree.ts';

/** Columns a line may have. */
const width = 100;

/** Prints entries one below the other, those of a file or of a block. */
export function layOut(entries: readonly Entry[]): string {
  return entries.flatMap((entry) => lines(entry, '', false)).join('\n');
}

/** The lines of an entry at an indentation; `comma` where another follows in a list. */
function lines(entry: Entry, indent: string, comma: boolean): readonly string[] {
  const { before, beside, after, doc, notes, lead, value } = entry;
  const tail = after.map((text) => `${indent}${commentLine(text)}`);
  const head = [...before.map(commentLine), ...doc.map(docLine)].map((line) => `${indent}${line}`);
  const opening = `${indent}${[...notes, lead].filter((part) => part !== '').join(' ')}`;
  const body = [...laid(opening, value, indent, entry.block)];
  const last = body.length - 1;
  if (comma) body[last] = `${body[last]},`;
  const [aside] = beside;
  if (beside.length > 1 || (aside !== undefined && body.length > 1)) {
    return [...head, ...beside.map((text) => `${indent}${commentLine(text)}`), ...body, ...tail];
  }
  if (aside !== undefined) body[last] = `${body[last]}  ${commentLine(aside)}`;
  return [...head, ...body, ...tail];
}

function commentLine(text: string): string {
  return text === '' ? '//' : `//${/^\s/.test(text) ? '' : ' '}${text}`;
}

function docLine(text: string): string {
  return text === '' ? '///' : `/// ${text}`;
}

/** A value after what stands before it: on its line where it fits, else broken over several. */
function laid(opening: string, value: Value, indent: string, block: boolean): readonly string[] {
  const start = opening.trim() === '' ? opening : `${opening} `;
  const flat = inline(value);
  const fits = flat !== null && start.length + flat.length < width;
  if (flat !== null && (fits || typeof value === 'string')) return [`${start}${flat}`];
  if (typeof value === 'string') return [`${start}${value}`];
  const deeper = `${indent}  `;
  switch (value.is) {
    case 'fence':
      return [
        `${start}\`\`\`${value.language}`,
        ...value.text.split('\n').map((line) => (line === '' ? '' : `${deeper}${line}`)),
        `${deeper}\`\`\`${value.after}`,
      ];
    case 'record': {
      const inner = value.entries.map((each) => lines(each, deeper, false));
      const spaced = inner.flatMap((each, at) =>
        block && isApart(value.entries, inner, at) ? ['', ...each] : each,
      );
      return [`${start}{`, ...spaced, `${indent}}`];
    }
    case 'list':
      return [
        `${start}[`,
        ...value.items.flatMap((each) => lines(each, deeper, true)),
        `${indent}]`,
      ];
    case 'chain':
      return chained(start, value.operator, value.parts, deeper);
  }
}

// A blank line stands around a block of several lines, and before the first block.
function isApart(
  entries: readonly Entry[],
  printed: readonly (readonly string[])[],
  at: number,
): boolean {
  if (at === 0 || entries[at]?.block !== true) return false;
  const isLong = (index: number) => (printed[index]?.length ?? 0) > 1;
  return entries[at - 1]?.block !== true || isLong(at) || isLong(at - 1);
}

function chained(
  start: string,
  operator: string,
  parts: readonly Value[],
  indent: string,
): readonly string[] {
  return parts.flatMap((part, at) => {
    const opening = at === 0 ? start.trimEnd() : `${indent}  ${operator}`;
    return laid(opening, part, `${indent}  `, false);
  });
}

/** A value on one line, or null where it needs several. */
function inline(value: Value): string | null {
  if (typeof value === 'string') return value;
  switch (value.is) {
    case 'fence':
      return null;
    case 'record': {
      if (value.entries.length === 0) return '{}';
      const entries = inlineAll(value.entries);
      return entries === null ? null : `{ ${entries} }`;
    }
    case 'list': {
      const items = inlineAll(value.items);
      return items === null ? null : `[${items}]`;
    }
    case 'chain': {
      const parts = value.parts.map(inline);
      return parts.includes(null) ? null : parts.join(` ${value.operator} `);
    }
  }
}

function inlineAll(entries: readonly Entry[]): string | null {
  const texts: string[] = [];
  for (const { before, beside, after, doc, block, notes, lead, value } of entries) {
    const flat = inline(value);
    const comments = before.length + beside.length + after.length + doc.length;
    if (flat === null || block || comments > 0) return null;
    texts.push([...notes, lead, flat].filter((part) => part !== '').join(' '));
  }
  return texts.join(', ');
}
