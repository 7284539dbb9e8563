import type { BlockSchema } from './schema.ts';

export const excludeSchema = {
  head: 'exclude',
  doc: 'Clusters on which the set does not place one of its policies.',
  in: ['policyset'],
  labels: [{ is: 'ref Policy' }],
  keys: {
    clusters: {
      doc: 'Their names.',
      type: '[string]',
      required: true,
      lowersTo: 'spec.exclusions[].clusterNames',
    },
    reason: {
      doc: 'Why.',
      type: 'string',
      lowersTo: 'spec.exclusions[].reason',
    },
  },
  blocks: [],
  generates: false,
  body: 'keys',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
