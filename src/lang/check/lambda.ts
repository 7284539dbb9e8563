import type { IrExpr, IrItem } from '../../ir/expr.ts';
import { findValue } from '../bind/lookup.ts';
import { problem } from '../diagnostics.ts';
import { isList, type List, type Value } from '../fold/value.ts';
import type { CallNode, LambdaNode } from '../syntax/ast.ts';
import { checkPredicate } from './absence.ts';
import { elementOf } from './builtins.ts';
import { type Context, originOf, withLocal } from './context.ts';
import { checkLocalName } from './local-names.ts';
import { junction, truthOf } from './logic.ts';
import { bounded, complain, type Session, spend } from './session.ts';
import { bool, isTruth, listOf, optional, required, type Type, typeText, unite } from './type.ts';
import { broken, irOf, isBroken, known, residual, type Typed } from './typed.ts';

/** A method with a lambda: `any`, `all`, `filter`, `map`. */
export interface LambdaCall {
  readonly node: CallNode;
  readonly receiver: Typed;
  readonly kind: 'test' | 'map';
  readonly name: string;
}

/** Calls a method with a lambda over the elements of a list. */
export function callLambda(call: LambdaCall, context: Context, session: Session): Typed {
  const { node, receiver, name } = call;
  const [arg, ...more] = node.args;
  if (arg === undefined || arg.value.kind !== 'lambda' || more.length > 0) {
    const params = { expected: `a lambda: \`.${name}(x => …)\``, found: 'something else' };
    const { value } = arg ?? {};
    const isNamed = value?.kind === 'name' && findValue(value.name.text, context.file) !== null;
    const help = isNamed ? [`write \`.${name}(x => ${value.name.text}(x))\``] : [];
    return complain(session, context, problem('OCM2004', node.span, params, { help }));
  }
  checkLocalName(arg.value.formal, context, session);
  const item = elementOf(receiver.type);
  const inside: LambdaBody = { call, lambda: arg.value, item, session };
  if (!receiver.known || receiver.value === undefined) {
    const variable = freshName(arg.value.formal.text, context);
    const body = bodyOf(inside, residual(item, { op: 'variable', name: variable }), context);
    if (isBroken(body)) return broken;
    if (receiver.known) return known(optional(resultType(call, body)), undefined);
    return overUnknown(call, variable, body, context, session);
  }
  if (!isList(receiver.value)) return broken;
  return overElements(inside, receiver.value, context);
}

interface LambdaBody {
  readonly call: LambdaCall;
  readonly lambda: LambdaNode;
  readonly item: Type;
  readonly session: Session;
}

// The body is evaluated once for each element; its mistakes are said for the first.
function overElements(inside: LambdaBody, list: List, context: Context): Typed {
  const { call, item, session } = inside;
  const { span } = call.node;
  const quiet: Context = {
    ...context,
    call: context.call ?? { place: context.place, span, depth: 0 },
  };
  if (list.length === 0) {
    const any = residual(item, { op: 'variable', name: inside.lambda.formal.text });
    const body = bodyOf(inside, any, { ...context, abstract: true });
    return isBroken(body) ? broken : overKnown(call, item, body, [], context);
  }
  const results: Result[] = [];
  for (const [index, value] of list.entries()) {
    if (!spend(session, context, span, 1)) return broken;
    const result = bodyOf(inside, known(item, value), index === 0 ? context : quiet);
    if (isBroken(result)) return broken;
    results.push({ value, result });
  }
  const general = results[0]?.result ?? broken;
  return bounded(session, context, span, overKnown(call, item, general, results, context));
}

interface Result {
  readonly value: Value;
  readonly result: Typed;
}

/** A name no argument of an enclosing call can mean: bodies of functions have names of their own. */
export function freshName(name: string, { call }: Context): string {
  return call === null || call.depth === 0 ? name : `${name}.${call.depth}`;
}

function bodyOf({ call, lambda, session }: LambdaBody, item: Typed, context: Context): Typed {
  const { formal, body } = lambda;
  const typed = session.elaborate(body, null, withLocal(context, formal.text, item));
  if (isBroken(typed) || call.kind === 'map') return typed;
  if (isTruth(required(typed.type))) {
    // What `any` and `all` test counts where they stand; a filter decides by itself.
    if (call.name === 'filter') checkPredicate(body, context, session);
    return typed;
  }
  const params = { expected: 'a condition', found: typeText(typed.type) };
  return complain(session, context, problem('OCM2004', body.span, params));
}

function resultType({ name, receiver }: LambdaCall, body: Typed): Type {
  if (name === 'map') return listOf(body.type);
  return name === 'filter' ? required(receiver.type) : truthOf(body);
}

function overUnknown(
  call: LambdaCall,
  variable: string,
  body: Typed,
  context: Context,
  session: Session,
): Typed {
  const { receiver, node, name } = call;
  const type = resultType(call, body);
  const lambda: IrExpr = { op: 'lambda', variable, body: irOf(body) };
  const ir: IrExpr = {
    op: 'call',
    function: name,
    args: [irOf(receiver), lambda],
    origin: originOf(context, node.span),
  };
  const whole = receiver.type.is === 'optional' ? optional(type) : type;
  return bounded(session, context, node.span, residual(whole, ir, [receiver, body]));
}

function overKnown(
  call: LambdaCall,
  item: Type,
  general: Typed,
  results: readonly Result[],
  context: Context,
): Typed {
  const { name, node } = call;
  const bodies = results.map(({ result }) => result);
  if (name === 'any' || name === 'all') {
    const parts = bodies.filter((body) => !(body.known && body.value === undefined));
    const isUnknown = parts.length < bodies.length;
    const joined = junction(
      name === 'any' ? 'or' : 'and',
      truthOf(general),
      parts,
      originOf(context, node.span),
    );
    const decided = joined.known && joined.value === (name === 'any');
    return isUnknown && joined.known && !decided ? known(optional(bool), undefined) : joined;
  }
  if (name === 'map') return mapped(bodies, general.type);
  if (bodies.every((body) => body.known)) {
    const kept = results.filter(({ result }) => result.known && result.value === true);
    return known(
      listOf(item),
      kept.map(({ value }) => value),
    );
  }
  const items = results.flatMap(({ value, result }): readonly IrItem[] => {
    const kept: IrItem = { item: 'value', value: irOf(known(item, value)) };
    if (!result.known) return [{ item: 'if', test: result.ir, yes: [kept], no: [] }];
    return result.value === true ? [kept] : [];
  });
  return residual(listOf(item), { op: 'list', items }, bodies);
}

function mapped(bodies: readonly Typed[], general: Type): Typed {
  const type = listOf(bodies.length === 0 ? general : unite(bodies.map((body) => body.type)));
  const values = bodies.map((body) => (body.known ? body.value : undefined));
  if (values.every((value) => value !== undefined)) return known(type, values as readonly Value[]);
  const items = bodies.map((body): IrItem => ({ item: 'value', value: irOf(body) }));
  return residual(type, { op: 'list', items }, bodies);
}
