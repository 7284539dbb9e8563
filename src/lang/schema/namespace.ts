import type { BlockSchema } from './schema.ts';

/** `namespace n { … }` has a form of its own in the grammar; its body is like that of a block. */
export const namespaceSchema = {
  head: 'namespace',
  doc: 'A namespace of the hub: which cluster sets may be placed on from it.',
  in: ['file'],
  labels: [{ is: 'name' }],
  keys: {
    bind: {
      doc: 'Sets that placements of this namespace may choose from.',
      type: '[ClusterSet]',
      fallback: '[]',
      lowersTo: 'ManagedClusterSetBinding',
    },
    create: {
      doc: 'Whether to create the namespace.',
      type: 'bool',
      fallback: 'false',
      lowersTo: 'Namespace',
    },
  },
  blocks: [],
  generates: false,
  body: 'keys',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
