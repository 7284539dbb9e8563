import type { BlockSchema } from './schema.ts';
import { commonKeys } from './schema.ts';
import { templateKeys } from './template-keys.ts';

export const configSchema = {
  head: 'config',
  doc: 'Objects that are looked at together: one ConfigurationPolicy.',
  in: ['policy'],
  labels: [{ is: 'name' }],
  keys: {
    ...templateKeys,
    namespaces: {
      doc: 'Namespaces of the cluster in which objects are looked for.',
      type: 'NamespaceSelector',
      lowersTo: 'spec.namespaceSelector',
    },
    prune: {
      doc: 'What becomes of the objects when they are no longer wanted.',
      type: 'None | DeleteIfCreated | DeleteAll',
      fallback: 'None',
      lowersTo: 'spec.pruneObjectBehavior',
    },
    every: {
      doc: 'When it is looked at again: at each change, never, or after a time.',
      type: '{ compliant?: duration | watch | never, noncompliant?: duration | watch | never }',
      fallback: '{ compliant: watch, noncompliant: watch }',
      lowersTo: 'spec.evaluationInterval',
    },
    message: {
      doc: 'What is reported instead of the usual message.',
      type: '{ compliant?: string, noncompliant?: string }',
      lowersTo: 'spec.customMessage',
    },
    ...commonKeys,
  },
  blocks: ['musthave', 'mustonlyhave', 'mustnothave'],
  generates: true,
  body: 'keys',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
