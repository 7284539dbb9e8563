import type { KubeObject } from '../../kube/object.ts';

const maxInt64 = 2n ** 63n - 1n;
const minInt64 = -(2n ** 63n);

/**
 * Reads JSON as Kubernetes does: integers of 64 bits keep their exact value (as `bigint` where a number of
 * JavaScript would not hold them), larger ones become the nearest number, and what is too large for any is refused.
 * Throws `SyntaxError`.
 */
export function parseJson(text: string): unknown {
  return mayHoldLongNumber(text) ? JSON.parse(text, keepExact) : JSON.parse(text);
}

/** Writes JSON, with `bigint` as the integer it is. */
export function printJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // JSON.stringify knows no bigint; a replacer for every value would make the usual case five times slower
    if (error instanceof TypeError) return JSON.stringify(value, rawBigints);
    throw error;
  }
}

/** The JSON of an object as the write with this revision leaves it. */
export function printObject(object: KubeObject, revision: number): string {
  const metadata = { ...object.metadata, resourceVersion: String(revision) };
  return printJson({ ...object, metadata });
}

// 2^53 has 16 digits, and what overflows without as many has an exponent of three
function mayHoldLongNumber(text: string): boolean {
  return /\d{16}|[eE]\+?\d{3}/.test(text);
}

function keepExact(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  if (!Number.isFinite(value)) {
    const why = `json: cannot unmarshal number ${source ?? ''} into Go value of type float64`;
    throw new SyntaxError(why);
  }
  if (source === undefined || !/^-?\d+$/.test(source)) return value;
  const exact = BigInt(source);
  return exact >= minInt64 && exact <= maxInt64 ? exact : value;
}

function rawBigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJson.rawJSON(String(value)) : value;
}

// in V8 since Node 22; TypeScript's library does not know it yet
const rawJson = JSON as unknown as { readonly rawJSON: (text: string) => unknown };
