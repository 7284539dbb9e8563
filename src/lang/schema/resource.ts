import type { BlockSchema } from './schema.ts';

export const resourceSchema = {
  head: 'resource',
  doc: 'A Kubernetes object: in an app one to deliver, at file level one on the hub.',
  in: ['file', 'app'],
  labels: [{ is: 'kind' }, { is: 'name' }],
  keys: {},
  blocks: [],
  generates: true,
  body: 'manifest',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
