import type { Span } from '../../base/span.ts';
import type { ModuleFile } from '../bind/program.ts';
import { plainLabel } from '../check/groups.ts';
import type { ReferenceFact } from '../check/session.ts';
import { typeText } from '../check/type.ts';
import { inFile } from '../place.ts';
import { clusterMembers } from '../schema/fleet.ts';
import { noteSchemas } from '../schema/notes.ts';
import type { BlockSchema, KeySchema } from '../schema/schema.ts';
import type { AnyNode, BindingNode, Expr, LabelNode, PropertyNode } from '../syntax/ast.ts';
import { docBefore } from '../syntax/trivia.ts';
import { referenceAt } from './definition.ts';
import { innermost, keySchema } from './expected.ts';
import { pathTo } from './nodes.ts';
import { fieldText } from './object-fields.ts';
import { type At, chunkAt, type Snapshot } from './snapshot.ts';

/** What a hover shows: Markdown, and the text it is about. */
export interface Hover {
  readonly markdown: string;
  readonly span: Span;
}

interface Place {
  readonly snapshot: Snapshot;
  readonly file: ModuleFile;
}

/** What there is to know about the word at a place; null where there is nothing. */
export function hover(snapshot: Snapshot, at: At): Hover | null {
  const fact = referenceAt(snapshot, at);
  if (fact !== null) {
    return { markdown: symbolText(fact.to, snapshot), span: inFile(fact.place, fact.span) };
  }
  const here = chunkAt(snapshot, at);
  if (here === null) return null;
  const path = pathTo(here.chunk.decls, here.offset);
  const file = snapshot.names.files.find(({ uri }) => uri === at.file);
  const markdown = file === undefined ? null : textOf(path, { snapshot, file });
  const span = path.at(-1)?.span;
  if (markdown === null || span === undefined) return null;
  return { markdown, span: { start: span.start + here.start, end: span.end + here.start } };
}

/** A field of a Kubernetes object, by the schema of its kind. */
function objectText(
  path: readonly AnyNode[],
  heads: readonly string[],
  { snapshot, file }: Place,
): string | null {
  const inner = path.findLastIndex(({ kind }) => kind === 'block');
  const block = path[inner];
  if (block?.kind !== 'block') return null;
  const labels = block.labels.flatMap(wordsOf);
  const keys = path
    .slice(inner + 1)
    .flatMap((node) => (node.kind === 'property' ? (plainKey(node) ?? '') : []));
  return fieldText({ heads, labels, keys }, file, snapshot);
}

/** A label as the words it is written in. */
function wordsOf(label: LabelNode): readonly string[] {
  if (label.kind !== 'path') return [plainLabel(label) ?? ''];
  return label.words.flatMap(({ text }, at) => (at === 0 ? [text] : ['.', text]));
}

function plainKey({ key }: PropertyNode): string | null {
  return key.kind === 'word' ? key.text : plainLabel(key);
}

function textOf(path: readonly AnyNode[], place: Place): string | null {
  const { snapshot } = place;
  const [last, parent] = [path.at(-1), path.at(-2)];
  const heads = path.flatMap((node) =>
    node.kind === 'block' ? [node.head.text] : node.kind === 'namespace' ? ['namespace'] : [],
  );
  if (last?.kind === 'word' && parent?.kind === 'property' && parent.key === last) {
    // a key of a record within has no schema of its own here
    const inner = path.findLastIndex(({ kind }) => kind === 'block' || kind === 'namespace');
    const records = path.slice(inner + 2).filter(({ kind }) => kind === 'property').length;
    const schema = records === 1 ? keySchema(innermost(heads), last.text) : null;
    return schema === null ? objectText(path, heads, place) : keyText(last.text, schema);
  }
  if (last?.kind === 'word' && parent?.kind === 'block' && parent.head === last) {
    const schema = innermost(heads);
    return schema === null ? null : blockText(schema);
  }
  if (last?.kind === 'word' && parent?.kind === 'note') {
    const { text } = last;
    if (!Object.hasOwn(noteSchemas, text)) return null;
    return `\`@${text}\`\n\n${noteSchemas[text as keyof typeof noteSchemas].doc}`;
  }
  return expressionText(path, snapshot);
}

function expressionText(path: readonly AnyNode[], { types }: Snapshot): string | null {
  const typed = path.findLast((node) => types.has(node as Expr));
  const type = typed === undefined ? undefined : types.get(typed as Expr);
  if (typed === undefined || type === undefined || type.is === 'unknown') return null;
  const isMember = typed.kind === 'member' && typed.of.kind === 'name';
  if (isMember && typed.of.kind === 'name' && typed.of.name.text === 'cluster') {
    const { text } = typed.name;
    if (Object.hasOwn(clusterMembers, text)) {
      const { doc, type: written } = clusterMembers[text as keyof typeof clusterMembers];
      return `${code(`cluster.${text}: ${written}`)}\n\n${doc}`;
    }
  }
  return code(typeText(type));
}

function code(text: string): string {
  return `\`\`\`ocm\n${text}\n\`\`\``;
}

/** What hover and completion say about a key. */
export function keyText(key: string, schema: KeySchema): string {
  const { doc, type, required, fallback, lowersTo, range } = schema;
  const bounds = [range?.min, range?.max].map((bound) => bound ?? '').join(' … ');
  const lines = [
    required === true ? 'Required.' : fallback === undefined ? null : `Default: \`${fallback}\`.`,
    range === undefined ? null : `Range: ${bounds.trim()}.`,
    lowersTo === undefined ? null : `Becomes \`${lowersTo}\`.`,
  ].filter((line) => line !== null);
  return [code(`${key}: ${type}`), doc, lines.join(' ')].filter((part) => part !== '').join('\n\n');
}

/** What hover and completion say about a block. */
export function blockText({ head, doc, keys, blocks }: BlockSchema): string {
  const holds = [...Object.keys(keys), ...blocks].map((word) => `\`${word}\``).join(', ');
  return [`**${head}**`, doc, holds === '' ? '' : `Holds ${holds}.`]
    .filter((part) => part !== '')
    .join('\n\n');
}

function symbolText(to: ReferenceFact['to'], snapshot: Snapshot): string {
  if (!('symbol' in to)) {
    const presence = { required: '', optional: '?', defaulted: '' }[to.presence];
    const doc = docBefore(to.place.chunk, to.span.start);
    const source = Object.values(to.source).map(String).join(' ');
    const head = code(`${to.name}${presence}: ${typeText(to.type)}`);
    return [head, doc ?? '', `From ${source}.`].filter((part) => part !== '').join('\n\n');
  }
  const { name, place } = to;
  if (to.symbol === 'block') {
    return [code(`${to.construct} ${name}`), to.block.doc ?? ''].join('\n\n').trim();
  }
  if (to.symbol === 'alias') return code(`import ${to.module?.dir ?? ''} as ${name}`);
  const doc = docBefore(place.chunk, to.node.span.start) ?? '';
  const { start, end } = to.node.span;
  const [line = ''] = place.chunk.text.slice(start, end).split('\n');
  const type = to.node.kind === 'binding' ? bindingType(to.node, snapshot) : '';
  return [code(`${line}${type}`), doc].join('\n\n').trim();
}

function bindingType({ type, value }: BindingNode, { types }: Snapshot): string {
  const found = value === null ? undefined : types.get(value);
  return type !== null || found === undefined || found.is === 'unknown'
    ? ''
    : `  // ${typeText(found)}`;
}
