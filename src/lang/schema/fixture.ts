import type { BlockSchema } from './schema.ts';

export const fixtureSchema = {
  head: 'fixture',
  doc: 'Clusters for tests: written down, or recorded from a hub.',
  in: ['file'],
  labels: [{ is: 'name' }],
  keys: {
    from: {
      doc: 'Files with recorded ManagedClusters, and with their add-ons and scores.',
      type: 'Source',
    },
    defaults: {
      doc: 'What every cluster of the fixture has that does not say otherwise.',
      type: 'ClusterFields',
      fallback: '{}',
    },
  },
  blocks: ['cluster'],
  generates: true,
  body: 'keys',
  sort: 'Fixture',
  namespaced: true,
} as const satisfies BlockSchema;
