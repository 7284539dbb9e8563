import { readFileSync } from 'node:fs';

/** What a field holds. */
export type What =
  | { readonly of: 'scalar'; readonly scalar: Scalar }
  | { readonly of: 'list'; readonly item: What }
  | { readonly of: 'map'; readonly item: What }
  | { readonly of: 'type'; readonly name: string };
export type Scalar =
  | 'text'
  | 'integer'
  | 'int32'
  | 'number'
  | 'boolean'
  | 'bytes'
  | 'time'
  | 'microtime'
  | 'duration'
  | 'quantity'
  | 'intorstring'
  | 'raw'
  | 'fields'
  | 'extra';

export interface Field {
  readonly name: string;
  /** In Kubernetes' protobuf. */
  readonly number: number;
  readonly what: What;
  /** Absent and empty are not the same. */
  readonly pointer: boolean;
  /** Written even when it is empty. */
  readonly always: boolean;
  /** Its fields are those of the type around it. */
  readonly inline: boolean;
}

/** Types by name. */
export interface TypeTable {
  /** The type of a kind, by `group/version/Kind`. */
  readonly kinds: ReadonlyMap<string, string>;
  /** The same of kinds that have a type for reading their protobuf only: their JSON is another's to judge. */
  readonly packed: ReadonlyMap<string, string>;
  readonly fields: (type: string) => readonly Field[];
}

let known: TypeTable | undefined;

/** How Kubernetes' own kinds are laid out (scripts/kube-types prints the file); read when first needed. */
export function builtInTypes(): TypeTable {
  known ??= parseTypes(readFileSync(new URL('./built-in.txt', import.meta.url), 'utf8'));
  return known;
}

/** Reads the lines that scripts/kube-types prints. */
export function parseTypes(text: string): TypeTable {
  const kinds = new Map<string, string>();
  const packed = new Map<string, string>();
  const lines = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [word, name = '', ...rest] = line.split(' ');
    if (word === 'kind') kinds.set(name, rest[0] ?? '');
    else if (word === 'packed') packed.set(name, rest[0] ?? '');
    else if (word === 'type') lines.set(name, rest.join(' '));
  }
  const parsed = new Map<string, readonly Field[]>();
  return {
    kinds,
    packed,
    fields: (type) => {
      const done = parsed.get(type);
      if (done !== undefined) return done;
      const fields = (lines.get(type) ?? '').split(' ').filter(Boolean).map(parseField);
      parsed.set(type, fields);
      return fields;
    },
  };
}

function parseField(text: string): Field {
  const [name = '', number = '', coded = ''] = text.split(':');
  const [, what = '', flags = ''] = /^(.*?)([*!^]*)$/.exec(coded) ?? [];
  return {
    name,
    number: Number(number),
    what: parseWhat(what),
    pointer: flags.includes('*'),
    always: flags.includes('!'),
    inline: flags.includes('^'),
  };
}

const scalars: Readonly<Record<string, Scalar>> = {
  s: 'text',
  i: 'integer',
  n: 'int32',
  f: 'number',
  b: 'boolean',
  y: 'bytes',
  time: 'time',
  microtime: 'microtime',
  duration: 'duration',
  quantity: 'quantity',
  intorstring: 'intorstring',
  raw: 'raw',
  fields: 'fields',
  extra: 'extra',
};

function parseWhat(text: string): What {
  const inner = () => parseWhat(text.slice(1, -1));
  if (text.startsWith('[')) return { of: 'list', item: inner() };
  if (text.startsWith('{')) return { of: 'map', item: inner() };
  const scalar = Object.hasOwn(scalars, text) ? scalars[text] : undefined;
  return scalar === undefined ? { of: 'type', name: text } : { of: 'scalar', scalar };
}
