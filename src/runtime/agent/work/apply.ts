import type { KubeObject, OwnerReference } from '../../../kube/object.ts';
import type { AppliedManifestWork, ManifestWork } from '../../../kube/ocm/work.ts';
import type { Account, Action, Seen, Snapshot } from '../../control/controller.ts';
import { appliedObject, isComplete, type Manifest } from '../manifests.ts';
import { isOwnedBy, otherOwners, ownerOf } from '../owner.ts';
import { applyRank } from './order.ts';
import { recordedIn } from './record.ts';
import { resourceKey } from './stale.ts';

/** Field manager of what works apply, unless a work names another (work.md §3). */
export const workFieldManager = 'work-agent';

export interface ApplyInput {
  readonly work: ManifestWork;
  readonly record: AppliedManifestWork;
  readonly manifests: readonly Manifest[];
  readonly snapshot: Snapshot;
}

/**
 * Writes of the manifests of a work, in the order of kinds, each on its own: one that fails does not stop the others.
 * What cannot be seen yet, or is not on the record yet, is left for the next pass: an owner of another work could be
 * overwritten, or an object be left behind that nobody knows.
 */
export function applyManifests(input: ApplyInput): readonly Action[] {
  const ordered = input.manifests.toSorted((a, b) => applyRank(a.meta) - applyRank(b.meta));
  return ordered.flatMap((manifest) => applyManifest(manifest, input));
}

function applyManifest(manifest: Manifest, input: ApplyInput): readonly Action[] {
  const { ref, object, strategy } = manifest;
  if (ref === null || object === null || strategy.type === 'ReadOnly') return [];
  if (isComplete(manifest, input.work)) return [];
  const seen = input.snapshot.look(ref, 'cluster');
  if (seen.state === 'unread' && seen.why === undefined) return [];
  if (!isRecorded(manifest, seen, input.record)) return [];
  if (seen.state === 'present' && seen.object.metadata.deletionTimestamp !== undefined) return [];
  const as = executorOf(input.work);
  if (strategy.type === 'CreateOnly') return createOnly(manifest, object, seen, { ...input, as });
  const { serverSideApply } = strategy.type === 'ServerSideApply' ? strategy : {};
  const wanted = appliedObject(manifest, seen);
  if (wanted === null) return [];
  return [
    {
      do: 'apply',
      object: withOwners(wanted, ownersFor(manifest, input.record, seen)),
      fieldManager: serverSideApply?.fieldManager ?? workFieldManager,
      // Strategy Update means what the manifest says, whoever said otherwise.
      force: strategy.type === 'Update' || (serverSideApply?.force ?? false),
      at: 'cluster',
      independent: true,
      intent: manifest.intent,
      ...as,
    },
  ];
}

function createOnly(
  manifest: Manifest,
  object: KubeObject,
  seen: Seen,
  { record, as }: ApplyInput & { readonly as: AsExecutor },
): readonly Action[] {
  const { ref } = manifest;
  if (ref === null) return [];
  const owners = ownersFor(manifest, record, seen);
  const { intent } = manifest;
  const world = { at: 'cluster', independent: true, intent, ...as } as const;
  if (seen.state !== 'present')
    return [{ do: 'create', object: withOwners(object, owners), ...world }];
  if (isOwnedBy(record, seen.object) === manifest.owned) return [];
  const foreign = (seen.object.metadata.ownerReferences ?? []).filter(
    ({ kind }) => kind !== 'AppliedManifestWork',
  );
  const { resourceVersion: ifVersion } = seen.object.metadata;
  return [
    {
      do: 'patch',
      of: ref,
      patch: {
        metadata: { ownerReferences: [...foreign, ...owners].map((owner) => ({ ...owner })) },
      },
      ...(ifVersion !== undefined && { ifVersion }),
      ...world,
    },
  ];
}

/** Whether the record knows what is there, or that something is to come. */
function isRecorded({ meta }: Manifest, seen: Seen, record: AppliedManifestWork): boolean {
  const entry = recordedIn(record).get(resourceKey(meta));
  return entry !== undefined && (seen.state !== 'absent' || entry.uid === undefined);
}

function ownersFor(
  { owned }: Manifest,
  record: AppliedManifestWork,
  seen: Seen,
): readonly OwnerReference[] {
  const others = otherOwners(record, seen.state === 'present' ? seen.object : undefined);
  return owned ? [...others, ownerOf(record)] : others;
}

function withOwners(object: KubeObject, owners: readonly OwnerReference[]): KubeObject {
  if (owners.length === 0) return object;
  return { ...object, metadata: { ...object.metadata, ownerReferences: owners } };
}

type AsExecutor = { readonly as?: Account };

/** A work with an executor is applied with that account's rights; without one with the agent's. */
export function executorOf(work: ManifestWork): AsExecutor {
  const account = work.spec?.executor?.subject?.serviceAccount;
  return account === undefined ? {} : { as: account };
}
