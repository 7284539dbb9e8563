import type { IrExpr } from './expr.ts';
import { partsOf } from './operands.ts';
import type { Origin } from './program.ts';

/** Where a lookup looks: on the hub, or on the cluster a policy is evaluated on. */
export type LookupSide = 'hub' | 'agent';
/** What the text of a key is read as (Rule 60). */
export const readTypes = ['string', 'int', 'bool', 'quantity', 'json'] as const;
export type ReadType = (typeof readTypes)[number];

/** An object, or a list of objects, that is looked up when a template is resolved. */
export interface Lookup {
  readonly at: LookupSide;
  readonly apiVersion: string;
  readonly kind: string;
  /** An empty text where the resolver's own namespace is meant, and where the kind has none. */
  readonly namespace: IrExpr;
  /** Whether the kind is known to lie in no namespace. */
  readonly clusterScoped: boolean;
  /** Null for a list. */
  readonly name: IrExpr | null;
  /** A record of labels the objects of a list have; null for all. */
  readonly labels: IrExpr | null;
  /** Where it is written. */
  readonly origin: Origin | null;
}
/** The text at a key of a ConfigMap or Secret, as a type. */
export interface LookupRead {
  readonly of: Lookup;
  readonly key: IrExpr;
  readonly as: ReadType;
}

const absent: IrExpr = { op: 'const', type: 'json', value: null };
const nowhere: IrExpr = { op: 'const', type: 'string', value: '' };

function word(value: string): IrExpr {
  return { op: 'const', type: 'string', value };
}

/** A lookup in the IR: a call of `lookup`. */
export function lookupExpr(of: Omit<Lookup, 'origin'>, origin: Origin): IrExpr {
  const { at, apiVersion, kind, clusterScoped, name, labels } = of;
  const namespace = clusterScoped ? absent : of.namespace;
  const args = [word(at), word(apiVersion), word(kind), namespace, name ?? absent];
  return { op: 'call', function: 'lookup', args: [...args, labels ?? absent], origin };
}

/** A read in the IR: a call of `read`. */
export function readExpr({ of, key, as }: LookupRead, origin: Origin): IrExpr {
  return { op: 'call', function: 'read', args: [lookupExpr(of, origin), key, word(as)], origin };
}

/** A claim of the cluster a policy is evaluated on: a call of `claim`. */
export function claimExpr(name: IrExpr, origin: Origin): IrExpr {
  return { op: 'call', function: 'claim', args: [name], origin };
}

/** The lookup an expression is, or null. */
export function lookupOf(expr: IrExpr): Lookup | null {
  if (expr.op !== 'call' || expr.function !== 'lookup') return null;
  const [at, apiVersion, kind, namespace, name, labels] = expr.args;
  if (namespace === undefined || name === undefined || labels === undefined) return null;
  return {
    at: wordOf(at) === 'agent' ? 'agent' : 'hub',
    apiVersion: wordOf(apiVersion),
    kind: wordOf(kind),
    namespace: isAbsent(namespace) ? nowhere : namespace,
    clusterScoped: isAbsent(namespace),
    name: isAbsent(name) ? null : name,
    labels: isAbsent(labels) ? null : labels,
    origin: expr.origin ?? null,
  };
}

/** The read an expression is, or null. */
export function readOf(expr: IrExpr): LookupRead | null {
  if (expr.op !== 'call' || expr.function !== 'read') return null;
  const [lookup, key, as] = expr.args;
  const of = lookup === undefined ? null : lookupOf(lookup);
  const type = readTypes.find((each) => each === wordOf(as));
  return of === null || key === undefined || type === undefined ? null : { of, key, as: type };
}

/** The name of the claim an expression is, or null. */
export function claimOf(expr: IrExpr): IrExpr | null {
  return expr.op === 'call' && expr.function === 'claim' ? (expr.args[0] ?? null) : null;
}

/** The lookups within an expression. */
export function lookupsIn(expr: IrExpr): readonly Lookup[] {
  const own = lookupOf(expr);
  return [...(own === null ? [] : [own]), ...partsOf(expr).flatMap(lookupsIn)];
}

/** Whether a lookup is of a Secret. */
export function isOfSecret({ kind, apiVersion }: Lookup): boolean {
  return kind === 'Secret' && apiVersion === 'v1';
}

/** Whether an expression reads a Secret. */
export function readsSecret(expr: IrExpr): boolean {
  return lookupsIn(expr).some(isOfSecret);
}

function wordOf(expr: IrExpr | undefined): string {
  return expr?.op === 'const' && typeof expr.value === 'string' ? expr.value : '';
}

function isAbsent(expr: IrExpr): boolean {
  return expr.op === 'const' && expr.value === null;
}
