import type { BlockSchema } from './schema.ts';

export const objectSchema = {
  head: 'object',
  doc: 'An object that exists in a test: on a cluster, or, in a fixture, on the hub.',
  in: ['on', 'fixture'],
  labels: [{ is: 'kind' }, { is: 'name' }],
  keys: {},
  blocks: [],
  generates: false,
  body: 'manifest',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
