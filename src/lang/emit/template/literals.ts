import { isJsonObject, type Json } from '../../../base/json.ts';
import type { IrType } from '../../../ir/expr.ts';
import { call, type GoExpr, nil, no, number, text, yes } from './go.ts';

/** A constant as a value of a template. */
export function constant(value: Json, type: IrType): GoExpr {
  if (typeof value === 'string') {
    // Integers beyond 2^53 are texts in the IR.
    return type === 'int' && /^-?\d+$/.test(value) ? number(BigInt(value)) : text(value);
  }
  if (typeof value === 'number') return number(Number.isSafeInteger(value) ? BigInt(value) : value);
  if (typeof value === 'boolean') return value ? yes : no;
  if (value === null) return call('dig', text(''), nil, call('dict'));
  if (!isJsonObject(value)) return call('list', ...value.map((item) => constant(item, 'json')));
  const fields = Object.entries(value).flatMap(([key, item]) => [
    text(key),
    constant(item ?? null, 'json'),
  ]);
  return call('dict', ...fields);
}
