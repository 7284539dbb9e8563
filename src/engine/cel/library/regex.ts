import { compilePattern } from '../../pattern/pattern.ts';
import type { Library } from '../environment.ts';
import { member } from '../environment.ts';
import type { CelValue } from '../value.ts';
import { celError, noSuchOverload } from '../value.ts';

function find([text, source]: readonly CelValue[]): CelValue {
  if (typeof text !== 'string' || typeof source !== 'string') return noSuchOverload;
  const compiled = compilePattern(source);
  return compiled.ok ? (compiled.pattern.find(text) ?? '') : celError(compiled.message);
}

function findAll([text, source, limit = -1n]: readonly CelValue[]): CelValue {
  if (typeof text !== 'string' || typeof source !== 'string' || typeof limit !== 'bigint') {
    return noSuchOverload;
  }
  const compiled = compilePattern(source);
  if (!compiled.ok) return celError(compiled.message);
  return compiled.pattern.findAll(text, limit < 0n ? -1 : Number(limit));
}

/** Kubernetes' functions on patterns (apiserver `pkg/cel/library/regex.go`). */
export const regex: Library = {
  functions: new Map([
    ['find', [member('string_find_string', 'string, string -> string', find)]],
    [
      'findAll',
      [
        member('string_find_all_string', 'string, string -> list(string)', findAll),
        member('string_find_all_string_int', 'string, string, int -> list(string)', findAll),
      ],
    ],
  ]),
};
