import { instant } from '../../src/base/instant.ts';
import { type KubeObject, type Ref, refKey } from '../../src/kube/object.ts';
import type { Attempt } from '../../src/runtime/control/controller.ts';
import { type FakeSnapshot, snapshotOf as fake } from '../support/snapshot.ts';

/** What a pass of the agent may see, in the words of its tests. */
export interface Facts {
  readonly hub?: readonly KubeObject[];
  readonly cluster?: readonly KubeObject[];
  /** Objects that are named by `alsoWatch` but not read yet. */
  readonly unread?: readonly Ref[];
  readonly kindUnknown?: readonly Ref[];
  /** Writes to the cluster that were refused. */
  readonly failures?: readonly {
    readonly on: Ref;
    readonly message: string;
    readonly intent?: string;
  }[];
  /** Kinds that are watched and not read yet. */
  readonly notRead?: readonly string[];
}

/** A Snapshot of given facts. */
export function snapshotOf(facts: Facts): FakeSnapshot {
  const attempts = (facts.failures ?? []).map(({ on, message, intent }): [string, Attempt] => [
    refKey(on),
    {
      at: instant(0),
      ...(intent && { intent }),
      failure: { status: 403, reason: 'Forbidden', message },
    },
  ]);
  const snapshot = fake({
    hub: facts.hub ?? [],
    cluster: facts.cluster ?? [],
    unread: facts.unread ?? [],
    unknownKinds: (facts.kindUnknown ?? []).map(({ group, kind }) => `${group}/${kind}`),
    clusterAttempts: Object.fromEntries(attempts),
  });
  return { ...snapshot, isRead: ({ kind }) => !(facts.notRead?.includes(kind) ?? false) };
}
