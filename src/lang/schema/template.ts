import type { BlockSchema } from './schema.ts';

export const templateSchema = {
  head: 'template',
  doc: 'An object that another engine looks at, such as a Gatekeeper constraint, as it is.',
  in: ['policy'],
  labels: [{ is: 'kind' }, { is: 'name' }],
  keys: {},
  blocks: [],
  generates: true,
  body: 'manifest',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
