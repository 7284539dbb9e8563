import type { IrExpr } from '../../ir/expr.ts';
import { problem } from '../diagnostics.ts';
import { sortedKeys } from '../fold/functions.ts';
import { isFields, isList, type Value } from '../fold/value.ts';
import type { ForHead } from '../syntax/ast.ts';
import { checkPredicate } from './absence.ts';
import { type Context, withLocal, withPresent } from './context.ts';
import { freshName } from './lambda.ts';
import { checkLocalName } from './local-names.ts';
import { elaborateTruth } from './logic.ts';
import { pathsPresent } from './paths.ts';
import { complain, type Session, spend } from './session.ts';
import { int, isScalar, json, required, type Type, text, typeText, unite } from './type.ts';
import { irOf, isBroken, known, residual, type Typed } from './typed.ts';

/** One turn of a loop: the context with its variables, and a filter that only a cluster can decide. */
export interface Turn {
  readonly context: Context;
  readonly test: IrExpr | null;
}
/** What a loop goes over: turns that are known, or a list nobody knows yet. */
export type Loop =
  | { readonly known: true; readonly turns: readonly Turn[] }
  | {
      readonly known: false;
      readonly variables: readonly string[];
      readonly over: IrExpr;
      readonly test: IrExpr | null;
      readonly context: Context;
    };

/** Evaluates the head of a loop (Rule 10); null where it was reported. */
export function elaborateLoop(head: ForHead, context: Context, session: Session): Loop | null {
  const over = session.elaborate(head.over, null, context);
  for (const name of head.names) checkLocalName(name, context, session);
  if (isBroken(over)) return null;
  const types = variableTypes(required(over.type), head.names.length);
  if (types === null || over.type.is === 'optional') {
    const params = { expected: 'a list or a map', found: typeText(over.type) };
    complain(session, context, problem('OCM2004', head.over.span, params));
    return null;
  }
  if (over.known) return knownLoop(head, over.value, types, context, session);
  return unknownLoop(head, irOf(over), types, context, session);
}

/** Types of the variables: an item or key alone, or index and item, key and value. */
function variableTypes(over: Type, count: number): readonly Type[] | null {
  if (over.is === 'list') return count === 1 ? [over.of] : [int, over.of];
  if (over.is === 'record') {
    const values = [...over.fields.values()].map(({ type }) => type);
    const [first] = values;
    return [text, over.rest ?? (first === undefined ? json : unite(values))];
  }
  return isScalar(over, 'json') ? [count === 1 ? json : text, json] : null;
}

function knownLoop(
  head: ForHead,
  value: Value | undefined,
  types: readonly Type[],
  context: Context,
  session: Session,
): Loop | null {
  const turns: Turn[] = [];
  for (const values of turnsOf(value, head.names.length)) {
    if (!spend(session, context, head.span, 1)) return null;
    let inside = context;
    for (const [index, name] of head.names.entries()) {
      const type = typeOfValue(types[index] ?? json, values[index]);
      inside = withLocal(inside, name.text, known(type, values[index]));
    }
    const turn = filterTurn(head, inside, session, turns.length > 0);
    if (turn === null) return null;
    if (turn !== 'skip') turns.push(turn);
  }
  return { known: true, turns };
}

// The values of a record differ in type; each turn knows its own.
function typeOfValue(type: Type, value: Value | undefined): Type {
  if (!isScalar(type, 'json') && type.is !== 'union') return type;
  if (typeof value === 'string') return text;
  return typeof value === 'bigint' ? int : type;
}

function turnsOf(value: Value | undefined, count: number): readonly (readonly Value[])[] {
  if (value === undefined || typeof value !== 'object' || value === null) return [];
  if (isList(value)) {
    return value.map((item, index) => (count === 1 ? [item] : [BigInt(index), item]));
  }
  if (!isFields(value)) return [];
  return sortedKeys(value).map((key) => [key, value.get(key) ?? null]);
}

function filterTurn(
  { test }: ForHead,
  context: Context,
  session: Session,
  quiet: boolean,
): Turn | 'skip' | null {
  if (test === null) return { context, test: null };
  const call = context.call ?? { place: context.place, span: test.span, depth: 0 };
  const typed = elaborateTruth(test, quiet ? { ...context, call } : context, session);
  if (isBroken(typed)) return null;
  if (!quiet) checkPredicate(test, context, session);
  const inside = withPresent(context, pathsPresent(test, true));
  if (!typed.known) return { context: inside, test: typed.ir };
  return typed.value === true ? { context: inside, test: null } : 'skip';
}

function unknownLoop(
  head: ForHead,
  over: IrExpr,
  types: readonly Type[],
  context: Context,
  session: Session,
): Loop | null {
  const variables: string[] = [];
  let inside = context;
  for (const [index, name] of head.names.entries()) {
    const variable = freshName(name.text, context);
    variables.push(variable);
    const typed: Typed = residual(types[index] ?? json, { op: 'variable', name: variable });
    inside = withLocal(inside, name.text, typed);
  }
  const test = head.test === null ? null : elaborateTruth(head.test, inside, session);
  if (test !== null && isBroken(test)) return null;
  if (head.test !== null) {
    checkPredicate(head.test, inside, session);
    inside = withPresent(inside, pathsPresent(head.test, true));
  }
  return {
    known: false,
    variables,
    over,
    test: test === null ? null : irOf(test),
    context: inside,
  };
}
