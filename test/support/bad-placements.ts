import type { Json } from '../../src/base/json.ts';
import type { KubeObject } from '../../src/kube/object.ts';

/** A Placement of a spec, in namespace `default`. */
export function placementOf(name: string, spec: Json, annotations: Json = {}): KubeObject {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1beta1',
    kind: 'Placement',
    metadata: { name, namespace: 'default', annotations } as unknown as KubeObject['metadata'],
    spec,
  };
}

const scores = (...configurations: readonly Json[]): Json => ({
  prioritizerPolicy: { configurations: [...configurations] },
});
const builtIn = (name: string, weight: number): Json => ({
  weight,
  scoreCoordinate: { type: 'BuiltIn', builtIn: name },
});
const load: Json = {
  scoreCoordinate: { type: 'AddOn', addOn: { resourceName: 'load', scoreName: 'x' } },
};
const size = (clustersPerDecisionGroup: Json): Json => ({
  decisionStrategy: { groupStrategy: { clustersPerDecisionGroup } },
});

/** What upstream's CRD admits and its scheduler cannot bear; with a part of what says so. */
export const badPlacements: readonly (readonly [what: string, spec: Json, said: string])[] = [
  ['a negative number of clusters', { numberOfClusters: -1 }, 'negative'],
  ['a group size as text', size('3'), 'text'],
  ['a negative group size', size(-5), 'number'],
  ['a negative weight of Steady', scores(builtIn('Steady', -1)), 'Steady'],
  ['an unknown prioritizer', scores(builtIn('Spread', 1)), 'prioritizer'],
  ['a score twice', scores(load, load), 'listed'],
  ['a score that is not named', scores({ scoreCoordinate: { type: 'AddOn' } }), 'addOn'],
  ['an unknown mode', { prioritizerPolicy: { mode: 'Other' } }, 'mode'],
  ['a toleration of nothing', { tolerations: [{ value: 'x' }] }, 'key'],
  [
    'a toleration of every value of one',
    { tolerations: [{ key: 'a', operator: 'Exists', value: 'x' }] },
    'Exists',
  ],
  ['an unknown operator', { tolerations: [{ key: 'a', operator: 'Is' }] }, 'operator'],
];

/** What has nothing wrong with it. */
export const goodPlacements: readonly Json[] = [
  {},
  { numberOfClusters: 0 },
  size(0),
  size(3),
  size('25%'),
  scores(builtIn('Steady', 3), builtIn('Balance', -2), load),
  scores(builtIn('Whatever', 0)),
  { tolerations: [{ operator: 'Exists' }, { key: 'a', value: 'x', tolerationSeconds: 5 }] },
];
