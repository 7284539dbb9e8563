import type { BlockSchema } from './schema.ts';

export const resourceSchema = {
  head: 'resource',
  doc: 'A Kubernetes object: in an app one to deliver, at file level and in an add-on one on the hub.',
  in: ['file', 'app', 'addon'],
  labels: [{ is: 'kind' }, { is: 'name' }],
  keys: {},
  blocks: [],
  generates: true,
  body: 'manifest',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
