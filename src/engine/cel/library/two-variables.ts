import type { Expr } from '../ast.ts';
import { call, ident, operators } from '../ast.ts';
import { global, type Library } from '../environment.ts';
import {
  all,
  collected,
  exists,
  existsOne,
  type Fold,
  failed,
  fold,
  listed,
  type Macro,
} from '../macros.ts';
import { noSuchOverload } from '../value.ts';

type Make = (at: number, key: string, rest: readonly Expr[]) => Fold;

/** A macro whose variables are an index and an element, or a key and a value. */
function pairs(make: Make): Macro {
  return (at, range, [variable, second, ...rest]) => {
    if (variable?.kind !== 'ident') return failed(variable, at, 'argument must be a simple name');
    if (second?.kind !== 'ident') return failed(second, at, 'argument must be a simple name');
    if (variable.name === second.name) {
      return failed(second, at, `duplicate variable name: ${variable.name}`);
    }
    return fold(at, { range, variable, second, ...make(at, variable.name, rest) });
  };
}

const unknown = (at: number): Expr => ({ kind: 'unknown', at });

function tested(make: (at: number, predicate: Expr) => Fold): Macro {
  return pairs((at, _, [predicate = unknown(at)]) => make(at, predicate));
}

/** Its last argument is what is made, one before it a condition. */
function transformed(
  make: (at: number, key: string, predicate: Expr | null, made: Expr) => Fold,
): Macro {
  return pairs((at, key, rest) => {
    const [made = unknown(at), predicate = null] = rest.toReversed();
    return make(at, key, predicate, made);
  });
}

const list = transformed((at, _, predicate, made) => listed(at, predicate, made));
const map = transformed((at, key, predicate, made) =>
  collected(at, emptyMap(at), predicate, (so) =>
    call(at, operators.insert, so, ident(at, key), made),
  ),
);
const entry = transformed((at, _, predicate, made) =>
  collected(at, emptyMap(at), predicate, (so) => call(at, operators.insert, so, made)),
);

function emptyMap(at: number): Expr {
  return { kind: 'map', at, entries: [] };
}

/** Folds over indexes and elements, keys and values (cel-go `ext/comprehensions.go`). */
export const twoVariables: Library = {
  macros: new Map([
    ['all/3', tested(all)],
    ['exists/3', tested(exists)],
    ['existsOne/3', tested(existsOne)],
    ['exists_one/3', tested(existsOne)],
    ['transformList/3', list],
    ['transformList/4', list],
    ['transformMap/3', map],
    ['transformMap/4', map],
    ['transformMapEntry/3', entry],
    ['transformMapEntry/4', entry],
  ]),
  functions: new Map([
    [
      operators.insert,
      // the planner runs them
      [
        global('@mapInsert_map_key_value', 'map(K, V), K, V -> map(K, V)', () => noSuchOverload),
        global('@mapInsert_map_map', 'map(K, V), map(K, V) -> map(K, V)', () => noSuchOverload),
      ],
    ],
  ]),
};
