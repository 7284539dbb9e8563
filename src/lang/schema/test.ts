import type { BlockSchema } from './schema.ts';

export const testSchema = {
  head: 'test',
  doc: 'What is expected of the declarations of the module, over the clusters of a fixture.',
  in: ['file'],
  labels: [{ is: 'text' }],
  keys: {
    fleet: {
      doc: 'The fixture the test looks at. With `@fuzz` drawn clusters are added to it.',
      type: 'Fixture',
    },
  },
  blocks: ['simulate', 'on'],
  generates: false,
  body: 'keys',
  expects: true,
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
