import type { IrExpr } from '../../ir/expr.ts';
import {
  claimExpr,
  type Lookup,
  type LookupSide,
  lookupExpr,
  lookupOf,
  type ReadType,
  readExpr,
  readTypes,
} from '../../ir/lookup.ts';
import { apiVersionOf } from '../../kube/object.ts';
import type { ObjectKind } from '../bind/kinds.ts';
import { problem } from '../diagnostics.ts';
import type { CallNode, Expr, MemberNode } from '../syntax/ast.ts';
import { type Context, originOf } from './context.ts';
import { importedKind, resolveKind } from './kinds.ts';
import { storedType } from './object-type.ts';
import { bounded, complain, type Session } from './session.ts';
import { bool, int, json, listOf, mapOf, scalar, type Type, text, typeText } from './type.ts';
import { broken, irOf, isBroken, known, residual, type Typed } from './typed.ts';
import { didYouMean, quotedList, sourceText } from './words.ts';

/** `hub` or `agent` as a value: all that can be looked up there. */
export function lookupsOf(side: LookupSide): Typed {
  return known({ is: 'lookups', side }, null);
}

/** `hub.configmap(n)`, `.string(k)` of it, `agent.list(Kind, …)` (Rule 60); null where the receiver is neither. */
export function lookupCall(
  receiver: Typed,
  node: CallNode,
  of: MemberNode,
  context: Context,
  session: Session,
): Typed | null {
  const { type } = receiver;
  if (type.is === 'lookups') return lookedUp(type.side, node, of, context, session);
  if (type.is === 'keyed') return readKey(receiver, node, of, context, session);
  return null;
}

/** `hub.configmap(n).data`; null where the receiver is no such object. */
export function lookupMember(
  receiver: Typed,
  node: MemberNode,
  context: Context,
  session: Session,
): Typed | null {
  const { type } = receiver;
  const { text: word, span } = node.name;
  if (type.is === 'lookups') {
    const near = didYouMean(word, span, functionsOf(type.side));
    const help = near.help.length > 0 ? near.help : [knownIn(type.side)];
    const params = { word, where: `\`${type.side}\`` };
    return complain(session, context, problem('OCM2002', span, params, { ...near, help }));
  }
  if (type.is !== 'keyed') return null;
  if (word === 'data' && type.kind === 'ConfigMap') {
    return residual(mapOf(text), { op: 'member', of: irOf(receiver), name: 'data' }, [receiver]);
  }
  const help = [`read a key: \`.string("…")\`, or one of ${quotedList(readTypes.slice(1), 'or')}`];
  const params = { word, where: typeText(type) };
  return complain(session, context, problem('OCM2002', span, params, { help }));
}

/** What may be called of `hub` or `agent`. */
export function functionsOf(side: LookupSide): readonly string[] {
  const both = ['configmap', 'secret', 'get', 'list'];
  return side === 'agent' ? [...both, 'claim'] : both;
}

function knownIn(side: LookupSide): string {
  return `known here: ${quotedList(functionsOf(side), 'and')}`;
}

interface Given {
  readonly plain: readonly Expr[];
  readonly namespace: Typed | null;
  readonly labels: Typed | null;
}

function lookedUp(
  side: LookupSide,
  node: CallNode,
  of: MemberNode,
  context: Context,
  session: Session,
): Typed {
  const { text: word } = of.name;
  if (!functionsOf(side).includes(word))
    return lookupMember(lookupsOf(side), of, context, session) ?? broken;
  const isList = word === 'list';
  const named = word === 'claim' ? [] : isList ? ['namespace', 'labels'] : ['namespace'];
  const given = argumentsOf(node, named, context, session);
  if (given === null) return broken;
  const count = word === 'get' ? 2 : 1;
  if (given.plain.length !== count) {
    const expected = count === 1 ? '1 argument' : `${count} arguments`;
    const params = { expected, found: String(given.plain.length) };
    return complain(session, context, problem('OCM2004', node.span, params));
  }
  const [first, second] = given.plain;
  const origin = originOf(context, node.span);
  if (first === undefined) return broken;
  if (word === 'configmap' || word === 'secret') {
    const kind = word === 'configmap' ? 'ConfigMap' : 'Secret';
    const name = session.elaborate(first, text, context);
    const namespace = namespaceOf(side, true, given, node, context, session);
    if (isBroken(name) || namespace === null) return broken;
    const at: Omit<Lookup, 'origin'> = {
      at: side,
      apiVersion: 'v1',
      kind,
      namespace,
      clusterScoped: false,
      name: irOf(name),
      labels: null,
    };
    return residual({ is: 'keyed', side, kind }, lookupExpr(at, origin), [name]);
  }
  if (word === 'claim') {
    const name = session.elaborate(first, text, context);
    return isBroken(name) ? broken : residual(text, claimExpr(irOf(name), origin), [name]);
  }
  const kind = kindOf(first, context, session);
  const name = second === undefined ? null : session.elaborate(second, text, context);
  if (kind === null || (name !== null && isBroken(name))) return broken;
  const namespace = namespaceOf(side, kind.namespaced !== false, given, node, context, session);
  if (namespace === null) return broken;
  const labels = given.labels === null ? null : irOf(given.labels);
  const at: Omit<Lookup, 'origin'> = {
    at: side,
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    namespace,
    clusterScoped: kind.namespaced === false,
    name: name === null ? null : irOf(name),
    labels,
  };
  const type: Type = isList ? listOf(storedType(kind)) : storedType(kind);
  const parts = [name, given.labels].filter((each): each is Typed => each !== null);
  return bounded(session, context, node.span, residual(type, lookupExpr(at, origin), parts));
}

