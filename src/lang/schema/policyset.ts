import { type BlockSchema, commonKeys } from './schema.ts';

export const policysetSchema = {
  head: 'policyset',
  doc: 'Policies that are placed and judged together.',
  in: ['file'],
  labels: [{ is: 'name' }],
  keys: {
    policies: {
      doc: 'Its members.',
      type: '[Policy]',
      required: true,
      lowersTo: 'spec.policies',
    },
    on: {
      doc: 'Where its members hold.',
      type: '[Placement]',
      fallback: '[]',
      lowersTo: 'PlacementBinding',
    },
    ...commonKeys,
  },
  blocks: ['exclude'],
  generates: false,
  body: 'keys',
  sort: 'PolicySet',
  namespaced: true,
} as const satisfies BlockSchema;
