import type { Sort } from './types.ts';

/** What a block is asked in a test (language.md §10); types in the notation of keys. */
export interface TestValueSchema {
  readonly doc: string;
  readonly type: string;
  /** The type of its one argument; a method has one, a member none. */
  readonly takes?: string;
}

const carried = {
  clusters: { doc: 'The clusters it goes to.', type: 'Clusters' },
  updating: { doc: 'Clusters that are being updated.', type: 'Clusters' },
  updated: { doc: 'Clusters that have it and are well.', type: 'Clusters' },
  untouched: { doc: 'Clusters that were not begun with.', type: 'Clusters' },
  failed: { doc: 'Clusters that failed or ran out of time.', type: 'Clusters' },
  halted: { doc: 'Whether nothing more is started, because too many failed.', type: 'bool' },
  done: { doc: 'Whether nothing is left to do.', type: 'bool' },
} as const satisfies Readonly<Record<string, TestValueSchema>>;

/** Members of the blocks a test may ask, by their sort. */
export const testValues: Readonly<
  Partial<Record<Sort | 'AddOn', Readonly<Record<string, TestValueSchema>>>>
> = {
  Placement: {
    clusters: { doc: 'The clusters it selects.', type: 'Clusters' },
    ranked: { doc: 'The clusters it selects, the best first.', type: '[Cluster]' },
    unscheduled: { doc: 'How many clusters it lacks for its `take`.', type: 'int' },
    group: { doc: 'The clusters of a decision group.', type: 'Clusters', takes: 'string' },
  },
  Policy: {
    placed: { doc: 'The clusters it is placed on.', type: 'Clusters' },
    enforced: { doc: 'The clusters on which it mends what it finds.', type: 'Clusters' },
    compliance: {
      doc: 'What it finds on a cluster.',
      type: 'Compliant | NonCompliant | Pending',
      takes: 'Cluster',
    },
    violations: {
      doc: 'What is wrong on a cluster, one entry an object.',
      type: '[{ template: string, object: string, message: string }]',
      takes: 'Cluster',
    },
  },
  App: carried,
  AddOn: carried,
};

/** What a cluster may be said to be at a moment of a simulation (Rule 57). */
export const clusterStates = 'Progressing | Succeeded | Failed';
