import { compareText } from '../../base/json.ts';
import type { Condition, KubeObject } from '../../kube/object.ts';
import type { ManagedCluster, PlacementDecision } from '../../kube/ocm/cluster.ts';

/** Pseudonyms of the clusters of one snapshot. */
export interface Redaction {
  readonly names: ReadonlyMap<string, string>;
}

/** Labels and claims that say which cluster this is, or where it answers. */
const telling =
  /(^|[./-])(id|uid|uuid|name|url|host|hostname|endpoint|address|ip|server|consoleurl)($|[./-])/i;

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

/** An object without what says whose it is; what placements ask for stays. */
export function redacted(object: KubeObject, redaction: Redaction): KubeObject {
  const { annotations: _, ...metadata } = object.metadata;
  const isCluster = object.kind === 'ManagedCluster';
  const pseudonym = (name: string) => redaction.names.get(name) ?? name;
  const { namespace } = metadata;
  return {
    ...withoutWords(object, pseudonym),
    metadata: {
      ...metadata,
      name: isCluster ? pseudonym(metadata.name) : metadata.name,
      ...(namespace !== undefined && { namespace: pseudonym(namespace) }),
      ...(metadata.labels !== undefined && { labels: labelsOf(object) }),
    },
  };
}

function withoutWords(object: KubeObject, pseudonym: (name: string) => string): KubeObject {
  if (object.kind === 'ManagedCluster') return withoutAddresses(object as ManagedCluster);
  if (object.kind !== 'PlacementDecision') return withoutMessages(object);
  const { status, ...decision } = object as PlacementDecision;
  const decisions = (status?.decisions ?? []).map((one) => ({
    ...one,
    clusterName: pseudonym(one.clusterName),
  }));
  return { ...decision, status: { decisions } } as PlacementDecision;
}

// Those of a decision are names of placements and groups.
function labelsOf({ kind, metadata }: KubeObject): Readonly<Record<string, string>> {
  const { labels = {}, name } = metadata;
  return kind === 'PlacementDecision' ? labels : without(labels, name);
}

function without(
  labels: Readonly<Record<string, string>>,
  own: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(labels).filter(([key, value]) => !telling.test(key) && value !== own),
  );
}

function withoutAddresses(cluster: ManagedCluster): ManagedCluster {
  const { managedClusterClientConfigs: _, ...spec } = cluster.spec ?? {};
  const { status } = cluster;
  const clusterClaims = status?.clusterClaims?.filter(
    ({ name, value }) => !telling.test(name ?? '') && value !== cluster.metadata.name,
  );
  return {
    ...cluster,
    spec,
    ...(status !== undefined && {
      status: {
        ...status,
        ...(clusterClaims !== undefined && { clusterClaims }),
        ...(status.conditions !== undefined && { conditions: status.conditions.map(quiet) }),
      },
    }),
  };
}

function withoutMessages(object: KubeObject): KubeObject {
  const status = object.status as { readonly conditions?: readonly Condition[] } | undefined;
  if (status?.conditions === undefined) return object;
  return { ...object, status: { ...status, conditions: status.conditions.map(quiet) } };
}

function quiet(condition: Condition): Condition {
  return { ...condition, message: '' };
}
