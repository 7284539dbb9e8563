import type { BlockSchema } from './schema.ts';

export const objectSchema = {
  head: 'object',
  doc: 'An object that exists on a cluster in a test.',
  in: ['on'],
  labels: [{ is: 'kind' }, { is: 'name' }],
  keys: {},
  blocks: [],
  generates: false,
  body: 'manifest',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