function argumentsOf(
  node: CallNode,
  named: readonly string[],
  context: Context,
  session: Session,
): Given | null {
  const plain: Expr[] = [];
  const byName = new Map<string, Typed>();
  let sound = true;
  for (const { name, value, span } of node.args) {
    if (value.kind !== 'lambda' && name === null) {
      plain.push(value);
      continue;
    }
    const key = name?.text ?? '';
    if (value.kind === 'lambda' || !named.includes(key) || byName.has(key)) {
      const params = { word: sourceText(context, span), where: 'these arguments' };
      complain(session, context, problem('OCM2002', span, params));
      sound = false;
      continue;
    }
    const typed = session.elaborate(value, key === 'labels' ? mapOf(text) : text, context);
    sound &&= !isBroken(typed);
    byName.set(key, typed);
  }
  if (!sound) return null;
  return {
    plain,
    namespace: byName.get('namespace') ?? null,
    labels: byName.get('labels') ?? null,
  };
}

const here: IrExpr = { op: 'const', type: 'string', value: '' };

// On the hub an empty namespace is that of the policy, the only one its templates may look into (Rule 60).
function namespaceOf(
  side: LookupSide,
  isNamespaced: boolean,
  { namespace }: Given,
  node: CallNode,
  context: Context,
  session: Session,
): IrExpr | null {
  if (namespace !== null) return irOf(namespace);
  if (side === 'hub' || !isNamespaced) return here;
  const help = ['on a cluster there is no namespace to assume: `namespace: "…"`'];
  const params = { block: 'this lookup', key: 'namespace' };
  complain(session, context, problem('OCM2029', node.span, params, { help }));
  return null;
}

function kindOf(expr: Expr, context: Context, session: Session): ObjectKind | null {
  if (expr.kind === 'name') {
    const { text: name } = expr.name;
    return name === '' ? null : resolveKind(name, expr.span, context, session);
  }
  if (expr.kind === 'member' && expr.of.kind === 'name') {
    return expr.name.text === '' ? null : importedKind(expr.of.name, expr.name, context, session);
  }
  const params = { expected: 'a Kubernetes kind', found: 'something else' };
  complain(session, context, problem('OCM2004', expr.span, params));
  return null;
}

function readKey(
  receiver: Typed,
  node: CallNode,
  of: MemberNode,
  context: Context,
  session: Session,
): Typed {
  const { text: word, span } = of.name;
  const as = readTypes.find((each) => each === word);
  if (as === undefined) {
    const near = didYouMean(word, span, readTypes);
    const params = { operation: `.${word}()`, type: typeText(receiver.type) };
    return complain(session, context, problem('OCM2005', span, params, near));
  }
  const given = argumentsOf(node, [], context, session);
  const [first, ...more] = given?.plain ?? [];
  if (given === null) return broken;
  if (first === undefined || more.length > 0) {
    const params = { expected: '1 argument', found: String(given.plain.length) };
    return complain(session, context, problem('OCM2004', node.span, params));
  }
  const key = session.elaborate(first, text, context);
  const lookup = lookupOf(irOf(receiver));
  if (isBroken(key) || lookup === null) return broken;
  const ir = readExpr({ of: lookup, key: irOf(key), as }, originOf(context, node.span));
  return bounded(session, context, node.span, residual(readTypeOf[as], ir, [receiver, key]));
}

const readTypeOf: Readonly<Record<ReadType, Type>> = {
  string: text,
  int,
  bool,
  quantity: scalar('quantity'),
  json,
};
