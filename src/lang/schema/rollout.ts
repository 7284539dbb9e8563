import type { BlockSchema } from './schema.ts';

export const rolloutSchema = {
  head: 'rollout',
  doc: 'How a change moves over the clusters of a placement.',
  in: ['file'],
  labels: [{ is: 'name' }],
  keys: {
    by: {
      doc: 'Unit of progress.',
      type: 'all | cluster | group',
      fallback: 'all',
      lowersTo: 'type',
    },
    first: {
      doc: 'Groups that must succeed before the rest, by name or index.',
      type: '[Group | int]',
      fallback: '[]',
      lowersTo: 'mandatoryDecisionGroups',
    },
    atOnce: {
      doc: 'Clusters under way at a time; without it all.',
      type: 'int | percent',
      range: { min: 1, max: 2_147_483_647 },
      lowersTo: 'maxConcurrency',
    },
    soak: {
      doc: 'Time a cluster must stay succeeded.',
      type: 'duration',
      fallback: '0s',
      lowersTo: 'minSuccessTime',
    },
    deadline: {
      doc: 'Time after which a cluster counts as failed; without it never.',
      type: 'duration',
      lowersTo: 'progressDeadline',
    },
    maxFailures: {
      doc: 'Failed clusters tolerated.',
      type: 'int | percent',
      range: { min: 0, max: 2_147_483_647 },
      fallback: '0',
      lowersTo: 'maxFailures',
    },
  },
  blocks: [],
  generates: false,
  body: 'keys',
  sort: 'Rollout',
  namespaced: true,
} as const satisfies BlockSchema;
