import { type BlockSchema, commonKeys } from './schema.ts';

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
    },
    after: {
      doc: 'What has to be so on a cluster before its templates are looked at there.',
      type: '[Dependency]',
      fallback: '[]',
      lowersTo: 'spec.dependencies',
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
    },
    copyMetadata: {
      doc: 'Whether labels and annotations go to the clusters too.',
      type: 'bool',
      fallback: 'true',
      lowersTo: 'spec.copyPolicyMetadata',
    },
    ...commonKeys,
  },
  blocks: [
    'musthave',
    'mustonlyhave',
    'mustnothave',
    'config',
    'operator',
    'certificate',
    'template',
    'check',
    'rego',
  ],
  generates: true,
  body: 'keys',
  sort: 'Policy',
  namespaced: true,
} as const satisfies BlockSchema;
