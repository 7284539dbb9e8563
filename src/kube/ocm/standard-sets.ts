import { clusterGroup, type ManagedClusterSet, type ManagedClusterSetSpec } from './cluster.ts';

/** The selectors of the sets every hub has (ocm `pkg/registration/hub/managedclusterset`). */
export const standardSetSelectors = {
  default: { selectorType: 'ExclusiveClusterSetLabel' },
  global: { selectorType: 'LabelSelector', labelSelector: {} },
} as const satisfies Readonly<Record<string, ManagedClusterSetSpec['clusterSelector']>>;
export type StandardSet = keyof typeof standardSetSelectors;

/** Whether every hub has a set of that name. */
export function isStandardSet(name: string): name is StandardSet {
  return Object.hasOwn(standardSetSelectors, name);
}

/** A set every hub has, as the object it is there. */
export function standardSet(name: StandardSet): ManagedClusterSet {
  return {
    apiVersion: `${clusterGroup}/v1beta2`,
    kind: 'ManagedClusterSet',
    metadata: { name },
    spec: { clusterSelector: standardSetSelectors[name] },
  };
}

/** All of them. */
export const standardSets: readonly ManagedClusterSet[] = Object.keys(standardSetSelectors)
  .filter(isStandardSet)
  .map(standardSet);
