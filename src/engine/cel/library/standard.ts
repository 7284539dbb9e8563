import { utf8Decode, utf8Encode } from '../../../base/bytes.ts';
import { compilePattern } from '../../pattern/pattern.ts';
import { add, divide, modulo, multiply, negate, subtract } from '../arithmetic.ts';
import { operators } from '../ast.ts';
import { celEqual, celOrder } from '../compare.ts';
import type { Library, Overload } from '../environment.ts';
import { global, member } from '../environment.ts';
import { formatGeneral, formatPlain } from '../number-text.ts';
import { formatTimestamp } from '../time.ts';
import type { CelValue } from '../value.ts';
import {
  celError,
  isCelList,
  isMap,
  isTagged,
  noSuchOverload,
  sizeOf,
  typeNameOf,
} from '../value.ts';
import { conversions } from './conversions.ts';
import { secondsOf } from './seconds.ts';
import { timeFunctions } from './time-functions.ts';

type Run = Overload['run'];
type Cost = NonNullable<Overload['cost']>;

// Cost of walking a text once: a tenth of its length.
function traversal(size: number): number {
  return Math.ceil(size * 0.1);
}

const ofFirst: Cost = ([a = null]) => traversal(sizeOf(a));
const ofSecond: Cost = ([, b = null]) => traversal(sizeOf(b));
const ofShorter: Cost = ([a = null, b = null]) => traversal(Math.min(sizeOf(a), sizeOf(b)));
const ofBoth: Cost = ([a = null, b = null]) => traversal(sizeOf(a) + sizeOf(b));

const comparable = ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration'];
const numeric = ['double', 'int', 'uint'];

function ordering(name: string, holds: (order: number) => boolean): Overload[] {
  const run: Run = ([a = null, b = null]) => {
    const order = celOrder(a, b);
    return order === null ? noSuchOverload : holds(order);
  };
  const make = (types: string, cost?: Cost): Overload => ({
    ...global(`${name} ${types}`, `${types} -> bool`, run, cost),
    generic: true,
  });
  return comparable.flatMap((type) => {
    const walks = type === 'string' || type === 'bytes';
    const same = make(`${type}, ${type}`, walks ? ofShorter : undefined);
    const others = numeric.includes(type) ? numeric.filter((other) => other !== type) : [];
    return [
      same,
      ...others.map((other): Overload => ({ ...make(`${type}, ${other}`), mixed: true })),
    ];
  });
}

function binary(
  name: string,
  types: readonly string[],
  of: (a: CelValue, b: CelValue) => CelValue,
) {
  const run: Run = ([a = null, b = null]) => of(a, b);
  return types.map((type) => {
    const walks = name === 'add' && /^(?:string|bytes)/.test(type);
    return global(`${name}_${type}`, type, run, walks ? ofBoth : undefined);
  });
}

const arithmeticTypes = numeric.map((type) => `${type}, ${type} -> ${type}`);

const size: Run = ([of = null]) => {
  const sized = typeof of === 'string' || isCelList(of) || isMap(of);
  return sized || (isTagged(of) && of.cel === 'bytes') ? BigInt(sizeOf(of)) : noSuchOverload;
};

function contains(value: CelValue, within: CelValue): CelValue {
  if (isCelList(within)) return within.some((item) => celEqual(item, value));
  return isMap(within) ? within.get(value) !== undefined : noSuchOverload;
}

function matches([text, source]: readonly CelValue[]): CelValue {
  if (typeof text !== 'string' || typeof source !== 'string') return noSuchOverload;
  const compiled = compilePattern(source);
  return compiled.ok ? compiled.pattern.test(text) : celError(compiled.message);
}

const matchCost: Cost = ([text = null, source = null]) =>
  traversal(1 + sizeOf(text)) * Math.ceil(sizeOf(source) * 0.25);
const containsCost: Cost = ([text = null, part = null]) =>
  traversal(sizeOf(text)) * traversal(sizeOf(part));

function texts(of: (a: string, b: string) => boolean): Run {
  return ([a, b]) => (typeof a === 'string' && typeof b === 'string' ? of(a, b) : noSuchOverload);
}

/** The text of a value: `string(x)`; an error for what has none. */
function toText(value: CelValue): CelValue {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return formatGeneral(value);
  if (!isTagged(value)) return noSuchOverload;
  switch (value.cel) {
    case 'uint':
      return String(value.value);
    case 'bytes':
      return (
        utf8Decode(value.bytes) ?? celError('invalid UTF-8 in bytes, cannot convert to string')
      );
    case 'duration':
      return `${formatPlain(secondsOf(value.nanos))}s`;
    case 'timestamp':
      return formatTimestamp(value.nanos);
    default:
      return noSuchOverload;
  }
}

const textOf: Run = ([value = null]) => toText(value);
const itself: Run = ([value = null]) => value;

