import type { Json } from '../../src/base/json.ts';
import type { IrAttribute, IrComparison, IrExpr, IrSource, IrType } from '../../src/ir/expr.ts';
import type { IrPlacement } from '../../src/ir/program.ts';
import { at } from './builders.ts';

/** A constant; its type from its value, unless said. */
export function constant(value: Json, type?: IrType): IrExpr {
  const guessed =
    typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? 'int' : 'string';
  return { op: 'const', type: type ?? guessed, value };
}

/** A fact from some source. */
export function fact(
  name: string,
  source: IrSource,
  type: IrType = 'string',
  more: Partial<IrAttribute> = {},
): IrAttribute {
  return { op: 'attribute', name, source, type, ...more };
}

export const label = (key: string, more: Partial<IrAttribute> = {}, type: IrType = 'string') =>
  fact(key, { from: 'label', key }, type, more);
export const claim = (key: string, more: Partial<IrAttribute> = {}, type: IrType = 'string') =>
  fact(key, { from: 'claim', key }, type, more);
export const field = (path: string, type: IrType) =>
  fact(path, { from: 'field', path: path.split('.') }, type);

export const and = (...args: readonly IrExpr[]): IrExpr => ({ op: 'and', args });
export const or = (...args: readonly IrExpr[]): IrExpr => ({ op: 'or', args });
export const not = (arg: IrExpr): IrExpr => ({ op: 'not', arg });
export const has = (arg: IrExpr): IrExpr => ({ op: 'has', arg });
export const choose = (test: IrExpr, yes: IrExpr, no: IrExpr): IrExpr => ({
  op: 'if',
  test,
  yes,
  no,
});
export const coalesce = (left: IrExpr, right: IrExpr): IrExpr => ({ op: 'coalesce', left, right });

export function compare(left: IrExpr, by: IrComparison, right: IrExpr | Json): IrExpr {
  return { op: 'compare', by, left, right: asExpr(right) };
}
export const eq = (left: IrExpr, right: IrExpr | Json) => compare(left, '==', right);
export const ne = (left: IrExpr, right: IrExpr | Json) => compare(left, '!=', right);

export function isIn(left: IrExpr, list: readonly string[]): IrExpr {
  const items = list.map((value) => ({ item: 'value' as const, value: constant(value) }));
  return { op: 'in', left, right: { op: 'list', items } };
}

export function call(name: string, ...args: readonly IrExpr[]): IrExpr {
  return { op: 'call', function: name, args };
}

/** `cluster.taints.any(t => body)`, or another function of a list. */
export function onTaints(name: string, body: (taint: IrExpr) => IrExpr): IrExpr {
  const variable: IrExpr = { op: 'variable', name: 'x' };
  return call(name, fact('taints', { from: 'taints' }, 'json'), {
    op: 'lambda',
    variable: 'x',
    body: body(variable),
  });
}
export const member = (of: IrExpr, name: string): IrExpr => ({ op: 'member', of, name });

function asExpr(value: IrExpr | Json): IrExpr {
  return typeof value === 'object' && value !== null && 'op' in value
    ? (value as IrExpr)
    : constant(value as Json);
}

/** A placement of these fields. */
export function placement(fields: Partial<IrPlacement> = {}): IrPlacement {
  return {
    kind: 'placement',
    name: 'web',
    namespace: 'payments',
    origin: at(0),
    clusterSets: [],
    where: constant(true),
    numberOfClusters: null,
    prioritizerPolicy: null,
    sortBy: null,
    tolerations: [],
    groups: [],
    clustersPerDecisionGroup: null,
    via: null,
    ...fields,
  };
}
