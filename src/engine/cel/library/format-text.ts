import { utf8Decode, utf8Encode } from '../../../base/bytes.ts';
import type { Expr } from '../ast.ts';
import { textOrder } from '../compare.ts';
import type { Placed, Validator } from '../environment.ts';
import type { CelMap } from '../map.ts';
import { formatFixed, formatPlain, formatScientific } from '../number-text.ts';
import { formatTimestamp } from '../time.ts';
import type { CelType } from '../types.ts';
import { formatType } from '../types.ts';
import type { CelValue } from '../value.ts';
import { celError, isCelList, isMap, isTagged, noSuchOverload, typeNameOf } from '../value.ts';
import { secondsOf } from './seconds.ts';

/** A piece of a format string: plain text, or a clause such as `%.2f`. */
type Piece = { readonly text: string } | { readonly clause: string; readonly precision: number };

const unexpectedEnd = 'unexpected end of string';
const defaultPrecision = 6;
const maxPrecision = 100;

/** Cuts a format string into pieces; a text is what is wrong, after the pieces that still count. */
function* piecesOf(format: string): Generator<Piece | string> {
  let text = '';
  for (let at = 0; at < format.length; at += 1) {
    const char = format[at];
    if (char !== '%') {
      text += char;
      continue;
    }
    if (format[at + 1] === '%') {
      text += '%';
      at += 1;
      continue;
    }
    yield { text };
    text = '';
    const clause = readClause(format.slice(at + 1));
    if (typeof clause === 'string') {
      yield clause;
      return;
    }
    yield clause;
    at += clause.length;
  }
  yield { text };
}

type Clause = { clause: string; precision: number; length: number };

function readClause(rest: string): Clause | string {
  if (rest === '') return unexpectedEnd;
  const [, digits] = /^\.(\d*)/.exec(rest) ?? [];
  const wrong = (what: string) => `could not parse formatting clause: ${what}`;
  const length = digits === undefined ? 0 : digits.length + 1;
  const clause = rest[length];
  const badPrecision = (what: string) => wrong(`error while parsing precision: ${what}`);
  if (clause === undefined) return badPrecision('could not find end of precision specifier');
  if (digits === '') {
    return badPrecision(
      'error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax',
    );
  }
  const precision = digits === undefined ? defaultPrecision : Number(digits);
  if (precision > maxPrecision) {
    return badPrecision(`precision ${precision} exceeds maximum allowed precision ${maxPrecision}`);
  }
  if (!'sdfebxXo'.includes(clause)) return wrong(`unrecognized formatting clause "${clause}"`);
  return { clause, precision, length: length + 1 };
}

/** `text.format(list)`. */
export function formatFunction([format, args]: readonly CelValue[]): CelValue {
  if (typeof format !== 'string' || args === undefined || !isCelList(args)) return noSuchOverload;
  let text = '';
  let next = 0;
  for (const piece of piecesOf(format)) {
    if (typeof piece === 'string') return celError(piece);
    if ('text' in piece) {
      text += piece.text;
      continue;
    }
    const value = args[next];
    if (value === undefined) return celError(`index ${next} out of range`);
    next += 1;
    const formatted = formatClause(piece.clause, piece.precision, value);
    if (formatted === null) return celError(`cannot format ${typeNameOf(value)}`);
    text += formatted;
  }
  return text;
}

function formatClause(clause: string, precision: number, value: CelValue): string | null {
  if (clause === 's') return formatString(value);
  const whole = integerOf(value);
  if ('dfe'.includes(clause)) return formatNumber(clause, precision, whole ?? value);
  if (clause === 'b' && typeof value === 'boolean') return value ? '1' : '0';
  if (clause === 'b' || clause === 'o') return whole?.toString(clause === 'b' ? 2 : 8) ?? null;
  return formatHex(value, whole, clause === 'X');
}

function formatNumber(clause: string, precision: number, value: CelValue): string | null {
  if (typeof value !== 'bigint' && typeof value !== 'number') return null;
  if (clause === 'f') return formatFixed(Number(value), precision);
  if (clause === 'e') return formatScientific(Number(value), precision);
  return typeof value === 'bigint' ? String(value) : formatPlain(value);
}

function integerOf(value: CelValue): bigint | null {
  if (typeof value === 'bigint') return value;
  return isTagged(value) && value.cel === 'uint' ? value.value : null;
}

function formatHex(value: CelValue, whole: bigint | null, upper: boolean): string | null {
  let bytes: Uint8Array | null = null;
  if (typeof value === 'string') bytes = utf8Encode(value);
  else if (isTagged(value) && value.cel === 'bytes') bytes = value.bytes;
  const hex =
    bytes === null
      ? (whole?.toString(16) ?? null)
      : [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return upper && hex !== null ? hex.toUpperCase() : hex;
}

function formatString(value: CelValue): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return formatPlain(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isCelList(value)) {
    const items = value.map(formatString);
    return items.includes(null) ? null : `[${items.join(', ')}]`;
  }
  if (isMap(value)) return formatMap(value);
  switch (value.cel) {
    case 'uint':
      return String(value.value);
    case 'bytes':
      return utf8Decode(value.bytes) ?? '\ufffd';
    case 'duration':
      return `${formatPlain(secondsOf(value.nanos))}s`;
    case 'timestamp':
      return formatTimestamp(value.nanos);
    case 'type':
      return value.name;
    default:
      return null;
  }
}

