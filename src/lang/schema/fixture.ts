import type { BlockSchema } from './schema.ts';

export const fixtureSchema = {
  head: 'fixture',
  doc: 'Clusters for tests, and objects of their hub: written down, or recorded.',
  in: ['file'],
  labels: [{ is: 'name' }],
  keys: {
    from: {
      doc: 'Files with recorded ManagedClusters, their add-ons and scores, and what lookups on the hub find.',
      type: 'Source',
    },
    defaults: {
      doc: 'What every cluster of the fixture has that does not say otherwise.',
      type: 'ClusterFields',
      fallback: '{}',
    },
  },
  blocks: ['cluster', 'object'],
  generates: true,
  body: 'keys',
  sort: 'Fixture',
  namespaced: true,
} as const satisfies BlockSchema;
