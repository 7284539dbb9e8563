import { type BlockSchema, commonKeys } from './schema.ts';

export const clustersetSchema = {
  head: 'clusterset',
  doc: 'A group of clusters that namespaces may be allowed to place on.',
  in: ['file'],
  labels: [{ is: 'name' }],
  keys: {
    members: {
      doc: 'Who belongs to it: clusters labelled with the set, or those whose labels match.',
      type: 'exclusive | Predicate',
      fallback: 'exclusive',
      lowersTo: 'spec.clusterSelector',
    },
    namespaces: {
      doc: 'Namespaces managed on every member.',
      type: '[string]',
      fallback: '[]',
      lowersTo: 'spec.managedNamespaces[].name',
    },
    ...commonKeys,
  },
  blocks: [],
  generates: false,
  body: 'keys',
  sort: 'ClusterSet',
  namespaced: false,
} as const satisfies BlockSchema;
