import type { KeySchema } from './schema.ts';

/** Keys of every template that upstream's own engines look at. */
export const templateKeys = {
  mode: {
    doc: 'What an imported template says itself, beside its policy; with `@imported` only.',
    type: 'inform | enforce | informonly',
    lowersTo: 'spec.remediationAction',
  },
  severity: {
    doc: 'How bad a violation is; without it as the policy says.',
    type: 'low | medium | high | critical',
    lowersTo: 'spec.severity',
  },
  after: {
    doc: 'What has to be so on a cluster before it is looked at there.',
    type: '[Dependency]',
    fallback: '[]',
    lowersTo: 'extraDependencies',
  },
  ignorePending: {
    doc: 'Whether waiting for `after` counts as compliant.',
    type: 'bool',
    fallback: 'false',
    lowersTo: 'ignorePending',
  },
} as const satisfies Readonly<Record<string, KeySchema>>;
