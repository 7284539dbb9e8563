import { isJsonObject } from '../../../base/json.ts';

/** A value of the JSON kind, or nothing, which Go calls nil. */
export type Value = unknown;

/**
 * A value as Go's `fmt.Sprint` prints it: what upstream compares scalars and the items of lists by. Whole numbers are
 * int64 there, others float64; the keys of maps are sorted.
 */
export function sprint(value: Value): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(sprint).join(' ')}]`;
  if (isJsonObject(value)) {
    const keys = Object.keys(value).sort();
    return `map[${keys.map((key) => `${key}:${sprint(value[key])}`).join(' ')}]`;
  }
  return typeof value === 'number' ? numberText(value) : String(value);
}

/** A value as `sprint` prints it, the items of its lists sorted: the order upstream compares lists in. */
export function sortedSprint(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(sortedSprint).sort().join(' ')}]`;
  if (isJsonObject(value)) {
    const keys = Object.keys(value).sort();
    return `map[${keys.map((key) => `${key}:${sortedSprint(value[key])}`).join(' ')}]`;
  }
  return sprint(value);
}

/** The zero value of the type of a value, printed. */
export function sprintZero(value: Value): string {
  if (Array.isArray(value)) return '[]';
  switch (typeof value) {
    case 'string':
      return '';
    case 'number':
      return '0';
    case 'boolean':
      return 'false';
    default:
      return value === null || value === undefined ? '<nil>' : 'map[]';
  }
}

/** The name of a value's Go type, as `%T` prints it. */
export function typeName(value: Value): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}

const int64End = 2 ** 63;

// `%v` of a float64: the shortest digits, with an exponent below 1e-04 and from 1e+06.
function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < int64End) {
    return String(value === 0 ? 0 : value);
  }
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  const digits = String(Math.abs(power)).padStart(2, '0');
  return `${mantissa}e${power < 0 ? '-' : '+'}${digits}`;
}
