import type { YamlPath } from '../../kube/yaml/outline.ts';

/**
 * What is to be printed, before anyone decides about lines: texts, records, lists, fences and chains of conditions.
 * Comments are put in between (`comments.ts`), then it is laid out (`layout.ts`).
 */
export type Value = string | FenceValue | RecordValue | ListValue | ChainValue;

export interface FenceValue {
  readonly is: 'fence';
  readonly language: string;
  readonly text: string;
  /** What follows the closing line, such as `.trim()`. */
  readonly after: string;
}
/** `{ … }`, of a value or of a block. */
export interface RecordValue {
  readonly is: 'record';
  readonly entries: Entry[];
}
export interface ListValue {
  readonly is: 'list';
  readonly items: Entry[];
}
/** Conditions joined by one operator. */
export interface ChainValue {
  readonly is: 'chain';
  readonly operator: '&&' | '||';
  readonly parts: readonly Value[];
}

/** A property, a block, a declaration or an element of a list, with what is said about it. */
export interface Entry {
  /** What stands before the value: `mode:`, `policy "a.b"`; empty for an element. */
  readonly lead: string;
  readonly notes: readonly string[];
  /** Lines of the doc comment. */
  readonly doc: readonly string[];
  readonly value: Value;
  /** Where it was in the YAML: the object, then the path in it. */
  readonly source: Source | null;
  /** Comments before it, beside it and after it; filled by `comments.ts`. */
  readonly before: string[];
  readonly beside: string[];
  readonly after: string[];
  /** Whether this is a block, which stands on lines of its own within another block. */
  readonly block: boolean;
}
export interface Source {
  readonly object: number;
  readonly path: YamlPath;
}

/** Makes an entry without comments. */
export function entry(
  lead: string,
  value: Value,
  more: Partial<Pick<Entry, 'notes' | 'doc' | 'source' | 'block'>> = {},
): Entry {
  return {
    lead,
    value,
    notes: more.notes ?? [],
    doc: more.doc ?? [],
    source: more.source ?? null,
    block: more.block ?? false,
    before: [],
    beside: [],
    after: [],
  };
}

/** A record of these entries. */
export function record(...entries: readonly (Entry | null | readonly Entry[])[]): RecordValue {
  return { is: 'record', entries: entries.flatMap((each) => each ?? []) };
}

/** A list of these values. */
export function list(values: readonly Value[]): ListValue {
  return { is: 'list', items: values.map((value) => entry('', value)) };
}

/** Conditions joined by an operator; one alone stands as it is. */
export function chain(operator: '&&' | '||', parts: readonly Value[]): Value {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { is: 'chain', operator, parts };
}

/** Part of an object as a source; null stays null. */
export function within(source: Source | null, ...path: YamlPath): Source | null {
  return source && { object: source.object, path: [...source.path, ...path] };
}
