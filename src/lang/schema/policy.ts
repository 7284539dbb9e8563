import { type BlockSchema, commonKeys } from './schema.ts';

const notYet = 'leave it out';

export const policySchema = {
  head: 'policy',
  doc: 'What must hold on the clusters it is placed on.',
  in: ['file'],
  labels: [{ is: 'name' }],
  keys: {
    on: {
      doc: 'Where it holds.',
      type: '[Placement]',
      fallback: '[]',
      lowersTo: 'PlacementBinding',
    },
    enforce: {
      doc: 'Where it is enforced although it only informs elsewhere.',
      type: '[Placement]',
      fallback: '[]',
      lowersTo: 'PlacementBinding, bindingOverrides',
    },
    mode: {
      doc: 'Whether violations are reported or mended.',
      type: 'inform | enforce',
      fallback: 'inform',
      lowersTo: 'spec.remediationAction',
    },
    severity: {
      doc: 'How bad a violation is.',
      type: 'low | medium | high | critical',
      lowersTo: 'spec.severity of each template',
    },
    controls: {
      doc: 'The standard, category and control it stands for.',
      type: 'Controls',
      lowersTo: 'annotations',
    },
    namespaces: {
      doc: 'Namespaces of the cluster in which objects are looked for.',
      type: 'NamespaceSelector',
      lowersTo: 'spec.namespaceSelector of each template',
      laterFields: { terminating: notYet },
    },
    after: {
      doc: 'What has to be compliant before.',
      type: '[json]',
      fallback: '[]',
      lowersTo: 'spec.dependencies',
      later: notYet,
    },
    disabled: {
      doc: 'Whether it is switched off.',
      type: 'bool',
      fallback: 'false',
      lowersTo: 'spec.disabled',
    },
    hubServiceAccount: {
      doc: 'With whose rights hub lookups are made.',
      type: 'string',
      lowersTo: 'spec.hubTemplateOptions.serviceAccountName',
      later: notYet,
    },
    copyMetadata: {
      doc: 'Whether labels and annotations go to the clusters too.',
      type: 'bool',
      fallback: 'true',
      lowersTo: 'spec.copyPolicyMetadata',
      later: notYet,
    },
    ...commonKeys,
  },
  blocks: ['musthave', 'mustonlyhave', 'mustnothave'],
  generates: true,
  body: 'keys',
  sort: 'Policy',
  namespaced: true,
} as const satisfies BlockSchema;
