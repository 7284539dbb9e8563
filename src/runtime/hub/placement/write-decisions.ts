import type { KubeObject, ObjectMeta, OwnerReference } from '../../../kube/object.ts';
import {
  type ClusterDecision,
  type Placement,
  type PlacementDecision,
  placementDecisionKind,
  placementKind,
} from '../../../kube/ocm/cluster.ts';
import type { Action } from '../../control/controller.ts';
import { clustersIn } from '../decisions.ts';
import { coveringSteps } from './cover.ts';

export interface WriteInput {
  readonly placement: Placement;
  /** As they are to be, whole: labels, owner, decisions. */
  readonly wanted: readonly PlacementDecision[];
  /** All of the placement in its namespace: by its label, or by a name that is wanted. */
  readonly live: readonly PlacementDecision[];
  /** Added to the event of an update where the scheduler had something to say. */
  readonly warning?: string;
  readonly compat?: 'upstream';
}

/**
 * The writes from the live decisions to the wanted ones, in an order in which a cluster that stays selected is in some
 * decision at every moment: what gains clusters is written before what loses them, and nothing is deleted before
 * everything is written (placement.md §19; upstream goes by name and leaves gaps). Each is a gate for the next, and
 * holds only for the version of the decision it was planned for: what failed or was not known of ends the pass.
 */
export function writeDecisions(input: WriteInput): readonly Action[] {
  const { wanted, live } = input;
  const liveByName = byName(live);
  const wantedByName = byName(wanted);
  const gone = live.filter((one) => !wantedByName.has(one.metadata.name) && isOurs(one, input));
  const steps = coveringSteps({
    live: clustersByName(live),
    wanted: clustersByName(wanted),
    gone: gone.map(({ metadata }) => metadata.name),
  });
  const written = new Set<string>();
  return steps.flatMap((step) => {
    const was = liveByName.get(step.name);
    // What was written in this pass is known, and the version that was read holds no more.
    const again = written.has(step.name);
    if (step.to === 'confirmed') return was === undefined || again ? [] : [confirm(was)];
    if (step.to === 'deleted') return was === undefined ? [] : deleteOne(was, input);
    const of = wantedByName.get(step.name);
    if (of === undefined) return [];
    const writes = writeOne({ wanted: of, live: was, clusters: step.clusters, again }, input);
    if (writes.length > 0) written.add(step.name);
    return writes;
  });
}

function byName(of: readonly PlacementDecision[]): ReadonlyMap<string, PlacementDecision> {
  return new Map(of.map((decision) => [decision.metadata.name, decision]));
}

function clustersByName(of: readonly PlacementDecision[]): ReadonlyMap<string, readonly string[]> {
  return new Map(of.map((decision) => [decision.metadata.name, clustersIn(decision)]));
}

function isOurs({ metadata }: PlacementDecision, { placement, compat }: WriteInput): boolean {
  if (compat === 'upstream') return true;
  return metadata.ownerReferences?.some(({ uid }) => uid === placement.metadata.uid) ?? false;
}

interface Write {
  readonly wanted: PlacementDecision;
  readonly live: PlacementDecision | undefined;
  /** null: as wanted; otherwise for a moment these. */
  readonly clusters: readonly string[] | null;
  /** It has been written in this pass before. */
  readonly again: boolean;
}

function writeOne({ wanted, live, clusters, again }: Write, input: WriteInput): readonly Action[] {
  const decisions =
    clusters === null ? (wanted.status?.decisions ?? []) : entriesOf(clusters, wanted, live);
  const before = live === undefined ? createOne(wanted, input) : relabel(wanted, live);
  const first = again ? [] : before;
  if (!again && areSame(decisions, live?.status?.decisions ?? [])) return first;
  return [
    ...first,
    // Once anything was written the version that was read holds no more.
    again || first.length > 0 ? asWritten(wanted, decisions) : statusPatch(wanted, decisions, live),
    told(wanted, input, { reason: 'DecisionUpdate', what: 'updated' }),
  ];
}

/** Of a hundred thousand entries nearly all are what they were: they are compared by what they may hold. */
function areSame(a: readonly ClusterDecision[], b: readonly ClusterDecision[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ clusterName, reason, score }, at) => {
      const other = b[at];
      return clusterName === other?.clusterName && reason === other.reason && score === other.score;
    })
  );
}

