import type { BlockSchema } from './schema.ts';

export const musthaveSchema = {
  head: 'musthave',
  doc: 'An object that has to exist with at least these fields.',
  in: ['policy', 'config'],
  labels: [{ is: 'kind' }, { is: 'name', optional: true }],
  keys: {},
  blocks: [],
  generates: true,
  body: 'manifest',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
