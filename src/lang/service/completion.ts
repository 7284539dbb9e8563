import { builtInKindNames } from '../bind/kinds.ts';
import { blocksOf, findValue, valueNames } from '../bind/lookup.ts';
import type { Module, ModuleFile } from '../bind/program.ts';
import { functions } from '../check/builtins.ts';
import { plainLabel } from '../check/groups.ts';
import { functionsOf } from '../check/lookups.ts';
import { choices, scalarTypes, type Type, typeText } from '../check/type.ts';
import { schemaType } from '../check/type-node.ts';
import { schemas } from '../schema/constructs.ts';
import { clusterMembers } from '../schema/fleet.ts';
import { noteSchemas } from '../schema/notes.ts';
import type { BlockSchema } from '../schema/schema.ts';
import { clusterStates, testValues } from '../schema/test-values.ts';
import { hubSets, type Sort, sortHeads } from '../schema/types.ts';
import { type Cursor, cursorAt } from './cursor.ts';
import { innermost, recordsOf, typeBelow } from './expected.ts';
import { blockText, keyText } from './hover.ts';
import { objectFields, objectValue } from './object-fields.ts';
import type { At, Snapshot } from './snapshot.ts';

/** Something that may be written at a place. */
export interface Completion {
  readonly label: string;
  readonly is:
    | 'key'
    | 'block'
    | 'keyword'
    | 'member'
    | 'reference'
    | 'value'
    | 'function'
    | 'kind'
    | 'note'
    | 'type';
  /** What is inserted instead of the word that is there, where it is more than the label. */
  readonly insert?: string;
  /** A few words beside it. */
  readonly detail?: string;
  /** Markdown. */
  readonly doc?: string;
  /** What the block or object lacks without it: to be shown before the others. */
  readonly required?: true;
}
export interface Completions {
  readonly items: readonly Completion[];
  /** Offset in the file where the word starts that they replace. */
  readonly start: number;
}

/** What may be written at a place, by schema and names; total whatever the text around it. */
export function completions(snapshot: Snapshot, at: At): Completions {
  const cursor = cursorAt(snapshot, at);
  const file = snapshot.names.files.find(({ uri }) => uri === at.file);
  const found = file === undefined ? [] : itemsFor(cursor, file, snapshot);
  const unique = new Map(found.map((item) => [`${item.label} ${item.is}`, item]));
  const items = [...unique.values()].filter(({ label }) => isNear(cursor.prefix, label));
  return { items, start: cursor.start };
}

