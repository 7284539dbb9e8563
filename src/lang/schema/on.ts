import type { BlockSchema } from './schema.ts';

export const onSchema = {
  head: 'on',
  doc: 'What exists on a cluster of the fixture.',
  in: ['test'],
  labels: [{ is: 'ref Cluster' }],
  keys: {},
  blocks: ['object'],
  generates: false,
  body: 'keys',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
