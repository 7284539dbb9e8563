import type { KubeObject, OwnerReference } from '../../kube/object.ts';
import { type AppliedManifestWork, workGroup } from '../../kube/ocm/work.ts';

/** What every object of a work carries: a reference, not a controller one, as several works may own an object. */
export function ownerOf(record: AppliedManifestWork): OwnerReference {
  return {
    apiVersion: `${workGroup}/v1`,
    kind: 'AppliedManifestWork',
    name: record.metadata.name,
    uid: record.metadata.uid ?? '',
  };
}

/** Whether an object names the record as an owner. */
export function isOwnedBy(record: AppliedManifestWork, object: KubeObject): boolean {
  const { uid } = record.metadata;
  return object.metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
}

/** The records of other works that own the object too. */
export function otherOwners(
  record: AppliedManifestWork,
  object: KubeObject | undefined,
): readonly OwnerReference[] {
  const owners = object?.metadata.ownerReferences ?? [];
  return owners.filter(
    ({ apiVersion, kind, uid }) =>
      apiVersion === `${workGroup}/v1` &&
      kind === 'AppliedManifestWork' &&
      uid !== record.metadata.uid,
  );
}