/** Whether the letters typed so far are in a word in their order, as editors match. */
function isNear(prefix: string, label: string): boolean {
  const word = label.toLowerCase();
  let at = 0;
  for (const letter of prefix.toLowerCase()) {
    at = word.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function itemsFor(cursor: Cursor, file: ModuleFile, snapshot: Snapshot): readonly Completion[] {
  const { slot, heads, keys } = cursor;
  const block = innermost(heads);
  switch (slot.slot) {
    case 'file':
      return [...blocksIn('file'), ...declarations];
    case 'item':
      return [
        ...itemsIn(block, keys, slot.written),
        ...fieldsOfObject(cursor, slot.written, file, snapshot),
        ...fieldsOfCluster(cursor, snapshot),
      ];
    case 'value': {
      const object = objectValue(cursor, file, snapshot);
      if (object !== null) {
        return [...object.words.map(quoted), ...valuesFor(object.type, file), ...lateValues(heads)];
      }
      return valuesFor(typeBelow(block, keys) ?? typeInTest(cursor, snapshot), file);
    }
    case 'label':
      return labelsFor(slot.head, slot.index, file);
    case 'member':
      return [
        ...testMembers(slot.of, heads, file, snapshot),
        ...membersOf(slot.of, file, snapshot),
        ...lookupsAfter(slot.of, heads),
      ];
    case 'note':
      return notesOn(block);
    case 'type':
      return typesIn(file);
    case 'none':
      return [];
  }
}

const declarations: readonly Completion[] = (
  ['let', 'param', 'fun', 'type', 'kind', 'namespace', 'fleet', 'import', 'for'] as const
).map((label) => ({ label, is: 'keyword' }));

function blocksIn(parent: string): readonly Completion[] {
  return Object.values(schemas)
    .filter((schema: BlockSchema) => schema.in.includes(parent) && schema.head !== 'namespace')
    .map((schema) => ({ label: schema.head, is: 'block', doc: blockText(schema) }));
}

function itemsIn(
  block: BlockSchema | null,
  keys: readonly string[],
  written: readonly string[],
): readonly Completion[] {
  if (block === null) return [];
  if (keys.length > 0) return fieldsOf(typeBelow(block, keys), written);
  const own = Object.entries(block.keys)
    .filter(([key, { later }]) => !written.includes(key) && later === undefined)
    .map(([label, schema]): Completion => {
      const { type } = schema;
      return { label, is: 'key', insert: `${label}: `, detail: type, doc: keyText(label, schema) };
    });
  const expect: readonly Completion[] =
    block.expects === true ? [{ label: 'expect', is: 'keyword' }] : [];
  return [...own, ...blocksIn(block.head), ...expect];
}

function fieldsOf(type: Type | null, written: readonly string[]): readonly Completion[] {
  return recordsOf(type).flatMap(({ fields }) =>
    [...fields]
      .filter(([label]) => !written.includes(label))
      .map(([label, field]): Completion => {
        const detail = typeText(field.type);
        return { label, is: 'key', insert: `${label}: `, detail };
      }),
  );
}

/** The fields of a Kubernetes object, by the schema of its kind. */
function fieldsOfObject(
  cursor: Cursor,
  written: readonly string[],
  file: ModuleFile,
  snapshot: Snapshot,
): readonly Completion[] {
  return objectFields(cursor, file, snapshot)
    .filter(({ name }) => !written.includes(name))
    .map(({ name, detail, required, doc }): Completion => {
      const key = /^[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*$/.test(name) ? name : `"${name}"`;
      const more = required ? { required } : {};
      return { label: name, is: 'key', insert: `${key}: `, detail, doc, ...more };
    });
}

/** What a value of an object may depend on (Rule 59): the cluster, and what is looked up. */
function lateValues(heads: readonly string[]): readonly Completion[] {
  const words = sidesIn(heads).map((label): Completion => ({ label, is: 'value' }));
  return words.length === 0 ? [] : [...specials, ...words];
}

function lookupsAfter(path: readonly string[], heads: readonly string[]): readonly Completion[] {
  const side = sidesIn(heads).find((each) => path.length === 1 && each === path[0]);
  if (side === undefined) return [];
  return functionsOf(side).map((label) => ({ label, is: 'function', insert: `${label}(` }));
}

function sidesIn(heads: readonly string[]): readonly ('hub' | 'agent')[] {
  if (innermost(heads)?.body !== 'manifest') return [];
  if (heads.includes('policy')) return ['hub', 'agent'];
  return heads.includes('app') ? ['hub'] : [];
}

function valuesFor(type: Type | null, file: ModuleFile): readonly Completion[] {
  const expected = type === null ? [] : choices(type).flatMap((each) => valuesOf(each, file));
  const names = valueNames(file).map((label): Completion => {
    const symbol = findValue(label, file);
    return {
      label,
      is: symbol?.symbol === 'fun' ? 'function' : 'value',
      detail: symbol?.symbol ?? '',
    };
  });
  const isFixed = type !== null && choices(type).every(({ is }) => is === 'enum' || is === 'ref');
  const builtIn = isFixed ? [] : callable;
  return [...expected, ...names, ...builtIn];
}

const callable: readonly Completion[] = [...functions.keys(), 'has'].map((label) => ({
  label,
  is: 'function',
  insert: `${label}(`,
}));
const specials: readonly Completion[] = [
  { label: 'cluster', is: 'value', detail: 'the cluster looked at' },
];

function valuesOf(type: Type, file: ModuleFile): readonly Completion[] {
  switch (type.is) {
    case 'enum':
      return type.members.map(memberOf);
    case 'ref':
      return blockNames(type.sort, file.module);
    case 'predicate':
      return [...specials, ...truths];
    case 'kind':
      return kindsIn(file);
    case 'record':
      return [{ label: '{ }', is: 'value', insert: '{ ' }];
    case 'scalar':
      return type.name === 'bool' || type.name === 'condition' ? truths : [];
    default:
      return [];
  }
}

function memberOf(label: string): Completion {
  const isWord = /^[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*$/.test(label);
  return isWord ? { label, is: 'member' } : quoted(label);
}

function quoted(label: string): Completion {
  return { label, is: 'member', insert: `"${label}"` };
}

const truths: readonly Completion[] = ['true', 'false'].map((label) => ({ label, is: 'keyword' }));

function blockNames(sort: Sort, module: Module): readonly Completion[] {
  const blocks = blocksOf(sort, module).map(({ name, construct, block }): Completion => {
    const doc = block.doc === null ? {} : { doc: block.doc };
    return { label: name, is: 'reference', detail: construct, ...doc };
  });
  if (sort !== 'ClusterSet') return blocks;
  const given = [...hubSets].map(([label, doc]): Completion => ({ label, is: 'reference', doc }));
  return [...blocks, ...given];
}

function kindsIn(file: ModuleFile): readonly Completion[] {
  const declared = [...file.module.values.values()].filter(({ symbol }) => symbol === 'kind');
  const names = new Set([...declared.map(({ name }) => name), ...builtInKindNames()]);
  return [...names].map((label) => ({ label, is: 'kind' }));
}

function labelsFor(head: string, index: number, file: ModuleFile): readonly Completion[] {
  const label = Object.hasOwn(schemas, head)
    ? (schemas[head as keyof typeof schemas] as BlockSchema).labels[index]
    : undefined;
  if (label === undefined) return [];
  if (label.is === 'kind') return kindsIn(file);
  const sort = label.is.startsWith('ref ') ? label.is.slice('ref '.length) : null;
  return sort !== null && Object.hasOwn(sortHeads, sort)
    ? blockNames(sort as Sort, file.module)
    : [];
}

/** What a cluster has: attributes of the fleet, and what every cluster has. */
function membersOfCluster(names: Snapshot['names']): readonly Completion[] {
  const own = (names.fleet?.node.attributes ?? []).map(({ name, type, optional }): Completion => {
    const { start, end } = type.span;
    const text = names.fleet?.place.chunk.text.slice(start, end) ?? '';
    return { label: name.text, is: 'member', detail: optional ? `${text}?` : text };
  });
  const fixed = Object.entries(clusterMembers).map(([label, { type, doc }]): Completion => {
    return { label, is: 'member', detail: type, doc };
  });
  return [...own, ...fixed].filter(({ label }) => label !== '');
}

/** The keys of a cluster of a fixture. */
function fieldsOfCluster(
  { heads, keys, slot }: Cursor,
  { names }: Snapshot,
): readonly Completion[] {
  const isCluster = heads.at(-1) === 'cluster' && keys.length === 0;
  const isDefaults = heads.at(-1) === 'fixture' && keys.length === 1 && keys[0] === 'defaults';
  if (slot.slot !== 'item' || (!isCluster && !isDefaults)) return [];
  return membersOfCluster(names)
    .filter(({ label }) => label !== 'name' && !slot.written.includes(label))
    .map((member) => ({ ...member, is: 'key', insert: `${member.label}: ` }));
}

/** What is written of a cluster in a fixture, and of its state in a simulation. */
function typeInTest({ heads, keys }: Cursor, { names }: Snapshot): Type | null {
  const head = heads.at(-1);
  const key = keys.at(-1);
  if (head === 'at' && keys.length === 1) return schemaType(clusterStates);
  if (head !== 'cluster' && (head !== 'fixture' || keys[0] !== 'defaults')) return null;
  const written = membersOfCluster(names).find(({ label }) => label === key)?.detail ?? '';
  // A union of words means the same here as where the fleet declares it; a name may be a type of the author's.
  return written.includes('|') ? schemaType(written.replace(/\?$/, '')) : null;
}

/** What a block or a cluster is asked in a test: `web.`, `placement.web.`, `eu-1.` */
function testMembers(
  path: readonly string[],
  heads: readonly string[],
  { module }: ModuleFile,
  { names }: Snapshot,
): readonly Completion[] {
  if (!heads.includes('test')) return [];
  const [first, second, ...more] = path;
  if (first === undefined || more.length > 0) return [];
  const asked = Object.entries(testValues).flatMap(([sort, values]) => {
    const head = sortHeads[sort as Sort];
    const name = second === undefined ? first : first === head ? second : null;
    const isThere = blocksOf(sort as Sort, module).some((block) => block.name === name);
    return isThere ? Object.entries(values ?? {}) : [];
  });
  if (second === undefined && Object.hasOwn(sortHeads, sortOf(first))) {
    return blockNames(sortOf(first) as Sort, module);
  }
  if (asked.length === 0 && second === undefined && module.values.get(first) === undefined) {
    return isClusterName(first, module) ? membersOfCluster(names) : [];
  }
  return asked.map(([label, { doc, type, takes }]): Completion => {
    return {
      label,
      is: 'member',
      detail: type,
      doc,
      ...(takes !== undefined && { insert: `${label}(` }),
    };
  });
}

/** The sort a head of a block stands for, where a test may write it in front of a name. */
function sortOf(head: string): string {
  const sort = Object.entries(sortHeads).find(([, each]) => each === head)?.[0] ?? '';
  return Object.hasOwn(testValues, sort) ? sort : '';
}

/** Whether some fixture of the module has a cluster of that name written out. */
function isClusterName(name: string, module: Module): boolean {
  return blocksOf('Fixture', module).some(({ block }) =>
    block.children.some(
      (child) => child.child === 'block' && plainLabel(child.block.labels[0]) === name,
    ),
  );
}

function membersOf(
  path: readonly string[],
  file: ModuleFile,
  { names }: Snapshot,
): readonly Completion[] {
  const [first, ...more] = path;
  if (first === 'cluster' && more.length === 0) return membersOfCluster(names);
  const alias = first === undefined || more.length > 0 ? undefined : file.aliases.get(first);
  const module = alias?.module;
  if (module === undefined || module === null) return [];
  const values = [...module.values.keys()].map((label): Completion => ({ label, is: 'value' }));
  const blocks = [...module.blocks.values()].flatMap((table) =>
    [...table.values()].map(({ name, construct }): Completion => {
      return { label: name, is: 'reference', detail: construct };
    }),
  );
  return [...values, ...blocks].filter(({ label }) => !label.startsWith('_'));
}

function notesOn(block: BlockSchema | null): readonly Completion[] {
  const heads = block === null ? ['value', ...Object.keys(schemas)] : block.blocks;
  return Object.entries(noteSchemas)
    .filter(([, { on }]) =>
      on.some((each) => each === 'any' || each === 'key' || heads.includes(each)),
    )
    .map(([label, { doc }]) => ({ label, is: 'note', doc }));
}

function typesIn(file: ModuleFile): readonly Completion[] {
  const own = [...file.module.values.values()].filter(({ symbol }) => symbol === 'type');
  const names = [
    ...scalarTypes,
    ...Object.keys(sortHeads),
    'Cluster',
    ...own.map(({ name }) => name),
  ];
  return names.map((label) => ({ label, is: 'type' }));
}
