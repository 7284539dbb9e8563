/** A type of CEL, as the checker knows it. */
export type CelType =
  | { readonly kind: Simple }
  /** A type of a library: `net.IP`, `optional_type(int)`. */
  | { readonly kind: 'opaque'; readonly name: string; readonly params: readonly CelType[] }
  | { readonly kind: 'list'; readonly params: readonly [CelType] }
  | { readonly kind: 'map'; readonly params: readonly [CelType, CelType] }
  | { readonly kind: 'type'; readonly params: readonly CelType[] }
  /** Of known fields, and no others. */
  | {
      readonly kind: 'object';
      readonly name: string;
      readonly fields: ReadonlyMap<string, CelType>;
    }
  | { readonly kind: 'param'; readonly name: string };

const simple = [
  'bool',
  'int',
  'uint',
  'double',
  'string',
  'bytes',
  'null',
  'timestamp',
  'duration',
  'dyn',
  'error',
] as const;
export type Simple = (typeof simple)[number];

const simpleTypes: ReadonlyMap<string, CelType> = new Map(simple.map((kind) => [kind, { kind }]));

export const dyn: CelType = { kind: 'dyn' };
export const errorType: CelType = { kind: 'error' };
export const bool: CelType = { kind: 'bool' };
export const int: CelType = { kind: 'int' };
export const string: CelType = { kind: 'string' };

export function listOf(of: CelType): CelType {
  return { kind: 'list', params: [of] };
}

export function mapOfTypes(key: CelType, value: CelType): CelType {
  return { kind: 'map', params: [key, value] };
}

export function optionalOf(of: CelType): CelType {
  return { kind: 'opaque', name: 'optional_type', params: [of] };
}

/** The type of objects with these fields; objects of the same name are of the same type. */
export function objectOf(name: string, fields: ReadonlyMap<string, CelType>): CelType {
  return { kind: 'object', name, fields };
}

/** The parts of a type made of others. */
export function paramsOf(type: CelType): readonly CelType[] {
  return 'params' in type ? type.params : [];
}

/** The type as messages print it. */
export function formatType(type: CelType): string {
  switch (type.kind) {
    case 'error':
      return '!error!';
    case 'param':
    case 'object':
      return type.name;
    case 'opaque':
      return withParams(type.name, type.params);
    case 'list':
    case 'map':
    case 'type':
      return withParams(type.kind, type.params);
    default:
      return type.kind;
  }
}

function withParams(name: string, params: readonly CelType[]): string {
  return params.length === 0 ? name : `${name}(${params.map(formatType).join(', ')})`;
}

/** Reads a signature of ours, `list(A), int -> A`; one capital letter is a type parameter. */
export function signature(text: string): { args: readonly CelType[]; result: CelType } {
  const [args = '', result = ''] = text.split('->');
  return { args: args.trim() === '' ? [] : readTypes(args), result: readType(result.trim()) };
}

function readTypes(text: string): CelType[] {
  const types: CelType[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const char = text[at];
    if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (char === undefined || (char === ',' && depth === 0)) {
      types.push(readType(text.slice(from, at).trim()));
      from = at + 1;
    }
  }
  return types;
}

function readType(text: string): CelType {
  if (/^[A-Z]$/.test(text)) return { kind: 'param', name: text };
  const open = text.indexOf('(');
  const name = open < 0 ? text : text.slice(0, open);
  const params = open < 0 ? [] : readTypes(text.slice(open + 1, -1));
  const [first = dyn, second = dyn] = params;
  if (name === 'list') return listOf(first);
  if (name === 'map') return mapOfTypes(first, second);
  if (name === 'type') return { kind: 'type', params };
  return simpleTypes.get(name) ?? { kind: 'opaque', name, params };
}
