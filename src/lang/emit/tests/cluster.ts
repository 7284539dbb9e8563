import { formatInstant } from '../../../base/instant.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import type { IrSource } from '../../../ir/expr.ts';
import { type TestCluster, testStart } from '../../../ir/test-plan.ts';
import type { ManagedClusterAddOn } from '../../../kube/ocm/addon.ts';
import {
  type AddOnPlacementScore,
  clusterConditions,
  type ManagedCluster,
} from '../../../kube/ocm/cluster.ts';
import type { Session } from '../../check/session.ts';
import type { CheckedCluster } from '../../check/tests/fixture.ts';
import { type Fields, isFields, isList, scalarText, toJson, type Value } from '../../fold/value.ts';
import { originOf } from '../context.ts';

/** What attributes and members say of a cluster, collected by where a hub would have it. */
class Parts {
  readonly labels = new Map<string, string>();
  readonly annotations = new Map<string, string>();
  readonly claims = new Map<string, string>();
  readonly conditions = new Map<string, boolean>();
  readonly addons = new Map<string, boolean>();
  /** By `resource`, then by name. */
  readonly scores = new Map<string, Map<string, number>>();
  readonly fields: { readonly path: readonly string[]; readonly value: Json }[] = [];
}

const started = formatInstant(testStart);

/** A cluster of a fixture as a hub would know it (Rule 55): accepted, available, and what its block says. */
export function clusterOf({ block, fields }: CheckedCluster, session: Session): TestCluster {
  const parts = new Parts();
  for (const type of ['hubAccepted', 'joined', 'available'] as const) {
    parts.conditions.set(clusterConditions[type], true);
  }
  takeMembers(fields, parts);
  for (const [name, value] of fields) {
    const attribute = session.attributeOf(name);
    if (attribute !== null) takeAttribute(attribute.source, value, parts);
  }
  const sets = fields.get('sets');
  return {
    name: block.name,
    origin: originOf(block),
    cluster: managedCluster(block.name, fields, parts),
    scores: [...parts.scores].map(([resource, scores]) => scoresOf(block.name, resource, scores)),
    addons: [...parts.addons].map(([name, holds]) => addonOf(block.name, name, holds)),
    sets: sets === undefined ? null : (toJson(sets) as readonly string[]),
  };
}

function takeMembers(fields: Fields, parts: Parts): void {
  for (const [key, value] of entriesOf(fields.get('labels'))) parts.labels.set(key, text(value));
  for (const [key, value] of entriesOf(fields.get('annotations'))) {
    parts.annotations.set(key, text(value));
  }
  for (const [key, value] of entriesOf(fields.get('claims'))) parts.claims.set(key, text(value));
  for (const [type, holds] of entriesOf(fields.get('conditions'))) {
    parts.conditions.set(type, holds === true);
  }
  for (const [name, holds] of entriesOf(fields.get('addons'))) {
    parts.addons.set(name, holds === true);
  }
  for (const [key, value] of entriesOf(fields.get('scores'))) {
    const slash = key.indexOf('/');
    if (slash > 0) setScore(parts, key.slice(0, slash), key.slice(slash + 1), value);
  }
}

function takeAttribute(source: IrSource, value: Value, parts: Parts): void {
  switch (source.from) {
    case 'label':
      parts.labels.set(source.key, text(value));
      return;
    case 'annotation':
      parts.annotations.set(source.key, text(value));
      return;
    case 'claim':
      parts.claims.set(source.key, text(value));
      return;
    case 'condition':
      parts.conditions.set(source.type, value === true);
      return;
    case 'addon':
      parts.addons.set(source.name, value === true);
      return;
    case 'score':
      setScore(parts, source.resource, source.score, value);
      return;
    case 'field':
      parts.fields.push({ path: source.path, value: toJson(value) });
      return;
    case 'sets':
    case 'taints':
      return;
  }
}

function setScore(parts: Parts, resource: string, name: string, value: Value): void {
  const scores = parts.scores.get(resource) ?? new Map<string, number>();
  scores.set(name, Number(toJson(value)));
  parts.scores.set(resource, scores);
}

function managedCluster(name: string, fields: Fields, parts: Parts): ManagedCluster {
  const created = fields.get('created');
  const taints = fields.get('taints');
  const plain: JsonObject = {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: {
      name,
      creationTimestamp: created === undefined ? started : text(created),
      ...filled('labels', parts.labels),
      ...filled('annotations', parts.annotations),
    },
    spec: {
      hubAcceptsClient: true,
      leaseDurationSeconds: 60,
      ...(taints !== undefined && isList(taints) && { taints: taints.flatMap(taintOf) }),
    },
    status: {
      conditions: [...parts.conditions].map(([type, holds]) => conditionOf(type, holds)),
      ...amounts('capacity', fields),
      ...amounts('allocatable', fields),
      ...(parts.claims.size > 0 && {
        clusterClaims: [...parts.claims].map(([key, value]) => ({ name: key, value })),
      }),
    },
  };
  const whole = parts.fields.reduce(
    (object, { path, value }) => withField(object, path, value) as JsonObject,
    plain,
  );
  return whole as unknown as ManagedCluster;
}

function filled(key: string, map: ReadonlyMap<string, string>): JsonObject {
  return map.size === 0 ? {} : { [key]: Object.fromEntries(map) };
}

function amounts(key: string, fields: Fields): JsonObject {
  const value = fields.get(key);
  return value === undefined ? {} : { [key]: toJson(value) };
}

function taintOf(taint: Value): readonly JsonObject[] {
  if (taint === null || typeof taint !== 'object' || !isFields(taint)) return [];
  const value = taint.get('value');
  return [
    {
      key: toJson(taint.get('key') ?? ''),
      ...(value === undefined ? {} : { value: toJson(value) }),
      effect: toJson(taint.get('effect') ?? 'NoSelect'),
      timeAdded: toJson(taint.get('since') ?? started),
    },
  ];
}

function conditionOf(type: string, holds: boolean): JsonObject {
  return {
    type,
    status: holds ? 'True' : 'False',
    reason: 'Fixture',
    message: '',
    lastTransitionTime: started,
  };
}

/** An object with one field set, however deep. */
function withField(object: Json | undefined, path: readonly string[], value: Json): Json {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const fields = new Map(isJsonObject(object) ? Object.entries(object) : []);
  fields.set(first, withField(fields.get(first), rest, value));
  return Object.fromEntries(fields) as JsonObject;
}

function scoresOf(
  cluster: string,
  resource: string,
  scores: ReadonlyMap<string, number>,
): AddOnPlacementScore {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
    kind: 'AddOnPlacementScore',
    metadata: { name: resource, namespace: cluster },
    status: { scores: [...scores].map(([name, value]) => ({ name, value })) },
  };
}

function addonOf(cluster: string, name: string, holds: boolean): ManagedClusterAddOn {
  return {
    apiVersion: 'addon.open-cluster-management.io/v1alpha1',
    kind: 'ManagedClusterAddOn',
    metadata: { name, namespace: cluster },
    status: { conditions: [conditionOf('Available', holds)] },
  } as unknown as ManagedClusterAddOn;
}

function entriesOf(value: Value | undefined): Iterable<readonly [string, Value]> {
  const isRecord =
    value !== undefined && value !== null && typeof value === 'object' && isFields(value);
  return isRecord ? value : [];
}

function text(value: Value): string {
  return scalarText(value) ?? '';
}