/** Entries of the clusters a decision holds for a moment, as they are to be or were. */
function entriesOf(
  clusters: readonly string[],
  ...of: readonly (PlacementDecision | undefined)[]
): readonly ClusterDecision[] {
  const known = new Map<string, ClusterDecision>();
  for (const entry of of.flatMap((one) => one?.status?.decisions ?? [])) {
    if (!known.has(entry.clusterName)) known.set(entry.clusterName, entry);
  }
  return clusters.map((clusterName) => known.get(clusterName) ?? { clusterName, reason: '' });
}

function refOf({ name, namespace = '' }: ObjectMeta) {
  return { ...placementDecisionKind, namespace, name };
}

/** What a write asks of the object it goes to: to be the one that was read, as it was read. */
function asRead(read: PlacementDecision | undefined) {
  const { uid, resourceVersion } = read?.metadata ?? {};
  return {
    ...(uid !== undefined && { ifUid: uid }),
    ...(resourceVersion !== undefined && { ifVersion: resourceVersion }),
  };
}

function createOne(wanted: PlacementDecision, input: WriteInput): readonly Action[] {
  const { status: _, ...object } = wanted;
  return [
    { do: 'create', object, gate: true },
    told(wanted, input, { reason: 'DecisionCreate', what: 'created' }),
  ];
}

/**
 * Labels that differ, and the owner where it is missing: a decision is adopted by its name. An owner of our name and
 * another uid is a Placement that is no more: ours takes its place, since an object has one controller at most.
 */
function relabel(wanted: PlacementDecision, read: PlacementDecision): readonly Action[] {
  const { labels = {}, ownerReferences = [] } = wanted.metadata;
  const has = read.metadata.labels ?? {};
  const sameLabels = Object.entries(labels).every(([key, value]) => has[key] === value);
  const owners = read.metadata.ownerReferences ?? [];
  const missing = ownerReferences.filter(({ uid }) => !owners.some((one) => one.uid === uid));
  if (sameLabels && missing.length === 0) return [];
  const isGone = (owner: OwnerReference) =>
    missing.some(({ kind, name }) => owner.kind === kind && owner.name === name);
  const kept = owners.filter((owner) => !isGone(owner));
  const all = [...kept, ...missing].map((owner) => ({ ...owner }));
  return [
    {
      do: 'patch',
      of: refOf(wanted.metadata),
      patch: {
        metadata: {
          ...(sameLabels ? {} : { labels: { ...labels } }),
          ...(missing.length > 0 && { ownerReferences: all }),
        },
      },
      ...asRead(read),
      gate: true,
    },
  ];
}

function statusPatch(
  { metadata }: PlacementDecision,
  decisions: NonNullable<PlacementDecision['status']>['decisions'],
  read?: PlacementDecision,
): Action & { readonly do: 'patchStatus' } {
  return {
    do: 'patchStatus',
    of: refOf(metadata),
    status: { decisions: decisions.map((decision) => ({ ...decision })) },
    ...asRead(read),
    gate: true,
  };
}

function asWritten(...[of, decisions]: Parameters<typeof statusPatch>): Action {
  return { ...statusPatch(of, decisions), asWritten: true };
}

/** Asks the API server whether a decision is still as it was read. */
function confirm(read: PlacementDecision): Action {
  return { ...statusPatch(read, read.status?.decisions ?? [], read), confirm: true };
}

function deleteOne(live: PlacementDecision, input: WriteInput): readonly Action[] {
  if (live.metadata.deletionTimestamp !== undefined) return [];
  return [
    { do: 'delete', of: refOf(live.metadata), ...asRead(live), gate: true },
    told(live, input, { reason: 'DecisionDelete', what: 'deleted' }),
  ];
}

/** An event on the Placement, in upstream's words (placement.md §9). */
function told(
  { metadata }: KubeObject,
  { placement, warning }: WriteInput,
  { reason, what }: { readonly reason: string; readonly what: string },
): Action {
  const { name, namespace = '' } = placement.metadata;
  const text = `Decision ${metadata.name} is ${what} with placement ${name} in namespace ${namespace}`;
  const warns = warning !== undefined && reason === 'DecisionUpdate';
  return {
    do: 'record',
    about: { ...placementKind, namespace, name },
    type: warns ? 'Warning' : 'Normal',
    reason,
    action: `${reason}d`,
    related: refOf(metadata),
    message: warns ? `${text}: ${warning}` : text,
  };
}
