import type { BlockSchema } from './schema.ts';

export const clusterSchema = {
  head: 'cluster',
  doc: 'One cluster of a fixture: attributes of the fleet by name, and members every cluster has.',
  in: ['fixture'],
  labels: [{ is: 'name' }],
  keys: {},
  blocks: [],
  generates: false,
  body: 'open',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
