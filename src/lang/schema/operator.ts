import { type BlockSchema, commonKeys } from './schema.ts';
import { templateKeys } from './template-keys.ts';

export const operatorSchema = {
  head: 'operator',
  doc: 'An operator that OLM has to have installed, or must not have: one OperatorPolicy.',
  in: ['policy'],
  labels: [{ is: 'name' }],
  keys: {
    ...templateKeys,
    state: {
      doc: 'Whether the operator has to be there.',
      type: 'musthave | mustnothave',
      fallback: 'musthave',
      lowersTo: 'spec.complianceType',
    },
    package: {
      doc: 'The package of the operator; without it the label.',
      type: 'string',
      lowersTo: 'spec.subscription.name',
    },
    namespace: {
      doc: 'The namespace of the subscription.',
      type: 'string',
      lowersTo: 'spec.subscription.namespace',
    },
    channel: {
      doc: 'The channel updates come from.',
      type: 'string',
      lowersTo: 'spec.subscription.channel',
    },
    source: {
      doc: 'The catalog and its namespace: `"redhat-operators/openshift-marketplace"`.',
      type: 'string',
      lowersTo: 'spec.subscription.source, sourceNamespace',
    },
    versions: {
      doc: 'Versions that may be installed; without it all.',
      type: '[string]',
      fallback: '[]',
      lowersTo: 'spec.versions',
    },
    upgrade: {
      doc: 'Whether upgrades are approved.',
      type: 'None | Automatic',
      fallback: 'None',
      lowersTo: 'spec.upgradeApproval',
    },
    group: {
      doc: 'The operator group; without it the controller makes one.',
      type: '{ *: json }',
      lowersTo: 'spec.operatorGroup',
    },
    remove: {
      doc: 'What becomes of what belongs to an operator that must not be there.',
      type: 'RemovalBehavior',
      lowersTo: 'spec.removalBehavior',
    },
    compliance: {
      doc: 'What a state of the operator counts as.',
      type: 'OperatorCompliance',
      lowersTo: 'spec.complianceConfig',
    },
    ...commonKeys,
  },
  blocks: [],
  generates: false,
  body: 'keys',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
