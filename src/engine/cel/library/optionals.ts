import { operators } from '../ast.ts';
import type { Library, Overload } from '../environment.ts';
import { global, member } from '../environment.ts';
import type { CelValue } from '../value.ts';
import {
  celError,
  isCelList,
  isMap,
  isOptional,
  isTagged,
  noSuchOverload,
  sizeOf,
} from '../value.ts';

export const none: CelValue = { cel: 'optional', value: undefined };

function of([value = null]: readonly CelValue[]): CelValue {
  return { cel: 'optional', value };
}

function ofNonZero([value = null]: readonly CelValue[]): CelValue {
  return isZero(value) ? none : { cel: 'optional', value };
}

function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === '' || value === 0 || value === 0n) return true;
  if (isCelList(value) || isMap(value)) return sizeOf(value) === 0;
  if (!isTagged(value)) return false;
  if (value.cel === 'uint') return value.value === 0n;
  if (value.cel === 'duration') return value.nanos === 0n;
  if (value.cel === 'bytes') return value.bytes.length === 0;
  return value.cel === 'optional' && (value.value === undefined || isZero(value.value));
}

function unwrap([list]: readonly CelValue[]): CelValue {
  if (list === undefined || !isCelList(list)) return noSuchOverload;
  const kept: CelValue[] = [];
  for (const item of list) {
    if (!isOptional(item)) return celError('value is not optional');
    if (item.value !== undefined) kept.push(item.value);
  }
  return kept;
}

function end(at: 0 | -1): Overload['run'] {
  return ([list]) =>
    list !== undefined && isCelList(list)
      ? { cel: 'optional', value: list.at(at) }
      : noSuchOverload;
}

const never = () => noSuchOverload;

/** cel-go's optional types. What selects, indexes or falls back on them is run by the planner. */
export const optionals: Library = {
  functions: new Map<string, readonly Overload[]>([
    ['optional.of', [global('optional_of', 'V -> optional_type(V)', of)]],
    [
      'optional.ofNonZeroValue',
      [global('optional_ofNonZeroValue', 'V -> optional_type(V)', ofNonZero)],
    ],
    ['optional.none', [global('optional_none', '-> optional_type(V)', () => none)]],
    ['optional.unwrap', [global('optional_unwrap', 'list(optional_type(V)) -> list(V)', unwrap)]],
    ['unwrapOpt', [member('optional_unwrapOpt', 'list(optional_type(V)) -> list(V)', unwrap)]],
    ['first', [member('list_first', 'list(V) -> optional_type(V)', end(0))]],
    ['last', [member('list_last', 'list(V) -> optional_type(V)', end(-1))]],
    [
      'hasValue',
      [
        member('optional_hasValue', 'optional_type(V) -> bool', ([value = null]) =>
          isOptional(value) ? value.value !== undefined : noSuchOverload,
        ),
      ],
    ],
    [
      'value',
      [
        member('optional_value', 'optional_type(V) -> V', ([value = null]) =>
          isOptional(value)
            ? (value.value ?? celError('optional.none() dereference'))
            : noSuchOverload,
        ),
      ],
    ],
    [
      'or',
      [member('optional_or', 'optional_type(V), optional_type(V) -> optional_type(V)', never)],
    ],
    ['orValue', [member('optional_orValue', 'optional_type(V), V -> V', never)]],
    [operators.optSelect, [global('select_optional', 'dyn, string -> optional_type(V)', never)]],
    [
      operators.optIndex,
      [
        global('list_optindex', 'list(V), int -> optional_type(V)', never),
        global('optional_list_optindex', 'optional_type(list(V)), int -> optional_type(V)', never),
        global('map_optindex', 'map(K, V), K -> optional_type(V)', never),
        global('optional_map_optindex', 'optional_type(map(K, V)), K -> optional_type(V)', never),
      ],
    ],
    [
      operators.index,
      [
        global('optional_list_index', 'optional_type(list(V)), int -> optional_type(V)', never),
        global('optional_map_index', 'optional_type(map(K, V)), K -> optional_type(V)', never),
      ],
    ],
  ]),
};
