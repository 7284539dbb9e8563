import type { BlockSchema } from './schema.ts';

export const atSchema = {
  head: 'at',
  doc: 'A moment of a simulated rollout: what clusters report, and what is expected then.',
  in: ['simulate'],
  labels: [{ is: 'duration' }],
  keys: {},
  blocks: [],
  generates: false,
  body: 'open',
  expects: true,
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
