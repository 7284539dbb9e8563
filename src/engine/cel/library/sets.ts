import { celEqual } from '../compare.ts';
import type { Library, Overload } from '../environment.ts';
import { global } from '../environment.ts';
import { type CelValue, isCelList, noSuchOverload } from '../value.ts';

type List = readonly CelValue[];

function ofLists(run: (a: List, b: List) => boolean): Overload['run'] {
  return ([a, b]) =>
    a !== undefined && b !== undefined && isCelList(a) && isCelList(b) ? run(a, b) : noSuchOverload;
}

const has = (list: List, value: CelValue) => list.some((each) => celEqual(each, value));
const contains = (list: List, sub: List) => sub.every((each) => has(list, each));

/** Each with each (cel-go `ext/sets.go`, as Kubernetes counts it). */
const cost: NonNullable<Overload['cost']> = ([a, b]) =>
  a !== undefined && b !== undefined && isCelList(a) && isCelList(b) ? 1 + a.length * b.length : 1;

function setFunction(name: string, run: (a: List, b: List) => boolean) {
  const overload = global(`list_sets_${name}_list`, 'list(T), list(T) -> bool', ofLists(run), cost);
  return [`sets.${name}`, [overload]] as const;
}

/** Lists as sets: what of one is in the other. */
export const sets: Library = {
  functions: new Map<string, readonly Overload[]>([
    setFunction('contains', contains),
    setFunction('equivalent', (a, b) => contains(a, b) && contains(b, a)),
    setFunction('intersects', (a, b) => a.some((each) => has(b, each))),
  ]),
};
