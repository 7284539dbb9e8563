import { formatInstant, type Instant } from '../../base/instant.ts';
import { isJsonObject, type Json } from '../../base/json.ts';
import type { Value } from '../../engine/predicate/value.ts';
import type { IrAttribute, IrSource } from '../../ir/expr.ts';
import { setCondition } from '../../kube/conditions.ts';
import { apiVersionOf, type Condition } from '../../kube/object.ts';
import { type ManagedClusterAddOn, managedClusterAddOnKind } from '../../kube/ocm/addon.ts';
import {
  type AddOnPlacementScore,
  addOnPlacementScoreKind,
  clusterConditions,
  type ManagedCluster,
} from '../../kube/ocm/cluster.ts';
import { taintsFor } from '../../runtime/hub/registration/taints.ts';
import type { Recorded } from '../inventory.ts';
import { CommandFailure, exit } from '../io.ts';

/** A fact of a cluster as it might be. */
export interface Supposed {
  readonly attribute: IrAttribute;
  /** As it was written. */
  readonly text: string;
  readonly value: Value;
}

/** The fleet, had these clusters that fact. */
export function withFact(
  fleet: Recorded,
  names: ReadonlySet<string>,
  fact: Supposed,
  now: Instant,
): Recorded {
  const { source } = fact.attribute;
  switch (source.from) {
    case 'score':
      return { ...fleet, scores: withScores(fleet.scores, names, source, Number(fact.text)) };
    case 'addon':
      return {
        ...fleet,
        addons: withAddons(fleet.addons, names, source.name, { isTrue: fact.value === true, now }),
      };
    default: {
      const change = changeOf(fact, now);
      const clusters = fleet.clusters.map((of) => (names.has(of.metadata.name) ? change(of) : of));
      return { ...fleet, clusters };
    }
  }
}

function changeOf(
  { attribute: { source, type }, text, value }: Supposed,
  now: Instant,
): (cluster: ManagedCluster) => ManagedCluster {
  switch (source.from) {
    case 'label':
      return (of) => withField(of, ['metadata', 'labels', source.key], text);
    case 'annotation':
      return (of) => withField(of, ['metadata', 'annotations', source.key], text);
    case 'claim':
      return (of) => withClaim(of, source.key, text);
    case 'condition':
      return (of) => withCondition(of, source.type, { isTrue: value === true, now });
    case 'field':
      if (source.path.join('.') === 'metadata.name') throw notSupposable('name');
      return (of) => withField(of, source.path, jsonOf(type, text));
    default:
      throw notSupposable(source.from);
  }
}

function notSupposable(what: string): CommandFailure {
  const message = `the ${what} of a cluster cannot be supposed; edit the inventory instead`;
  return new CommandFailure(exit.no, message);
}

function withClaim(cluster: ManagedCluster, key: string, value: string): ManagedCluster {
  const { status } = cluster;
  const others = (status?.clusterClaims ?? []).filter(({ name }) => name !== key);
  const clusterClaims = [...others, { name: key, value }];
  return { ...cluster, status: { ...status, clusterClaims } };
}

interface Told {
  readonly isTrue: boolean;
  readonly now: Instant;
}

/** A cluster that is not available is tainted by the hub, so it is here. */
function withCondition(cluster: ManagedCluster, type: string, told: Told): ManagedCluster {
  const { spec, status } = cluster;
  const conditions = conditionsWith(status?.conditions, type, told);
  const next = { ...cluster, status: { ...status, conditions } };
  if (type !== clusterConditions.available) return next;
  const before = spec?.taints ?? [];
  const timeAdded = formatInstant(told.now);
  const taints = taintsFor(next).map((taint) =>
    before.includes(taint) ? taint : { ...taint, timeAdded },
  );
  return { ...next, spec: { ...spec, taints } };
}

function conditionsWith(
  conditions: readonly Condition[] | undefined,
  type: string,
  { isTrue, now }: Told,
): readonly Condition[] {
  const status = isTrue ? 'True' : 'False';
  return setCondition(conditions, { type, status, reason: 'Supposed', message: '' }, now);
}

function withScores(
  scores: readonly AddOnPlacementScore[],
  names: ReadonlySet<string>,
  { resource, score }: IrSource & { readonly from: 'score' },
  value: number,
): readonly AddOnPlacementScore[] {
  const isOf = ({ metadata }: AddOnPlacementScore) =>
    metadata.name === resource && names.has(metadata.namespace ?? '');
  const own = new Map(scores.filter(isOf).map((of) => [of.metadata.namespace ?? '', of]));
  const supposed = [...names].map((namespace): AddOnPlacementScore => {
    const { scores: before = [] } = own.get(namespace)?.status ?? {};
    const others = before.filter(({ name }) => name !== score);
    return {
      apiVersion: apiVersionOf(addOnPlacementScoreKind),
      kind: addOnPlacementScoreKind.kind,
      metadata: { name: resource, namespace },
      // As long as it is supposed it is valid.
      status: { scores: [...others, { name: score, value }] },
    };
  });
  return [...scores.filter((of) => !isOf(of)), ...supposed];
}

function withAddons(
  addons: readonly ManagedClusterAddOn[],
  names: ReadonlySet<string>,
  addon: string,
  told: Told,
): readonly ManagedClusterAddOn[] {
  const isOf = ({ metadata }: ManagedClusterAddOn) =>
    metadata.name === addon && names.has(metadata.namespace ?? '');
  const own = new Map(addons.filter(isOf).map((of) => [of.metadata.namespace ?? '', of]));
  const supposed = [...names].map((namespace): ManagedClusterAddOn => {
    const before = own.get(namespace);
    const conditions = conditionsWith(before?.status?.conditions, 'Available', told);
    return {
      apiVersion: apiVersionOf(managedClusterAddOnKind),
      kind: managedClusterAddOnKind.kind,
      metadata: { name: addon, namespace },
      ...before,
      status: { ...before?.status, conditions },
    };
  });
  return [...addons.filter((of) => !isOf(of)), ...supposed];
}

/** The field of an object, as the API has fields of that type. */
function jsonOf(type: IrAttribute['type'], text: string): Json {
  if (type === 'bool' || type === 'condition') return text === 'true' || text === 'True';
  return type === 'int' || type === 'float' || type === 'score' ? Number(text) : text;
}

/** An object with one field set, however deep. */
function withField<T>(object: T, path: readonly string[], value: Json): T {
  const [first, ...rest] = path;
  if (first === undefined) return value as T;
  const fields = new Map(isJsonObject(object) ? Object.entries(object) : []);
  fields.set(first, withField(fields.get(first) ?? null, rest, value));
  return Object.fromEntries(fields) as T;
}
