import type { Kind, KubeObject } from '../../kube/object.ts';
import { managedClusterAddOnKind } from '../../kube/ocm/addon.ts';
import {
  addOnPlacementScoreKind,
  managedClusterKind,
  managedClusterSetBindingKind,
  managedClusterSetKind,
  placementDecisionKind,
} from '../../kube/ocm/cluster.ts';
import type { Cluster } from '../../runtime/client/cluster.ts';
import { listAll } from '../../runtime/control/list-all.ts';
import { type Redaction, redacted, startRedaction } from './redact.ts';

/** What was read, in order of kind, namespace and name. */
export type Snapshot =
  | {
      readonly ok: true;
      readonly objects: readonly KubeObject[];
      readonly clusters: number;
      readonly others: number;
    }
  | { readonly ok: false; readonly message: string };

const kinds: readonly Kind[] = [
  managedClusterSetKind,
  managedClusterSetBindingKind,
  managedClusterKind,
  managedClusterAddOnKind,
  addOnPlacementScoreKind,
  placementDecisionKind,
];

export interface SnapshotInput {
  readonly redact?: boolean;
  /** Without the decisions, which not everybody may list. */
  readonly undecided?: boolean;
}

/** Reads everything a placement may look at; kinds the hub does not have are left out. */
export async function takeSnapshot(
  hub: Cluster,
  { redact = false, undecided = false }: SnapshotInput = {},
): Promise<Snapshot> {
  const objects: KubeObject[] = [];
  for (const kind of undecided ? kinds.filter((of) => of !== placementDecisionKind) : kinds) {
    const listed = await listAll(hub, { kind });
    if (listed.ok) for (const item of listed.value.items) objects.push(kept(item));
    else if (listed.status !== 404) {
      return { ok: false, message: `cannot read ${kind.kind}: ${listed.message}` };
    }
  }
  const redaction: Redaction | null = redact ? startRedaction(objects) : null;
  const shown = redaction === null ? objects : objects.map((one) => redacted(one, redaction));
  const clusters = objects.filter(({ kind }) => kind === managedClusterKind.kind).length;
  return { ok: true, objects: shown, clusters, others: objects.length - clusters };
}

/** Without what only the server keeps for itself. */
function kept(object: KubeObject): KubeObject {
  const { name, namespace, labels, annotations, creationTimestamp, deletionTimestamp } =
    object.metadata;
  const written = Object.entries(annotations ?? {}).filter(
    ([key]) => key !== 'kubectl.kubernetes.io/last-applied-configuration',
  );
  return {
    ...object,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(labels !== undefined && { labels }),
      ...(written.length > 0 && { annotations: Object.fromEntries(written) }),
      ...(creationTimestamp && { creationTimestamp }),
      ...(deletionTimestamp && { deletionTimestamp }),
    },
  };
}