function formatMap(map: CelMap): string | null {
  const entries: [string, string][] = [];
  for (const key of map.keys()) {
    const [name, value] = [formatString(key), formatString(map.get(key) ?? null)];
    if (name === null || value === null) return null;
    entries.push([name, value]);
  }
  entries.sort(([a], [b]) => textOrder(a, b));
  return `{${entries.map(([key, value]) => `${key}: ${value}`).join(', ')}}`;
}

/** What a clause may be used on, and how cel-go words that. */
interface Rule {
  readonly on: ReadonlySet<string>;
  readonly words: string;
}

const numbers: ReadonlySet<string> = new Set(['int', 'uint', 'double', 'dyn']);
const hexRule: Rule = {
  on: new Set(['int', 'uint', 'string', 'bytes', 'dyn']),
  words: 'only ints, uints, bytes, and strings can be formatted as hex',
};
const rules: ReadonlyMap<string, Rule> = new Map([
  ['d', { on: numbers, words: 'decimal clause can only be used on ints, uints, and doubles' }],
  ['f', { on: numbers, words: 'fixed-point clause can only be used on ints, uints, and doubles' }],
  ['e', { on: numbers, words: 'scientific clause can only be used on ints, uints, and doubles' }],
  [
    'b',
    {
      on: new Set(['bool', 'int', 'uint', 'dyn']),
      words: 'only ints, uints, and bools can be formatted as binary',
    },
  ],
  [
    'o',
    {
      on: new Set(['int', 'uint', 'dyn']),
      words: 'octal clause can only be used on ints and uints',
    },
  ],
  ['x', hexRule],
  ['X', hexRule],
]);
const stringClause =
  'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps';

/** Checks calls of `format` whose text and arguments are written out, as cel-go does when it compiles. */
export const formatValidator: Validator = (expr, typeOf) => {
  if (expr.kind !== 'call' || expr.name !== 'format' || expr.target?.kind !== 'literal') return [];
  const [list] = expr.args;
  const format = expr.target.value;
  if (typeof format !== 'string' || list?.kind !== 'list') return [];
  const wrong = checkFormat(format, list.elements, typeOf);
  if (wrong === null) return [];
  return [typeof wrong === 'string' ? { at: expr.at, message: wrong } : wrong];
};

// A text is a problem of the call as a whole.
function checkFormat(
  format: string,
  args: readonly Expr[],
  typeOf: (expr: Expr) => CelType,
): Placed | string | null {
  let next = 0;
  for (const piece of piecesOf(format)) {
    if (typeof piece !== 'string' && 'text' in piece) continue;
    if (piece === unexpectedEnd) return piece;
    const arg = args[next];
    if (arg === undefined) return `index ${next} out of range`;
    if (typeof piece === 'string') return piece;
    const wrong = misfit(piece.clause, arg, typeOf);
    if (wrong !== null) return wrong;
    next += 1;
  }
  if (args.length <= next) return null;
  return `too many arguments supplied to string.format (expected ${next}, got ${args.length})`;
}

function misfit(clause: string, arg: Expr, typeOf: (expr: Expr) => CelType): Placed | null {
  const rule = rules.get(clause);
  const bad = rule === undefined ? notPrintable(arg, typeOf) : arg;
  if (bad === null || rule?.on.has(typeOf(bad).kind)) return null;
  const given = typeName(typeOf(bad));
  const what = rule?.words ?? stringClause;
  return { at: bad.at, message: `error during formatting: ${what}, was given ${given}` };
}

function notPrintable(arg: Expr, typeOf: (expr: Expr) => CelType): Expr | null {
  const { kind } = typeOf(arg);
  if (kind === 'opaque' || kind === 'param' || kind === 'error') return arg;
  if (arg.kind === 'list') return firstOf(arg.elements, typeOf);
  if (arg.kind !== 'map') return null;
  return firstOf(
    arg.entries.flatMap(({ key, value }) => [key, value]),
    typeOf,
  );
}

function firstOf(parts: readonly Expr[], typeOf: (expr: Expr) => CelType): Expr | null {
  for (const part of parts) {
    const bad = notPrintable(part, typeOf);
    if (bad !== null) return bad;
  }
  return null;
}

function typeName(type: CelType): string {
  if (type.kind === 'timestamp') return 'google.protobuf.Timestamp';
  if (type.kind === 'duration') return 'google.protobuf.Duration';
  if (type.kind === 'null') return 'null_type';
  return formatType(type).replace(/\(.*$/s, '');
}
