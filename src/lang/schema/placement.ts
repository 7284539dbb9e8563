import { type BlockSchema, commonKeys } from './schema.ts';

export const placementSchema = {
  head: 'placement',
  doc: 'A choice of clusters: from sets, by a condition, the best first.',
  in: ['file'],
  labels: [{ is: 'name' }],
  keys: {
    from: {
      doc: 'Sets to choose from; without it every set bound to the namespace.',
      type: '[ClusterSet]',
      lowersTo: 'spec.clusterSets',
    },
    where: {
      doc: 'The condition a cluster has to meet.',
      type: 'Predicate',
      fallback: 'true',
      lowersTo: 'spec.predicates',
    },
    take: {
      doc: 'How many clusters to choose; without it all.',
      type: 'int',
      range: { min: 0, max: 2_147_483_647 },
      lowersTo: 'spec.numberOfClusters',
    },
    prefer: {
      doc: 'What makes one cluster better than another: a sum of weighted scores.',
      type: 'Scoring',
      fallback: 'default',
      lowersTo: 'spec.prioritizerPolicy',
    },
    order: {
      doc: 'How the chosen clusters are ordered.',
      type: 'ClusterName | Score',
      fallback: 'ClusterName',
      lowersTo: 'spec.sortBy',
    },
    tolerate: {
      doc: 'Taints that do not keep a cluster out.',
      type: '[Toleration]',
      fallback: '[]',
      lowersTo: 'spec.tolerations',
    },
    spread: {
      doc: 'Attributes over whose values the choice is spread.',
      type: '[Spread]',
      fallback: '[]',
      lowersTo: 'spec.spreadPolicy',
    },
    groupsOf: {
      doc: 'How large a decision group gets at most.',
      type: 'int | percent',
      range: { min: 1, max: 2_147_483_647 },
      fallback: '100%',
      lowersTo: 'spec.decisionStrategy.groupStrategy.clustersPerDecisionGroup',
    },
    rescore: {
      doc: 'How often scores alone are written again, where `order` is `Score`.',
      type: 'duration',
      fallback: '1m',
      lowersTo: 'spec.scoreRateLimit',
    },
    guard: {
      doc: 'What keeps clusters from leaving by mistake.',
      type: 'Guard',
      lowersTo: 'annotations',
    },
    trust: {
      doc: '`hub`: the choice depends on nothing that agents say of themselves.',
      type: 'hub',
      lowersTo: 'annotation',
    },
    via: {
      doc: '`engine`: decided by our engine only; `upstream`: the emitted object is handed over.',
      type: 'upstream | engine',
      lowersTo: 'annotation',
      laterWords: { label: '`via: engine`', score: '`via: engine`' },
    },
    ...commonKeys,
  },
  blocks: ['group'],
  generates: false,
  body: 'keys',
  sort: 'Placement',
  namespaced: true,
} as const satisfies BlockSchema;
