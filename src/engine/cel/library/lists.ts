import { add } from '../arithmetic.ts';
import { celEqual, celOrder } from '../compare.ts';
import type { Library, Overload } from '../environment.ts';
import { member } from '../environment.ts';
import type { CelValue } from '../value.ts';
import { celError, isCelList, isError, noSuchOverload } from '../value.ts';

type Run = Overload['run'];

function onList(of: (list: readonly CelValue[], arg: CelValue) => CelValue): Run {
  return ([list, arg = null]) =>
    list !== undefined && isCelList(list) ? of(list, arg) : noSuchOverload;
}

// Elements of different types are neither above nor below each other; a list, map or null has no order at all.
const isComparable = (value: CelValue) => celOrder(value, value) !== null || Number.isNaN(value);

const isSorted = onList((list) => {
  if (!list.every(isComparable)) return noSuchOverload;
  for (let at = 1; at < list.length; at += 1) {
    const order = celOrder(list[at - 1] ?? null, list[at] ?? null);
    if (order !== null && order > 0) return false;
  }
  return true;
});

function sumFrom(zero: CelValue): Run {
  return onList((list) => {
    let sum = zero;
    for (const item of list) {
      sum = add(sum, item);
      if (isError(sum)) return sum;
    }
    return sum;
  });
}

function extreme(name: string, sign: number): Run {
  return onList((list) => {
    let best = list[0];
    if (best === undefined) return celError(`${name} called on empty list`);
    if (!list.every(isComparable)) return noSuchOverload;
    for (const item of list) {
      const order = celOrder(best, item);
      if (order !== null && order * sign > 0) best = item;
    }
    return best;
  });
}

const indexOf = onList((list, item) => BigInt(list.findIndex((other) => celEqual(other, item))));
const lastIndexOf = onList((list, item) =>
  BigInt(list.findLastIndex((other) => celEqual(other, item))),
);

const comparable = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];
const zeros: readonly (readonly [string, CelValue])[] = [
  ['int', 0n],
  ['uint', { cel: 'uint', value: 0n }],
  ['double', 0],
  ['duration', { cel: 'duration', nanos: 0n }],
];

function each(name: string, result: (type: string) => string, run: Run): Overload[] {
  return comparable.map((type) =>
    member(`list_${type}_${name}`, `list(${type}) -> ${result(type)}`, run),
  );
}

/** Kubernetes' functions on lists (apiserver `pkg/cel/library/lists.go`). */
export const lists: Library = {
  functions: new Map([
    ['isSorted', each('is_sorted', () => 'bool', isSorted)],
    ['sum', zeros.map(([t, zero]) => member(`list_${t}_sum`, `list(${t}) -> ${t}`, sumFrom(zero)))],
    ['max', each('max', (type) => type, extreme('max', -1))],
    ['min', each('min', (type) => type, extreme('min', 1))],
    ['indexOf', [member('list_a_index_of_int', 'list(A), A -> int', indexOf)]],
    ['lastIndexOf', [member('list_a_last_index_of_int', 'list(A), A -> int', lastIndexOf)]],
  ]),
};
