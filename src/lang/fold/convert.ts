import { quantityOf } from '../../kube/quantity.ts';
import {
  int64,
  readCidr,
  readDuration,
  readPercent,
  readQuantity,
  readTime,
  readVersion,
} from './literal.ts';
import { isUnit, scalarText, type Value } from './value.ts';

/** Types a text can be read as. */
export type Readable =
  | 'string'
  | 'bool'
  | 'int'
  | 'float'
  | 'score'
  | 'quantity'
  | 'duration'
  | 'version'
  | 'percent'
  | 'time'
  | 'cidr';

/** Reads a text as a type; undefined where it does not parse. */
export function readAs(type: Readable, text: string): Value | undefined {
  switch (type) {
    case 'string':
      return text;
    case 'bool':
      return text === 'true' || (text === 'false' ? false : undefined);
    case 'int':
      return readInt(text);
    case 'score': {
      const score = readInt(text);
      return score !== undefined && score >= -100n && score <= 100n ? score : undefined;
    }
    case 'float':
      return /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text))
        ? Number(text)
        : undefined;
    case 'quantity':
      return readQuantity(text) ?? undefined;
    case 'duration':
      return readDuration(text) ?? undefined;
    case 'version':
      return readVersion(text) ?? undefined;
    case 'percent':
      return readPercent(text) ?? undefined;
    case 'time':
      return readTime(text) ?? undefined;
    case 'cidr':
      return readCidr(text) ?? undefined;
  }
}

/** `int(x)`, `float(x)` …: from a text or from each other, where that is exact; undefined otherwise. */
export function convert(type: Readable, value: Value): Value | undefined {
  if (typeof value === 'string') return readAs(type, value);
  switch (type) {
    case 'string':
      return scalarText(value) ?? undefined;
    case 'int':
      if (typeof value === 'bigint') return value;
      return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined;
    case 'float':
      if (typeof value === 'number') return value;
      return typeof value === 'bigint' && BigInt(Number(value)) === value
        ? Number(value)
        : undefined;
    case 'quantity':
      if (typeof value === 'bigint') return { unit: 'quantity', quantity: quantityOf(value) };
      if (typeof value === 'number') return readQuantity(String(value)) ?? undefined;
      return hasUnit(value, 'quantity');
    case 'duration':
    case 'version':
    case 'percent':
    case 'time':
    case 'cidr':
      return hasUnit(value, type);
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'score':
      return typeof value === 'bigint' ? value : undefined;
  }
}

function hasUnit(value: Value, unit: string): Value | undefined {
  return isUnit(value) && value.unit === unit ? value : undefined;
}

function readInt(text: string): bigint | undefined {
  if (!/^[+-]?\d{1,20}$/.test(text)) return undefined;
  return int64(BigInt(text.replace('+', ''))) ?? undefined;
}
