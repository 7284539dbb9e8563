import { type BlockSchema, commonKeys } from './schema.ts';

const notYet = 'leave it out';
const works = '`via: works`';

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
      type: 'works',
      fallback: 'works',
      laterWords: {
        replicaset: works,
        argocd: works,
        subscription: works,
        policy: 'a `policy` with `mode: enforce`',
      },
    },
    resources: {
      doc: 'Files with more objects.',
      type: '[Source]',
      fallback: '[]',
      lowersTo: 'workload.manifests',
    },
    window: { doc: 'When changes may happen.', type: 'json', later: notYet },
    executor: {
      doc: 'With whose rights the agent applies it.',
      type: 'string',
      lowersTo: 'executor.subject',
      later: notYet,
    },
    delete: {
      doc: 'What becomes of the objects when the work is deleted.',
      type: 'Foreground | Orphan | SelectivelyOrphan',
      fallback: 'Foreground',
      lowersTo: 'deleteOption.propagationPolicy',
      later: notYet,
    },
    orphan: {
      doc: 'Objects that stay.',
      type: '[json]',
      fallback: '[]',
      lowersTo: 'deleteOption.selectivelyOrphans',
      later: notYet,
    },
    ttl: {
      doc: 'How long a finished work stays.',
      type: 'duration',
      lowersTo: 'deleteOption.ttlSecondsAfterFinished',
      later: notYet,
    },
    cascade: {
      doc: 'How a replica set deletes its works.',
      type: 'Background | Foreground',
      fallback: 'Background',
      lowersTo: 'spec.cascadeDeletionPolicy',
      later: notYet,
    },
    ...commonKeys,
  },
  blocks: ['resource'],
  generates: true,
  body: 'keys',
  sort: 'App',
  namespaced: true,
} as const satisfies BlockSchema;