const functions: readonly (readonly [string, readonly Overload[]])[] = [
  [operators.not, [global('logical_not', 'bool -> bool', ([value]) => !value)]],
  // The planner runs the next ones itself, because they do not need all their arguments.
  [operators.conditional, [global('conditional', 'bool, A, A -> A', () => noSuchOverload)]],
  [operators.and, [global('logical_and', 'bool, bool -> bool', () => noSuchOverload)]],
  [operators.or, [global('logical_or', 'bool, bool -> bool', () => noSuchOverload)]],
  [operators.notStrictlyFalse, [global('not_strictly_false', 'bool -> bool', itself)]],
  [
    operators.equals,
    [global('equals', 'A, A -> bool', ([a = null, b = null]) => celEqual(a, b), ofShorter)],
  ],
  [
    operators.notEquals,
    [global('not_equals', 'A, A -> bool', ([a = null, b = null]) => !celEqual(a, b), ofShorter)],
  ],
  [operators.less, ordering('less', (order) => order < 0)],
  [operators.lessEquals, ordering('less_equals', (order) => order <= 0)],
  [operators.greater, ordering('greater', (order) => order > 0)],
  [operators.greaterEquals, ordering('greater_equals', (order) => order >= 0)],
  [
    operators.add,
    binary(
      'add',
      [
        'bytes, bytes -> bytes',
        'double, double -> double',
        'duration, duration -> duration',
        'duration, timestamp -> timestamp',
        'timestamp, duration -> timestamp',
        'int, int -> int',
        'list(A), list(A) -> list(A)',
        'string, string -> string',
        'uint, uint -> uint',
      ],
      add,
    ),
  ],
  [
    operators.subtract,
    binary(
      'subtract',
      [
        'double, double -> double',
        'duration, duration -> duration',
        'int, int -> int',
        'timestamp, duration -> timestamp',
        'timestamp, timestamp -> duration',
        'uint, uint -> uint',
      ],
      subtract,
    ),
  ],
  [operators.multiply, binary('multiply', arithmeticTypes, multiply)],
  [operators.divide, binary('divide', arithmeticTypes, divide)],
  [operators.modulo, binary('modulo', ['int, int -> int', 'uint, uint -> uint'], modulo)],
  [
    operators.negate,
    [
      global('negate_double', 'double -> double', ([value = null]) => negate(value)),
      global('negate_int64', 'int -> int', ([value = null]) => negate(value)),
    ],
  ],
  // Indexes are qualifiers: the planner runs them. The optional forms are of optional types.
  [
    operators.index,
    [
      global('index_list', 'list(A), int -> A', () => noSuchOverload),
      global('index_map', 'map(A, B), A -> B', () => noSuchOverload),
    ],
  ],
  [
    operators.in,
    [
      global(
        'in_list',
        'A, list(A) -> bool',
        ([a = null, b = null]) => contains(a, b),
        ([, b = null]) => sizeOf(b),
      ),
      global('in_map', 'A, map(A, B) -> bool', ([a = null, b = null]) => contains(a, b)),
    ],
  ],
  [
    'size',
    ['bytes', 'list(A)', 'map(A, B)', 'string'].flatMap((type) => [
      global(`size_${type}`, `${type} -> int`, size),
      member(`${type}_size`, `${type} -> int`, size),
    ]),
  ],
  [
    'contains',
    [
      member(
        'contains_string',
        'string, string -> bool',
        texts((a, b) => a.includes(b)),
        containsCost,
      ),
    ],
  ],
  [
    'startsWith',
    [
      member(
        'starts_with_string',
        'string, string -> bool',
        texts((a, b) => a.startsWith(b)),
        ofSecond,
      ),
    ],
  ],
  [
    'endsWith',
    [
      member(
        'ends_with_string',
        'string, string -> bool',
        texts((a, b) => a.endsWith(b)),
        ofSecond,
      ),
    ],
  ],
  [
    'matches',
    [
      global('matches', 'string, string -> bool', matches, matchCost),
      member('matches_string', 'string, string -> bool', matches, matchCost),
    ],
  ],
  [
    'string',
    [
      ...['string', 'bool', 'double', 'duration', 'int', 'timestamp', 'uint'].map((type) =>
        global(`${type}_to_string`, `${type} -> string`, textOf),
      ),
      global('bytes_to_string', 'bytes -> string', textOf, ofFirst),
    ],
  ],
  [
    'bytes',
    [
      global('bytes_to_bytes', 'bytes -> bytes', itself),
      global('string_to_bytes', 'string -> bytes', bytesOf, ofFirst),
    ],
  ],
  ['dyn', [global('to_dyn', 'A -> dyn', itself)]],
  [
    'type',
    [
      global('type', 'A -> type(A)', ([value = null]) => ({
        cel: 'type',
        name: typeNameOf(value),
      })),
    ],
  ],
  ...conversions,
  ...timeFunctions,
];

function bytesOf([text]: readonly CelValue[]): CelValue {
  return typeof text === 'string' ? { cel: 'bytes', bytes: utf8Encode(text) } : noSuchOverload;
}

/** CEL's standard functions and operators, with the costs cel-go counts (`interpreter/runtimecost.go`). */
export const standard: Library = { functions: new Map(functions) };
