import { compareText, type Json, type JsonObject } from '../../base/json.ts';
import type { Condition, KubeObject } from '../../kube/object.ts';
import {
  clusterGroup,
  type ManagedCluster,
  type ManagedClusterSpec,
  type PlacementDecision,
} from '../../kube/ocm/cluster.ts';
import { isTelling } from './telling.ts';

/** Pseudonyms of the clusters of one snapshot. */
export interface Redaction {
  readonly names: ReadonlyMap<string, string>;
}

/** Gives every cluster a number in the order of names: where names decide between equals, they decide as before. */
export function startRedaction(objects: readonly KubeObject[]): Redaction {
  const names = objects
    .filter(({ kind }) => kind === 'ManagedCluster')
    .map(({ metadata }) => metadata.name)
    .sort(compareText);
  const width = String(names.length).length;
  const numbered = (at: number) => `cluster-${String(at + 1).padStart(width, '0')}`;
  return { names: new Map(names.map((name, at) => [name, numbered(at)])) };
}

/** An object without what says whose it is: only what placements can ask of it is taken over. */
export function redacted(object: KubeObject, { names }: Redaction): KubeObject {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace, creationTimestamp, deletionTimestamp } = metadata;
  const pseudonym = (of: string) => names.get(of) ?? of;
  return {
    apiVersion,
    kind,
    metadata: {
      name: kind === 'ManagedCluster' ? pseudonym(name) : name,
      ...(namespace !== undefined && { namespace: pseudonym(namespace) }),
      ...labelsOf(object),
      ...(creationTimestamp && { creationTimestamp }),
      ...(deletionTimestamp && { deletionTimestamp }),
    },
    ...askedOf(object, pseudonym),
  };
}

function labelsOf({ kind, metadata }: KubeObject): Pick<KubeObject['metadata'], 'labels'> {
  const { labels, name } = metadata;
  if (labels === undefined) return {};
  const stays = (key: string, value: string): boolean => {
    // Those of a decision name its placement and its group.
    if (kind === 'PlacementDecision') return key.startsWith(`${clusterGroup}/`);
    return kind === 'ManagedCluster' && !isTelling(key, value, name);
  };
  const kept = Object.entries(labels).filter(([key, value]) => stays(key, value));
  return { labels: Object.fromEntries(kept) };
}

type Asked = Pick<KubeObject, 'spec' | 'status'>;

function askedOf(object: KubeObject, pseudonym: (name: string) => string): Asked {
  const { spec, status } = object as { readonly spec?: object; readonly status?: object };
  switch (object.kind) {
    case 'ManagedCluster':
      return clusterAsked(object as ManagedCluster);
    case 'ManagedClusterSet':
      return { spec: some(spec, ['clusterSelector']) };
    case 'ManagedClusterSetBinding':
      return { spec: some(spec, ['clusterSet']) };
    case 'AddOnPlacementScore':
      return { status: { ...some(status, ['scores', 'validUntil']), ...quiet(status) } };
    case 'PlacementDecision': {
      const decisions = (object as PlacementDecision).status?.decisions ?? [];
      const named = decisions.map(({ clusterName, score }) => ({
        clusterName: pseudonym(clusterName),
        reason: '',
        ...(score !== undefined && { score }),
      }));
      return { status: { decisions: named } };
    }
    default:
      return { status: quiet(status) };
  }
}

function clusterAsked({ metadata: { name }, spec, status }: ManagedCluster): Asked {
  const claims = status?.clusterClaims?.filter(
    ({ name: key = '', value = '' }) => !isTelling(key, value, name),
  );
  return {
    spec: {
      ...some(spec, ['hubAcceptsClient', 'leaseDurationSeconds']),
      ...(spec?.taints !== undefined && { taints: taintsOf(spec.taints, name) }),
    },
    ...(status !== undefined && {
      status: {
        ...some(status, ['version', 'capacity', 'allocatable']),
        ...(claims !== undefined && { clusterClaims: claims }),
        ...quiet(status),
      },
    }),
  };
}

function taintsOf(taints: NonNullable<ManagedClusterSpec['taints']>, name: string): object {
  return taints.map(({ value, ...taint }) =>
    value === undefined || isTelling(taint.key, value, name) ? taint : { ...taint, value },
  );
}

function some(of: object | undefined, members: readonly string[]): JsonObject {
  const entries = Object.entries((of ?? {}) as Readonly<Record<string, Json>>);
  return Object.fromEntries(entries.filter(([member]) => members.includes(member)));
}

/** Its conditions, without messages. */
function quiet(status: object | undefined): object {
  const { conditions } = (status ?? {}) as { readonly conditions?: readonly Condition[] };
  if (conditions === undefined) return {};
  return {
    conditions: conditions.map(({ type, status: is, reason, lastTransitionTime }) => ({
      type,
      status: is,
      reason,
      message: '',
      lastTransitionTime,
    })),
  };
}
