import type { BlockSchema } from './schema.ts';

export const groupSchema = {
  head: 'group',
  doc: 'A named part of the decision; a cluster goes to the first group it fits.',
  in: ['placement'],
  labels: [{ is: 'name' }],
  keys: {
    where: {
      doc: 'The condition, on labels and claims.',
      type: 'Predicate',
      required: true,
      lowersTo: 'groupClusterSelector',
    },
  },
  blocks: [],
  generates: false,
  body: 'keys',
  sort: 'Group',
  namespaced: true,
} as const satisfies BlockSchema;
