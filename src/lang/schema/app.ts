import { type BlockSchema, commonKeys } from './schema.ts';

export const appSchema = {
  head: 'app',
  doc: 'A workload, delivered to the clusters of its placements.',
  in: ['file'],
  labels: [{ is: 'name' }],
  keys: {
    on: {
      doc: 'Where it runs; a cluster several entries choose belongs to the first.',
      type: '[Placed]',
      required: true,
    },
    rollout: {
      doc: 'How a change moves over the clusters.',
      type: 'Rollout | InlineRollout',
      fallback: '{ by: all }',
    },
    via: {
      doc: 'What carries it to the clusters.',
      type: 'works | replicaset | argocd | subscription',
      fallback: 'works',
      laterWords: { policy: 'a `policy` with `mode: enforce`' },
    },
    resources: {
      doc: 'Where more objects come from: files, kustomizations, charts, git trees.',
      type: '[Source]',
      fallback: '[]',
      lowersTo: 'workload.manifests',
    },
    window: { doc: 'When changes may happen.', type: 'Window' },
    executor: {
      doc: 'With whose rights the agent applies it.',
      type: 'string',
      lowersTo: 'executor.subject',
    },
    delete: {
      doc: 'What becomes of the objects when the work is deleted.',
      type: 'Foreground | Orphan | SelectivelyOrphan',
      fallback: 'Foreground',
      lowersTo: 'deleteOption.propagationPolicy',
    },
    orphan: {
      doc: 'Objects that stay.',
      type: '[OrphanedObject]',
      fallback: '[]',
      lowersTo: 'deleteOption.selectivelyOrphans',
    },
    ttl: {
      doc: 'How long a finished work stays.',
      type: 'duration',
      lowersTo: 'deleteOption.ttlSecondsAfterFinished',
    },
    cascade: {
      doc: 'How a replica set deletes its works.',
      type: 'Background | Foreground',
      fallback: 'Background',
      lowersTo: 'spec.cascadeDeletionPolicy',
    },
    ...commonKeys,
  },
  blocks: ['resource', 'track'],
  generates: true,
  body: 'keys',
  sort: 'App',
  namespaced: true,
} as const satisfies BlockSchema;
