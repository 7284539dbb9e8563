import type { SourceUnit } from '../../src/lang/index.ts';

/** The tree of a file, one node a line: kind, span, and what it says of itself. */
export function showTree({ chunks }: SourceUnit): string {
  const lines: string[] = [];
  for (const { start, chunk } of chunks) {
    for (const decl of chunk.decls) show(decl, '', start, lines);
    for (const { kind, text } of chunk.trivia) lines.push(`${kind} ${JSON.stringify(text)}`);
  }
  return `${lines.join('\n')}\n`;
}

type Shown = {
  readonly kind: string;
  readonly span: { readonly start: number; readonly end: number };
};

function isNode(value: unknown): value is Shown {
  return typeof value === 'object' && value !== null && 'kind' in value && 'span' in value;
}

function show(node: Shown, lead: string, base: number, lines: string[], label = ''): void {
  const facts: string[] = [];
  const inner: string[] = [];
  const deeper = `${lead}  `;
  for (const [key, value] of Object.entries(node) as [string, unknown][]) {
    if (key === 'kind' || key === 'span' || value === null || value === false) continue;
    if (isNode(value)) {
      if (value.kind === 'word') facts.push(`${key}=${wordText(value)}`);
      else show(value, deeper, base, inner, `${key}: `);
    } else if (Array.isArray(value)) {
      for (const each of value as readonly unknown[]) {
        if (typeof each === 'string') facts.push(JSON.stringify(each));
        else if (isNode(each) && each.kind === 'word') facts.push(`${key}=${wordText(each)}`);
        else if (isNode(each)) show(each, deeper, base, inner);
      }
    } else if (typeof value === 'object') {
      if (key !== 'at') show({ kind: key, span: node.span, ...value }, deeper, base, inner);
    } else facts.push(`${key}=${JSON.stringify(value)}`);
  }
  const place = `${node.span.start + base}-${node.span.end + base}`;
  lines.push([`${lead}${label}${node.kind}`, place, ...facts].join(' '), ...inner);
}

function wordText(node: Shown): string {
  return (node as unknown as { readonly text: string }).text;
}
