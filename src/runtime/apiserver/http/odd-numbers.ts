import { isJsonObject, type Json } from '../../../base/json.ts';

/** How numbers are written that are no plain integers, by the path they are at, as `spec.ports[0].port`. */
export type OddNumbers = ReadonlyMap<string, string>;

export const noOddNumbers: OddNumbers = new Map();

// a number is followed by what ends it: times and versions in texts are nearly never taken for one
const mayHold = /[:[,]\s*-?(?:\d{16,}|\d+\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+)\s*[,\]}]/;
const isPlain = /^-?\d{1,15}$/;

/**
 * Numbers in a JSON text that Go would not read as integers, or not exactly as JavaScript does: `1.0`, `1e3`, those of
 * many digits. Of a text that is no JSON there are none. The text nests no deeper than what is read (`nestsTooDeep`).
 */
export function oddNumbers(text: string): OddNumbers {
  if (!mayHold.test(text)) return noOddNumbers;
  const held = new Map<unknown, Map<string, string>>();
  // INVARIANT: gives each value back as it is, so that what holds a number is in the result
  function note(this: unknown, key: string, value: unknown, context?: { source?: string }) {
    const { source } = context ?? {};
    if (typeof value !== 'number' || source === undefined || isPlain.test(source)) return value;
    const sources = held.get(this) ?? new Map<string, string>();
    held.set(this, sources.set(key, source));
    return value;
  }
  const found = new Map<string, string>();
  const walk = (value: Json | undefined, path: string): void => {
    for (const [key, source] of held.get(value) ?? []) found.set(below(value, path, key), source);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, each] of Object.entries(value)) walk(each, below(value, path, key));
  };
  try {
    walk(JSON.parse(text, note) as Json, '');
  } catch {
    return noOddNumbers;
  }
  return found;
}

function below(holder: Json | undefined, path: string, key: string): string {
  if (Array.isArray(holder)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** The same of what a JSON patch sets, at the paths it sets it at. */
export function oddNumbersOfPatch(text: string): OddNumbers {
  const odd = oddNumbers(text);
  if (odd.size === 0) return odd;
  const operations = JSON.parse(text) as Json;
  const found = new Map<string, string>();
  for (const [path, source] of odd) {
    const [, index = '', rest = ''] = /^\[(\d+)\]\.value(.*)$/s.exec(path) ?? [];
    const operation = Array.isArray(operations) ? operations[Number(index)] : undefined;
    if (index === '' || !isJsonObject(operation) || operation['op'] === 'test') continue;
    if (typeof operation['path'] === 'string') found.set(pointed(operation['path']) + rest, source);
  }
  return found;
}

/** A JSON pointer as a path; what looks like an index is taken for one. */
function pointed(pointer: string): string {
  const names = pointer.split('/').slice(1);
  const plain = names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return plain.reduce((path, name) => {
    if (/^\d+$/.test(name)) return `${path}[${name}]`;
    return path === '' ? name : `${path}.${name}`;
  }, '');
}
