import type { BlockSchema } from './schema.ts';

export const mustnothaveSchema = {
  head: 'mustnothave',
  doc: 'An object that must not exist.',
  in: ['policy', 'config'],
  labels: [{ is: 'kind' }, { is: 'name', optional: true }],
  keys: {},
  blocks: [],
  generates: true,
  body: 'manifest',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
