import { instant } from '../../../src/base/instant.ts';
import type { Json } from '../../../src/base/json.ts';
import type { ClusterFacts } from '../../../src/engine/inventory/facts.ts';
import { evaluate } from '../../../src/engine/predicate/evaluate.ts';
import type { Scope } from '../../../src/engine/predicate/scope.ts';
import { isMissing, toJson } from '../../../src/engine/predicate/value.ts';
import type {
  IrArithmetic,
  IrAttribute,
  IrComparison,
  IrExpr,
  IrSource,
  IrType,
} from '../../../src/ir/expr.ts';
import { managedClusterKind } from '../../../src/kube/ocm/cluster.ts';

export const now = instant(Date.UTC(2030, 0, 1));

/** Facts of a cluster named `c` with these parts of a ManagedCluster. */
export function facts(
  cluster: Json = {},
  more: Partial<Omit<ClusterFacts, 'cluster'>> = {},
): ClusterFacts {
  const { metadata, ...rest } = cluster as { readonly metadata?: object };
  const object = {
    apiVersion: `${managedClusterKind.group}/${managedClusterKind.version}`,
    kind: managedClusterKind.kind,
    metadata: { name: 'c', ...metadata },
    ...rest,
  };
  return { name: 'c', cluster: object as ClusterFacts['cluster'], sets: [], ...more };
}

export function labelled(labels: Record<string, string>): ClusterFacts {
  return facts({ metadata: { labels } });
}

export function scope(cluster: ClusterFacts | null = facts(), at: Partial<Scope> = {}): Scope {
  return { cluster, now, compat: 'native', ...at };
}

/** The value as JSON, or the reason in brackets why there is none. */
export function result(expr: IrExpr, cluster: ClusterFacts | null = facts()): Json {
  const value = evaluate(expr, scope(cluster));
  return isMissing(value) ? `(${value.missing})` : toJson(value);
}

export const text = (value: string): IrExpr => ({ op: 'const', type: 'string', value });
export const int = (value: number): IrExpr => ({ op: 'const', type: 'int', value });
export const bool = (value: boolean): IrExpr => ({ op: 'const', type: 'bool', value });
export const json = (value: Json): IrExpr => ({ op: 'const', type: 'json', value });
export const unit = (type: IrType, value: string): IrExpr => ({ op: 'const', type, value });

export function attribute(
  name: string,
  type: IrType,
  more: Partial<Pick<IrAttribute, 'source' | 'default' | 'members'>> = {},
): IrAttribute {
  return { op: 'attribute', name, type, source: { from: 'label', key: name }, ...more };
}
export const from = (source: IrSource, type: IrType = 'json'): IrExpr =>
  attribute('x', type, { source });

export const and = (...args: IrExpr[]): IrExpr => ({ op: 'and', args });
export const or = (...args: IrExpr[]): IrExpr => ({ op: 'or', args });
export const not = (arg: IrExpr): IrExpr => ({ op: 'not', arg });
export const has = (arg: IrExpr): IrExpr => ({ op: 'has', arg });
export const when = (test: IrExpr, yes: IrExpr, no: IrExpr): IrExpr => ({
  op: 'if',
  test,
  yes,
  no,
});
export const otherwise = (left: IrExpr, right: IrExpr): IrExpr => ({ op: 'coalesce', left, right });
export const within = (left: IrExpr, right: IrExpr): IrExpr => ({ op: 'in', left, right });
export const call = (name: string, ...args: IrExpr[]): IrExpr => ({
  op: 'call',
  function: name,
  args,
});
export const lambda = (variable: string, body: IrExpr): IrExpr => ({
  op: 'lambda',
  variable,
  body,
});
export const variable = (name: string): IrExpr => ({ op: 'variable', name });

export function compare(left: IrExpr, by: IrComparison, right: IrExpr): IrExpr {
  return { op: 'compare', by, left, right };
}
export function calculate(left: IrExpr, by: IrArithmetic, right: IrExpr): IrExpr {
  return { op: 'arithmetic', by, left, right };
}
