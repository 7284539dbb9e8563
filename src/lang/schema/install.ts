import type { BlockSchema } from './schema.ts';

export const installSchema = {
  head: 'install',
  doc: 'Installs the add-on on the clusters of a placement; on a cluster two entries select, the later one wins.',
  in: ['addon'],
  labels: [{ is: 'ref Placement' }],
  keys: {
    rollout: {
      doc: 'How a change of its configuration moves over the clusters.',
      type: 'Rollout | InlineRollout',
      fallback: '{ by: all }',
      lowersTo: 'rolloutStrategy',
    },
    configs: {
      doc: 'Objects it is configured with there; their kinds have to be in `supports`.',
      type: '[ObjectRef]',
      fallback: '[]',
      lowersTo: 'configs',
    },
  },
  blocks: [],
  generates: false,
  body: 'keys',
  sort: null,
  namespaced: false,
  acrossNamespaces: true,
} as const satisfies BlockSchema;
