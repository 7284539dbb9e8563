import type { BlockSchema } from './schema.ts';

export const trackSchema = {
  head: 'track',
  doc: 'How an object of the app is applied, what is read back from it, and when it counts as done.',
  in: ['app'],
  labels: [{ is: 'kind' }, { is: 'name' }],
  keys: {
    namespace: {
      doc: 'Of the object; without it that of the `resource` with the same labels.',
      type: 'string',
      lowersTo: 'resourceIdentifier.namespace',
    },
    update: {
      doc: 'How the agent applies it.',
      type: 'UpdateStrategy',
      fallback: '{ type: Update }',
      lowersTo: 'updateStrategy',
    },
    feedback: {
      doc: 'What is read back: what is known of its kind, or values by JSON paths such as `.status.readyReplicas`.',
      type: 'WellKnownStatus | { *: string }',
      lowersTo: 'feedbackRules',
    },
    scrape: {
      doc: 'Whether the agent asks for those values, or watches.',
      type: 'Poll | Watch',
      fallback: 'Poll',
      lowersTo: 'feedbackScrapeType',
    },
    healthy: {
      doc: 'When it is rolled out and well; until then its cluster is under way.',
      type: 'TrackPredicate',
      lowersTo: 'conditionRules, Progressing',
    },
    failed: {
      doc: 'When it will not get there; its cluster then counts as failed.',
      type: 'TrackPredicate',
      lowersTo: 'conditionRules, Degraded',
    },
    complete: {
      doc: 'When it is finished: what is known of its kind (Job, Pod), or a condition.',
      type: 'WellKnownConditions | TrackPredicate',
      lowersTo: 'conditionRules, Complete',
    },
  },
  blocks: [],
  generates: false,
  body: 'keys',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
