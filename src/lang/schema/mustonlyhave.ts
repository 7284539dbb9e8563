import type { BlockSchema } from './schema.ts';

export const mustonlyhaveSchema = {
  head: 'mustonlyhave',
  doc: 'An object that has to exist with exactly these fields.',
  in: ['policy', 'config'],
  labels: [{ is: 'kind' }, { is: 'name', optional: true }],
  keys: {},
  blocks: [],
  generates: true,
  body: 'manifest',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
