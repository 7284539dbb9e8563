import { type BlockSchema, commonKeys } from './schema.ts';
import { templateKeys } from './template-keys.ts';

export const certificateSchema = {
  head: 'certificate',
  doc: 'Certificates that must not end soon: one CertificatePolicy.',
  in: ['policy'],
  labels: [{ is: 'name' }],
  keys: {
    ...templateKeys,
    namespaces: {
      doc: 'Namespaces whose Secrets are looked at; without it those of the policy.',
      type: 'NamespaceSelector',
      lowersTo: 'spec.namespaceSelector',
    },
    select: {
      doc: 'Labels of the Secrets that are looked at.',
      type: '{ *: string }',
      lowersTo: 'spec.labelSelector',
    },
    minimumDuration: {
      doc: 'How long a certificate has to be good for still.',
      type: 'duration',
      lowersTo: 'spec.minimumDuration',
    },
    minimumCADuration: {
      doc: 'The same for certificates of authorities.',
      type: 'duration',
      lowersTo: 'spec.minimumCADuration',
    },
    maximumDuration: {
      doc: 'How long a certificate may be good for in all.',
      type: 'duration',
      lowersTo: 'spec.maximumDuration',
    },
    maximumCADuration: {
      doc: 'The same for certificates of authorities.',
      type: 'duration',
      lowersTo: 'spec.maximumCADuration',
    },
    allowedSANPattern: {
      doc: 'A pattern every name in a certificate has to match.',
      type: 'string',
      lowersTo: 'spec.allowedSANPattern',
    },
    disallowedSANPattern: {
      doc: 'A pattern no name in a certificate may match.',
      type: 'string',
      lowersTo: 'spec.disallowedSANPattern',
    },
    ...commonKeys,
  },
  blocks: [],
  generates: false,
  body: 'keys',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
