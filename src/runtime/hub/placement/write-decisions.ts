import { compareText, jsonEqual } from '../../../base/json.ts';
import type { KubeObject, ObjectMeta } from '../../../kube/object.ts';
import {
  type Placement,
  type PlacementDecision,
  placementDecisionKind,
  placementKind,
} from '../../../kube/ocm/cluster.ts';
import type { Action } from '../../control/controller.ts';

export interface WriteInput {
  readonly placement: Placement;
  /** As they are to be, whole: labels, owner, decisions. */
  readonly wanted: readonly PlacementDecision[];
  /** All with the label of the placement in its namespace. */
  readonly live: readonly PlacementDecision[];
  /** Added to the event of an update where the scheduler had something to say. */
  readonly warning?: string;
  readonly compat?: 'upstream';
}

/**
 * The writes from the live decisions to the wanted ones, in an order in which a cluster that stays selected is in some
 * decision at every moment: what gains clusters is written before what loses them, and nothing is deleted before
 * everything is written (placement.md §19; upstream goes by name and leaves gaps).
 */
export function writeDecisions(input: WriteInput): readonly Action[] {
  const { wanted, live } = input;
  const liveByName = new Map(live.map((decision) => [decision.metadata.name, decision]));
  const wantedByName = new Map(wanted.map((decision) => [decision.metadata.name, decision]));
  const gone = live.filter((one) => !wantedByName.has(one.metadata.name) && isOurs(one, input));
  const steps = ordered(wanted, live);
  return [
    ...steps.flatMap(({ name, clusters }) => {
      const of = wantedByName.get(name);
      if (of === undefined) return [];
      return writeOne(of, liveByName.get(name), { ...input, clusters });
    }),
    ...gone.flatMap((one) => deleteOne(one, input)),
  ];
}

function isOurs({ metadata }: PlacementDecision, { placement, compat }: WriteInput): boolean {
  if (compat === 'upstream') return true;
  return metadata.ownerReferences?.some(({ uid }) => uid === placement.metadata.uid) ?? false;
}

function clustersOf({ status }: PlacementDecision): readonly string[] {
  return (status?.decisions ?? []).map(({ clusterName }) => clusterName);
}

interface Step {
  readonly name: string;
  /** null: as wanted; otherwise for a moment these. */
  readonly clusters: readonly string[] | null;
}

/**
 * Decisions in an order that keeps clusters covered. Where decisions swap clusters in a circle, one of them holds both
 * its old and its new clusters for a moment.
 */
function ordered(
  wanted: readonly PlacementDecision[],
  live: readonly PlacementDecision[],
): readonly Step[] {
  const has = new Map(live.map((one) => [one.metadata.name, new Set(clustersOf(one))]));
  const gets = new Map(wanted.map((one) => [one.metadata.name, clustersOf(one)]));
  const homes = new Map<string, string>();
  for (const [name, clusters] of gets) for (const cluster of clusters) homes.set(cluster, name);
  const open = new Set([...gets.keys()].sort(compareText));
  const steps: Step[] = [];
  /** The decision that must gain a cluster before this one may lose it. */
  const waitsFor = (name: string): string | undefined => {
    const kept = new Set(gets.get(name));
    for (const cluster of has.get(name) ?? []) {
      const home = kept.has(cluster) ? undefined : homes.get(cluster);
      if (home !== undefined && !has.get(home)?.has(cluster)) return home;
    }
    return undefined;
  };
  while (open.size > 0) {
    const next = [...open].find((name) => waitsFor(name) === undefined);
    if (next !== undefined) {
      steps.push({ name: next, clusters: null });
      has.set(next, new Set(gets.get(next)));
      open.delete(next);
      continue;
    }
    // INVARIANT: what is waited for still gains something, and never again after this; so the loop ends.
    const [first = ''] = open;
    const home = waitsFor(first) ?? first;
    const both = new Set([...(has.get(home) ?? []), ...(gets.get(home) ?? [])]);
    steps.push({ name: home, clusters: [...both].sort(compareText) });
    has.set(home, both);
  }
  return steps;
}

function writeOne(
  wanted: PlacementDecision,
  live: PlacementDecision | undefined,
  input: WriteInput & { readonly clusters: readonly string[] | null },
): readonly Action[] {
  const { clusters } = input;
  const decisions =
    clusters === null
      ? (wanted.status?.decisions ?? [])
      : clusters.map((clusterName) => ({ clusterName, reason: '' }));
  const changed = !jsonEqual(decisions, live?.status?.decisions ?? []);
  return [
    ...(live === undefined ? createOne(wanted, input) : relabel(wanted, live)),
    ...(changed
      ? [
          statusPatch(wanted, decisions),
          told(wanted, input, { reason: 'DecisionUpdate', what: 'updated' }),
        ]
      : []),
  ];
}

function refOf({ name, namespace = '' }: ObjectMeta) {
  return { ...placementDecisionKind, namespace, name };
}

function createOne(wanted: PlacementDecision, input: WriteInput): readonly Action[] {
  const { status: _, ...object } = wanted;
  return [
    { do: 'create', object },
    told(wanted, input, { reason: 'DecisionCreate', what: 'created' }),
  ];
}

/** Labels that differ, and the owner where it is missing: a decision is adopted by its name. */
function relabel(wanted: PlacementDecision, live: PlacementDecision): readonly Action[] {
  const { labels = {}, ownerReferences = [] } = wanted.metadata;
  const has = live.metadata.labels ?? {};
  const sameLabels = Object.entries(labels).every(([key, value]) => has[key] === value);
  const owners = live.metadata.ownerReferences ?? [];
  const missing = ownerReferences.filter(({ uid }) => !owners.some((one) => one.uid === uid));
  if (sameLabels && missing.length === 0) return [];
  const all = [...owners, ...missing].map((owner) => ({ ...owner }));
  return [
    {
      do: 'patch',
      of: refOf(wanted.metadata),
      patch: {
        metadata: {
          labels: { ...labels },
          ...(missing.length > 0 && { ownerReferences: all }),
        },
      },
    },
  ];
}

function statusPatch(
  { metadata }: PlacementDecision,
  decisions: NonNullable<PlacementDecision['status']>['decisions'],
): Action {
  return {
    do: 'patchStatus',
    of: refOf(metadata),
    status: { decisions: decisions.map((decision) => ({ ...decision })) },
  };
}

function deleteOne(live: PlacementDecision, input: WriteInput): readonly Action[] {
  if (live.metadata.deletionTimestamp !== undefined) return [];
  const { uid } = live.metadata;
  return [
    { do: 'delete', of: refOf(live.metadata), ...(uid !== undefined && { ifUid: uid }) },
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
    message: warns ? `${text}: ${warning}` : text,
  };
}
