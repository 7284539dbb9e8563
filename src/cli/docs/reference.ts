import type { Span } from '../../base/span.ts';
import type {
  BlockNode,
  BodyNode,
  DeclNode,
  ForHead,
  ItemNode,
  NoteNode,
  Word,
} from '../../lang/syntax/ast.ts';
import type { Chunk, SourceUnit } from '../../lang/syntax/parse.ts';
import { docBefore } from '../../lang/syntax/trivia.ts';
import { code, paragraph, section, table } from './markdown.ts';

/** A declaration with what surrounds it. */
interface Entry<N = DeclNode> {
  readonly node: N;
  readonly chunk: Chunk;
  readonly doc: string | null;
  /** The heads of the `for`s it stands in. */
  readonly loops: readonly ForHead[];
}

/** The Markdown reference of a module: what others may use of it, and what it makes. Private names are left out. */
export function reference(name: string, units: readonly SourceUnit[]): string {
  const entries = units.flatMap(entriesOf).filter(({ node }) => !nameOf(node).startsWith('_'));
  const of = <K extends DeclNode['kind']>(kind: K) =>
    entries.filter(({ node }) => node.kind === kind) as unknown as readonly Entry<
      Extract<DeclNode, { kind: K }>
    >[];
  const bindings = of('binding');
  const blocks = of('block').filter(({ node }) => !['test', 'fixture'].includes(node.head.text));
  const heads = [...new Set(blocks.map(({ node }) => node.head.text))];
  return [
    `# ${name}\n`,
    section('Parameters', parameters(bindings.filter(({ node }) => node.word === 'param'))),
    section('Clusters', of('fleet').map(fleet).join('\n')),
    section('Types', of('typeDecl').map(type).join('\n')),
    section('Kinds', kinds(of('kindDecl'))),
    section('Values', values(bindings.filter(({ node }) => node.word === 'let'))),
    section('Functions', of('function').map(fun).join('\n')),
    section('Namespaces', of('namespace').map(namespace).join('')),
    ...heads.map((head) =>
      section(
        titleOf(head),
        blocks
          .filter(({ node }) => node.head.text === head)
          .map(block)
          .join('\n'),
      ),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

function entriesOf({ chunks }: SourceUnit): readonly Entry[] {
  return chunks.flatMap(({ chunk }) =>
    chunk.decls.flatMap((node) => opened({ node, chunk, doc: docOf(chunk, node), loops: [] })),
  );
}

/** The blocks of a file-level `for`, with its doc comment where they have none of their own. */
function opened(entry: Entry): readonly Entry[] {
  const { node, chunk, doc, loops } = entry;
  if (node.kind !== 'forItem') return [entry];
  return node.body.items.flatMap((item) =>
    item.kind === 'block' || item.kind === 'forItem'
      ? opened({ node: item, chunk, doc: docOf(chunk, item) ?? doc, loops: [...loops, node.head] })
      : [],
  );
}

function docOf(chunk: Chunk, { span, notes }: DeclNode): string | null {
  const doc = docBefore(chunk, span.start);
  const old = notes.find((note) => note.name.text === 'deprecated');
  if (old === undefined) return doc;
  const why = deprecation(old);
  return [doc, why === '' ? '**Deprecated.**' : `**Deprecated:** ${why}`]
    .filter((part) => part !== null)
    .join('\n\n');
}

function deprecation({ args }: NoteNode): string {
  const value = args[0]?.value;
  if (value?.kind !== 'string') return '';
  return value.parts.filter((part) => typeof part === 'string').join('');
}

function nameOf(node: DeclNode): string {
  if (node.kind !== 'block') return 'name' in node ? (node.name as Word).text : '';
  const [label] = node.labels;
  return label?.kind === 'path' ? (label.words[0]?.text ?? '') : '';
}

/** The text of a node, without the comments in it. */
function source({ text, trivia }: Chunk, { start, end }: Span): string {
  let said = '';
  let at = start;
  for (const { span } of trivia) {
    if (span.start < at || span.end > end) continue;
    said += text.slice(at, span.start);
    at = span.end;
  }
  return said + text.slice(at, end);
}

function parameters(entries: readonly Entry<Extract<DeclNode, { kind: 'binding' }>>[]): string {
  const rows = entries.map(({ node: { name, type: of, value }, chunk, doc }) => [
    code(name.text),
    of === null ? '' : code(source(chunk, of.span)),
    value === null ? '**required**' : code(source(chunk, value.span)),
    doc ?? '',
  ]);
  return table(['parameter', 'type', 'default', ''], rows);
}

function values(entries: readonly Entry<Extract<DeclNode, { kind: 'binding' }>>[]): string {
  const rows = entries.map(({ node: { name, value }, chunk, doc }) => [
    code(name.text),
    value === null ? '' : code(source(chunk, value.span)),
    doc ?? '',
  ]);
  return table(['name', 'value', ''], rows);
}

function kinds(entries: readonly Entry<Extract<DeclNode, { kind: 'kindDecl' }>>[]): string {
  const rows = entries.map(({ node, chunk, doc }) => [
    code(node.name.text),
    code(source(chunk, node.source.span)),
    doc ?? '',
  ]);
  return table(['kind', 'from', ''], rows);
}

function fleet({ node, chunk, doc }: Entry<Extract<DeclNode, { kind: 'fleet' }>>): string {
  const rows = node.attributes.map((attribute) => {
    const { name, optional, type: of, fallback, from } = attribute;
    const missing = optional ? 'optional' : 'required';
    return [
      code(`cluster.${name.text}`),
      code(source(chunk, of.span)),
      fallback === null ? missing : code(source(chunk, fallback.span)),
      from === null
        ? code(`label "${name.text}"`)
        : code(`${from.source.text} ${source(chunk, from.key.span)}`),
      docBefore(chunk, attribute.span.start) ?? '',
    ];
  });
  return paragraph(doc) + table(['attribute', 'type', 'without it', 'from', ''], rows);
}

function type({ node, chunk, doc }: Entry<Extract<DeclNode, { kind: 'typeDecl' }>>): string {
  return `### ${node.name.text}\n\n${paragraph(doc)}\`\`\`ocm\n${undented(chunk, node)}\n\`\`\`\n`;
}

function fun({ node, chunk, doc }: Entry<Extract<DeclNode, { kind: 'function' }>>): string {
  const formals = node.formals.map(({ span }) => source(chunk, span)).join(', ');
  const result = node.result === null ? '' : `: ${source(chunk, node.result.span)}`;
  return `### ${node.name.text}\n\n\`fun ${node.name.text}(${formals})${result}\`\n\n${paragraph(doc)}`;
}

function namespace(entry: Entry<Extract<DeclNode, { kind: 'namespace' }>>): string {
  const { node, chunk, doc } = entry;
  if (node.body === null) return '';
  return `### ${node.name.text}\n\n${paragraph(doc)}${body(chunk, node.body)}\n`;
}

function block({ node, chunk, doc, loops }: Entry<BlockNode>): string {
  const labels = node.labels.map(({ span }) => source(chunk, span)).join(' ');
  const repeats = loops.map((head) => `Once ${code(source(chunk, head.span))}.`).join(' ');
  const text = [paragraph(doc), paragraph(repeats === '' ? null : repeats)].join('');
  return `### ${labels}\n\n${text}${body(chunk, node.body)}`;
}

/** What a body says: its properties, and the blocks in it by their heads. */
function body(chunk: Chunk, { items }: BodyNode): string {
  const rows = items.flatMap((item) => rowOf(chunk, item));
  return table(['', ''], rows);
}

function rowOf(chunk: Chunk, item: ItemNode): readonly (readonly string[])[] {
  switch (item.kind) {
    case 'property':
      return [[code(source(chunk, item.key.span)), code(source(chunk, item.value.span))]];
    case 'block': {
      const labels = item.labels.map(({ span }) => source(chunk, span)).join(' ');
      const where = item.body.items.find(
        (each) => each.kind === 'property' && each.key.kind === 'word' && each.key.text === 'where',
      );
      const condition = where?.kind === 'property' ? code(source(chunk, where.value.span)) : '';
      const said = docBefore(chunk, item.span.start) ?? condition;
      return [[code(`${item.head.text} ${labels}`.trim()), said]];
    }
    case 'expect':
      return [['expects', code(source(chunk, item.that.span))]];
    case 'forItem':
      return item.body.items.flatMap((each) => rowOf(chunk, each));
    default:
      return [];
  }
}

function undented(chunk: Chunk, { span, notes }: DeclNode): string {
  const start = notes.at(-1)?.span.end ?? span.start;
  return source(chunk, { start, end: span.end }).trim();
}

const titles: ReadonlyMap<string, string> = new Map([
  ['clusterset', 'Cluster sets'],
  ['policy', 'Policies'],
  ['policyset', 'Policy sets'],
  ['addon', 'Add-ons'],
]);

function titleOf(head: string): string {
  return titles.get(head) ?? `${head.charAt(0).toUpperCase()}${head.slice(1)}s`;
}
