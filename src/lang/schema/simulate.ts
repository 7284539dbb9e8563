import type { BlockSchema } from './schema.ts';

export const simulateSchema = {
  head: 'simulate',
  doc: 'The rollout of an app on a virtual clock, from nothing applied.',
  in: ['test'],
  labels: [{ is: 'ref App' }],
  keys: {
    succeedAfter: {
      doc: 'After how long a cluster that is being updated succeeds; without it it stays Progressing.',
      type: 'duration',
    },
  },
  blocks: ['at'],
  generates: false,
  body: 'keys',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
