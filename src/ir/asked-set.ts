import { clusterSetLabel } from '../kube/ocm/cluster.ts';
import { compiledSelector, type Requirement } from '../kube/selector.ts';
import type { IrAttribute, IrExpr } from './expr.ts';

/**
 * The labels a cluster needs to be in the set a condition asks for (`prod in cluster.sets`): upstream has no word for sets,
 * but membership is nothing else. Null where that is not what is asked, or nobody here declares the set.
 */
export function askedSet({
  left,
  right,
}: Extract<IrExpr, { readonly op: 'in' }>): readonly Requirement[] | null {
  if (right.op !== 'attribute' || right.source.from !== 'sets') return null;
  const { selector } = right.source;
  if (selector === undefined || left.op !== 'const' || typeof left.value !== 'string') return null;
  if (selector === null) {
    return [{ key: clusterSetLabel, operator: 'In', values: [left.value] }];
  }
  const compiled = compiledSelector(selector);
  return compiled.ok ? compiled.requirements : null;
}

/** The label of a requirement as a fact. */
export function labelFact(key: string): IrAttribute {
  return {
    op: 'attribute',
    name: `labels[${JSON.stringify(key)}]`,
    source: { from: 'label', key },
    type: 'string',
  };
}
