import type { Span } from '../../base/span.ts';
import { problem } from '../diagnostics.ts';
import type { Place, Reporter } from '../place.ts';
import { type Construct, reservedHeads, schemaOf, schemas } from '../schema/constructs.ts';
import type { BlockSchema, KeySchema } from '../schema/schema.ts';
import { nearest } from '../suggest.ts';
import type {
  BlockNode,
  BodyNode,
  IfItemNode,
  ItemNode,
  LabelNode,
  NamespaceNode,
  NoteNode,
  PropertyNode,
  Word,
} from '../syntax/ast.ts';
import { docBefore } from '../syntax/trivia.ts';
import type { Child, Keys, Shaped } from './decl.ts';

/** A block with what surrounds it. */
export interface ShapeInput {
  readonly block: BlockNode;
  readonly place: Place;
  /** `file`, or the head of the block around it. */
  readonly parent: string;
  /** Where not its own. */
  readonly notes?: readonly NoteNode[];
  /** Offsets before which its doc comment may stand, nearest first. */
  readonly docBefore?: readonly number[];
}

/** Holds a block against its schema; null where its head is not known here. Reports what does not fit. */
export function shapeBlock(input: ShapeInput, reporter: Reporter): Shaped | null {
  const { block, place, parent } = input;
  const schema = schemaOf(block.head.text);
  // A head without a body is being typed: the syntax error says all there is to say.
  if (block.body.missing) return null;
  if (schema === null || !schema.in.includes(parent)) {
    reportHead(input, schema, reporter);
    return null;
  }
  const { keys, children } = shapeBody(block.body, schema, {
    place,
    reporter,
    span: block.head.span,
  });
  return {
    construct: schema.head as Construct,
    place,
    head: block.head,
    labels: shapeLabels(block, schema, place, reporter),
    keys: keys as Keys<Construct>,
    body: block.body,
    children,
    notes: input.notes ?? block.notes,
    doc: docOf(place, input.docBefore ?? [block.span.start]),
  };
}

/** The same for `namespace n { … }`, which is no block in the grammar. */
export function shapeNamespace(
  node: NamespaceNode,
  place: Place,
  reporter: Reporter,
): Shaped<'namespace'> | null {
  if (node.body === null) return null;
  const schema = schemas.namespace;
  const { keys } = shapeBody(node.body, schema, { place, reporter, span: node.name.span });
  const name: LabelNode = { kind: 'path', span: node.name.span, words: [node.name] };
  return {
    construct: 'namespace',
    place,
    head: { ...node.name, text: 'namespace' },
    labels: [name],
    keys: keys as Keys<'namespace'>,
    body: node.body,
    children: [],
    notes: node.notes,
    doc: docOf(place, [node.span.start]),
  };
}

function docOf({ chunk }: Place, offsets: readonly number[]): string | null {
  for (const at of offsets) {
    const doc = docBefore(chunk, at);
    if (doc !== null) return doc;
  }
  return null;
}

function reportHead(
  { block, place, parent }: ShapeInput,
  schema: BlockSchema | null,
  { report }: Reporter,
): void {
  const { text: word, span } = block.head;
  const where = parent === 'file' ? 'a file' : `\`${parent}\``;
  if (schema !== null) {
    const belongs = schema.in
      .map((head) => (head === 'file' ? 'the file' : `\`${head}\``))
      .join(' or ');
    const help = [`\`${word}\` belongs in ${belongs}`];
    report(place, problem('OCM2002', span, { word, where }, { help }));
    return;
  }
  const instead = reservedHeads.get(word);
  if (instead !== undefined) {
    report(place, problem('OCM2034', span, { word }, { help: [instead] }));
    return;
  }
  const heads = Object.values(schemas)
    .filter((each) => (each.in as readonly string[]).includes(parent))
    .map(({ head }) => head);
  report(place, unknownWord(block.head, where, heads));
}

function unknownWord({ text: word, span }: Word, where: string, names: readonly string[]) {
  const near = nearest(word, names);
  const help =
    near.length > 0
      ? [`did you mean ${quoted(near, 'or')}?`]
      : [`known here: ${quoted(names, 'and')}`];
  const fixes = near.map((name) => ({ title: `write \`${name}\``, edits: [{ span, text: name }] }));
  return problem('OCM2002', span, { word, where }, names.length === 0 ? {} : { help, fixes });
}

