import { type BlockSchema, commonKeys } from './schema.ts';

export const addonSchema = {
  head: 'addon',
  doc: 'An add-on the hub offers, and where it is installed.',
  in: ['file'],
  labels: [{ is: 'name' }],
  keys: {
    displayName: {
      doc: 'What people call it.',
      type: 'string',
      lowersTo: 'spec.addOnMeta.displayName',
    },
    supports: {
      doc: 'Kinds it can be configured with, each with an object that is used where nothing else is said.',
      type: '[Kind | { kind: Kind, default: ObjectRef }]',
      fallback: '[]',
      lowersTo: 'spec.supportedConfigs',
    },
    lifecycle: {
      doc: "Who installs it: upstream's add-on manager, or the add-on itself.",
      type: '"addon-manager" | "self"',
      fallback: '"addon-manager"',
      lowersTo: 'annotation addon.open-cluster-management.io/lifecycle',
    },
    ...commonKeys,
  },
  blocks: ['install', 'resource'],
  generates: false,
  body: 'keys',
  sort: 'AddOn',
  namespaced: false,
} as const satisfies BlockSchema;
