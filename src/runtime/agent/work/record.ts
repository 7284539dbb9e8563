import { jsonEqual } from '../../../base/json.ts';
import { conditionOf, type Ref } from '../../../kube/object.ts';
import {
  type AppliedManifestWork,
  type AppliedResource,
  appliedManifestWorkKind,
  type ManifestWork,
  workConditions,
  workFinalizers,
  workGroup,
} from '../../../kube/ocm/work.ts';
import type { Action, Snapshot } from '../../control/controller.ts';
import type { Manifest } from '../manifests.ts';
import { type Removal, removeResources, resourceKey, sortResources } from './stale.ts';

/** Who the agent is, for its records on the cluster. */
export interface RecordIdentity {
  /** SHA-256 of the hub's host, hexadecimal. */
  readonly hubHash: string;
  readonly agentId: string;
}

/** The name of the record of a work. */
export function recordName({ hubHash }: RecordIdentity, workName: string): string {
  return `${hubHash}-${workName}`;
}

/** Identity of a record. */
export function recordRef(name: string): Ref {
  return { ...appliedManifestWorkKind, namespace: '', name };
}

/** Creates the record of a work; nothing is applied before it is there, because objects name it as their owner. */
export function createRecord(identity: RecordIdentity, work: ManifestWork): Action {
  const { name, labels } = work.metadata;
  return {
    do: 'create',
    object: {
      apiVersion: `${workGroup}/v1`,
      kind: appliedManifestWorkKind.kind,
      metadata: {
        name: recordName(identity, name),
        ...(labels && { labels }),
        finalizers: [workFinalizers.appliedManifestWork],
      },
      spec: {
        hubHash: identity.hubHash,
        manifestWorkName: name,
        agentID: identity.agentId,
      },
    },
    at: 'cluster',
  };
}

/**
 * Keeps the record at what the work applies, and removes what it applied once and no longer does. What is about to be
 * applied is written down first, without a UID, so that nothing is ever on the cluster that no record knows. Nothing is
 * removed before the work has been applied once: after a switch of hubs the same works come without any status
 * (work.md §2).
 */
export function keepRecord(input: {
  readonly work: ManifestWork;
  readonly record: AppliedManifestWork;
  readonly manifests: readonly Manifest[];
  readonly snapshot: Snapshot;
}): Removal {
  const { work, record, manifests, snapshot } = input;
  const recorded = record.status?.appliedResources ?? [];
  const known = recordedIn(record);
  const kept = manifests.flatMap((manifest) => appliedResource(manifest, known, snapshot) ?? []);
  const tracked = new Set(manifests.map(({ meta }) => resourceKey(meta)));
  const stale = recorded.filter((resource) => !tracked.has(resourceKey(resource)));
  const isNew = conditionOf(work.status?.conditions, workConditions.applied) === undefined;
  const removal = isNew
    ? { actions: [], pending: stale, alsoWatch: [] }
    : removeResources(record, stale, snapshot);
  const resources = sortResources([...unique(kept), ...removal.pending]);
  if (jsonEqual(resources, recorded)) return removal;
  const status: Action = {
    do: 'patchStatus',
    of: recordRef(record.metadata.name),
    status: { appliedResources: resources.map((resource) => ({ ...resource })) },
    at: 'cluster',
    independent: true,
  };
  // First the record, then the writes: what is deleted must not be forgotten before it is gone.
  return { ...removal, actions: [status, ...removal.actions] };
}

/** What a record knows, by `resourceKey`. */
export function recordedIn(record: AppliedManifestWork): ReadonlyMap<string, AppliedResource> {
  const resources = record.status?.appliedResources ?? [];
  return new Map(resources.map((resource) => [resourceKey(resource), resource] as const));
}

function appliedResource(
  { ref, meta, strategy }: Manifest,
  known: ReadonlyMap<string, AppliedResource>,
  snapshot: Snapshot,
): AppliedResource | undefined {
  if (ref === null || strategy.type === 'ReadOnly') return undefined;
  const seen = snapshot.look(ref, 'cluster');
  const before = known.get(resourceKey(meta));
  if (seen.state === 'unread' && before !== undefined) return before;
  const uid = seen.state === 'present' ? seen.object.metadata.uid : undefined;
  return {
    group: ref.group,
    resource: meta.resource ?? '',
    namespace: ref.namespace,
    name: ref.name,
    version: ref.version,
    ...(uid !== undefined && { uid }),
  };
}

function unique(resources: readonly AppliedResource[]): readonly AppliedResource[] {
  return [...new Map(resources.map((resource) => [resourceKey(resource), resource])).values()];
}