function quoted(names: readonly string[], last: 'and' | 'or'): string {
  const words = names.map((name) => `\`${name}\``);
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

function shapeLabels(
  block: BlockNode,
  schema: BlockSchema,
  place: Place,
  { report }: Reporter,
): readonly (LabelNode | null)[] {
  for (const extra of block.labels.slice(schema.labels.length)) {
    const word = place.chunk.text.slice(extra.span.start, extra.span.end);
    const where = `the head of \`${schema.head}\``;
    report(place, problem('OCM2002', extra.span, { word, where }));
  }
  return schema.labels.map(({ is, optional }, index) => {
    const label = block.labels[index] ?? null;
    if (label === null && optional !== true) {
      const key = is === 'kind' ? 'kind' : 'name';
      report(place, problem('OCM2029', block.head.span, { block: schema.head, key }));
    }
    return label;
  });
}

interface BodyContext {
  readonly place: Place;
  readonly reporter: Reporter;
  /** Where to say that a key is missing. */
  readonly span: Span;
}

function shapeBody(
  body: BodyNode,
  schema: BlockSchema,
  context: BodyContext,
): {
  readonly keys: Readonly<Record<string, PropertyNode | null>>;
  readonly children: readonly Child[];
} {
  if (schema.body === 'manifest') return { keys: {}, children: [] };
  if (schema.body === 'open') return shapeOpen(body, schema, context);
  const keys: Record<string, PropertyNode | null> = {};
  for (const key of Object.keys(schema.keys)) keys[key] = null;
  for (const item of body.items) {
    if (item.kind === 'property') takeKey(item, schema, keys, context);
  }
  const children = shapeChildren(body.items, schema, context);
  for (const [key, { required }] of Object.entries<KeySchema>(schema.keys)) {
    if (required !== true || keys[key] !== null) continue;
    const { place, reporter, span } = context;
    reporter.report(place, problem('OCM2029', span, { block: `\`${schema.head}\``, key }));
  }
  return { keys, children };
}

/** A body whose keys are the author's: the stage after says what they mean. */
function shapeOpen(
  body: BodyNode,
  schema: BlockSchema,
  context: BodyContext,
): { readonly keys: Readonly<Record<string, null>>; readonly children: readonly Child[] } {
  for (const item of body.items) {
    if (item.kind === 'property' || (item.kind === 'expect' && schema.expects === true)) continue;
    // As in any record, what stands among the fields of a cluster may be computed.
    if (schema.expects !== true && item.kind !== 'expect' && item.kind !== 'block') continue;
    shapeChild(item, schema, context);
  }
  return { keys: {}, children: [] };
}

function takeKey(
  item: PropertyNode,
  schema: BlockSchema,
  keys: Record<string, PropertyNode | null>,
  { place, reporter: { report } }: BodyContext,
): void {
  const word = keyWord(item);
  const known = Object.hasOwn(schema.keys, word.text) ? schema.keys[word.text] : undefined;
  if (known === undefined) {
    report(place, unknownWord(word, `\`${schema.head}\``, Object.keys(schema.keys)));
  } else if (keys[word.text] !== null) {
    report(place, problem('OCM2014', word.span, { name: word.text }));
  } else if (known.later !== undefined) {
    report(place, problem('OCM2034', word.span, { word: word.text }, { help: [known.later] }));
  } else keys[word.text] = item;
}

function keyWord({ key }: PropertyNode): Word {
  if (key.kind === 'word') return key;
  const text = key.parts.map((part) => (typeof part === 'string' ? part : '')).join('');
  return { kind: 'word', span: key.span, text };
}

function shapeChildren(
  items: readonly ItemNode[],
  schema: BlockSchema,
  context: BodyContext,
): readonly Child[] {
  return items.flatMap((item) => shapeChild(item, schema, context));
}

function shapeChild(item: ItemNode, schema: BlockSchema, context: BodyContext): readonly Child[] {
  const { place, reporter } = context;
  switch (item.kind) {
    case 'property':
      return [];
    case 'block': {
      const block = shapeBlock({ block: item, place, parent: schema.head }, reporter);
      return block === null ? [] : [{ child: 'block', block }];
    }
    case 'forItem':
      if (!schema.generates) return refuse('for', item, schema, context);
      return [{ child: 'for', head: item.head, children: inner(item.body, schema, context) }];
    case 'ifItem':
      if (!schema.generates) return refuse('if', item, schema, context);
      return [branch(item, schema, context)];
    case 'spread':
      return refuse('...', item, schema, context);
    case 'expect':
      return schema.expects === true ? [] : refuse('expect', item, schema, context);
  }
}

function branch(item: IfItemNode, schema: BlockSchema, context: BodyContext): Child {
  const yes = inner(item.yes, schema, context);
  if (item.no === null) return { child: 'if', test: item.test, yes, no: [] };
  const no =
    item.no.kind === 'ifItem'
      ? [branch(item.no, schema, context)]
      : inner(item.no, schema, context);
  return { child: 'if', test: item.test, yes, no };
}

/** The blocks of a loop or branch; keys of the block cannot depend on one. */
function inner(body: BodyNode, schema: BlockSchema, context: BodyContext): readonly Child[] {
  for (const item of body.items) {
    if (item.kind !== 'property') continue;
    const where = 'a `for` or `if` among blocks';
    const { place, reporter } = context;
    const { text: word, span } = keyWord(item);
    const help = ['choose the value instead: `key: if c then a else b`'];
    reporter.report(place, problem('OCM2002', span, { word, where }, { help }));
  }
  return shapeChildren(body.items, schema, context);
}

function refuse(
  word: string,
  item: ItemNode,
  schema: BlockSchema,
  { place, reporter }: BodyContext,
): readonly Child[] {
  const start = item.span.start;
  const span = { start, end: start + word.length };
  reporter.report(place, problem('OCM2002', span, { word, where: `\`${schema.head}\`` }));
  return [];
}
