import { clusterGroup, managedClusterSetKind } from '../../kube/ocm/cluster.ts';
import type { ObjectKind } from '../bind/kinds.ts';
import { findBlock, findValue } from '../bind/lookup.ts';
import { problem } from '../diagnostics.ts';
import { isReference, type Reference, type Value } from '../fold/value.ts';
import type { CallNode, Expr, MemberNode } from '../syntax/ast.ts';
import { type Context, findLocal } from './context.ts';
import { resolveKind } from './kinds.ts';
import { complain, type Session } from './session.ts';
import { choices, refTo, type Type, text } from './type.ts';
import { broken, isBroken, known, type Typed } from './typed.ts';
import { sourceText } from './words.ts';

/** The type of an object on the hub that something refers to (Rule 22). */
export const objectRefType: Type = { is: 'objectRef' };

function isExpected(expected: Type | null): boolean {
  const isOne = (each: Type) =>
    each.is === 'objectRef' || (each.is === 'ref' && each.sort === 'ClusterSet');
  return expected !== null && choices(expected).some(isOne);
}

/** `Kind.name`: an object of the file's namespace; null where that is not what it says. */
export function objectNamed(
  node: MemberNode,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed | null {
  const { of, name } = node;
  if (!isExpected(expected) || of.kind !== 'name') return null;
  if (findLocal(context, of.name.text) !== null) return null;
  const symbol = findValue(of.name.text, context.file);
  if (symbol !== null && symbol.symbol !== 'kind') return null;
  if (name.text === '') return broken;
  const kind = resolveKind(of.name.text, of.span, context, session);
  if (kind === null) return broken;
  const namespace = kind.namespaced === false ? '' : context.namespace;
  return objectValue(kind, { name: name.text, namespace }, context);
}

/** `Kind("name", namespace: "ns")`: an object of any namespace. */
export function objectCalled(node: CallNode, context: Context, session: Session): Typed {
  const word = node.of.kind === 'name' ? node.of.name.text : '';
  const kind = resolveKind(word, node.of.span, context, session);
  const texts = new Map<string, Typed>();
  let sound = kind !== null;
  for (const [index, { name, value, span }] of node.args.entries()) {
    const key = name?.text ?? (index === 0 ? 'name' : '');
    if (value.kind === 'lambda' || (key !== 'name' && key !== 'namespace') || texts.has(key)) {
      const params = { word: sourceText(context, span), where: 'an object reference' };
      const help = [`write \`${word}("name", namespace: "ns")\``];
      complain(session, context, problem('OCM2002', span, params, { help }));
      sound = false;
      continue;
    }
    const typed = session.elaborate(value, text, context);
    texts.set(key, typed);
    if (isBroken(typed)) sound = false;
    else if (!typed.known) sound = refuseLate(value, context, session);
  }
  if (!texts.has('name')) {
    const params = { block: `this \`${word}\``, key: 'name' };
    complain(session, context, problem('OCM2029', node.span, params));
    return broken;
  }
  if (!sound || kind === null) return broken;
  const textOf = (key: string): string | null => {
    const typed = texts.get(key);
    return typed?.known === true && typeof typed.value === 'string' ? typed.value : null;
  };
  const isFree = kind.namespaced === false;
  const namespace = textOf('namespace') ?? (isFree ? '' : context.namespace);
  return objectValue(kind, { name: textOf('name') ?? '', namespace }, context);
}

function refuseLate({ span }: Expr, context: Context, session: Session): false {
  const params = { what: 'cluster', where: 'an object reference' };
  complain(session, context, problem('OCM2201', span, params));
  return false;
}

function objectValue(
  kind: ObjectKind,
  { name, namespace }: Pick<Reference, 'name' | 'namespace'>,
  { file }: Context,
): Typed {
  if (kind.group === clusterGroup && kind.kind === managedClusterSetKind.kind) {
    // Declared here or not, it is a set: the name is all that is known of one that is not.
    const to = findBlock(name, 'ClusterSet', '', file.module, file) ?? name;
    return known(refTo('ClusterSet'), { refers: 'ClusterSet', name, namespace, to });
  }
  return known(objectRefType, { refers: 'object', name, namespace, to: kind });
}

/** The object on the hub a value refers to, where it is such a reference. */
export function objectIn(
  value: Value | undefined,
): { readonly kind: ObjectKind; readonly name: string; readonly namespace: string } | undefined {
  if (value === undefined || !isReference(value) || value.refers !== 'object') return undefined;
  return { kind: value.to as ObjectKind, name: value.name, namespace: value.namespace };
}
