import { formatInstant, type Instant } from '../../../base/instant.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { Origin } from '../../../ir/program.ts';
import type { TestCluster } from '../../../ir/test-plan.ts';
import { clusterConditions, type ManagedCluster } from '../../../kube/ocm/cluster.ts';
import type { Domain, Facet } from './domain.ts';
import type { Random } from './random.ts';

/** A cluster that was drawn: what it has of each facet, and its taints. What it lacks is missing. */
export interface Drawn {
  readonly name: string;
  readonly values: ReadonlyMap<Facet, string>;
  readonly taints: readonly string[];
}

/** How many clusters are drawn at most. */
const mostClusters = 40;

/** Draws an inventory (Rule 58). */
export function draw(domain: Domain, taken: ReadonlySet<string>, random: Random): readonly Drawn[] {
  // Small fleets are as telling as large ones, and quicker.
  const most = random.once(4) ? mostClusters : 8;
  const count = 1 + random.below(most);
  const names: string[] = [];
  for (let at = 1; names.length < count; at += 1) {
    if (!taken.has(`drawn-${at}`)) names.push(`drawn-${at}`);
  }
  return names.map((name) => drawOne(name, domain, random));
}

function drawOne(name: string, { facets, taintKeys }: Domain, random: Random): Drawn {
  const values = new Map<Facet, string>();
  for (const facet of facets) {
    if (facet.mayMiss && random.once(4)) continue;
    const value = random.pick(facet.values);
    if (value !== undefined) values.set(facet, value);
  }
  const taints = taintKeys.filter(() => random.once(5));
  return { name, values, taints };
}

/** Sums up what facets say of a cluster, by where a hub has it. */
class Parts {
  readonly labels = new Map<string, string>();
  readonly annotations = new Map<string, string>();
  readonly claims = new Map<string, string>();
  readonly conditions = new Map<string, boolean>();
  readonly addons = new Map<string, boolean>();
  readonly scores = new Map<string, { readonly name: string; readonly value: number }[]>();
  readonly amounts = {
    capacity: new Map<string, string>(),
    allocatable: new Map<string, string>(),
  };

  take({ source }: Facet, value: string): void {
    switch (source.from) {
      case 'label':
        this.labels.set(source.key, value);
        return;
      case 'annotation':
        this.annotations.set(source.key, value);
        return;
      case 'claim':
        this.claims.set(source.key, value);
        return;
      case 'condition':
        this.conditions.set(source.type, value === 'true');
        return;
      case 'addon':
        this.addons.set(source.name, value === 'true');
        return;
      case 'score':
        this.scores.set(source.resource, [
          ...(this.scores.get(source.resource) ?? []),
          { name: source.score, value: Number(value) },
        ]);
        return;
      case 'field': {
        const [, amount, resource] = source.path;
        if (resource === undefined) return;
        if (amount === 'capacity' || amount === 'allocatable') {
          this.amounts[amount].set(resource, value);
        }
        return;
      }
      default:
        return;
    }
  }
}

/** A drawn cluster as a hub would know it. */
export function clusterOf(
  { name, values, taints }: Drawn,
  origin: Origin,
  now: Instant,
): TestCluster {
  const at = formatInstant(now);
  const parts = new Parts();
  for (const type of ['hubAccepted', 'joined', 'available'] as const) {
    parts.conditions.set(clusterConditions[type], true);
  }
  for (const [facet, value] of values) parts.take(facet, value);
  const condition = (type: string, holds: boolean): JsonObject => ({
    type,
    status: holds ? 'True' : 'False',
    reason: 'Drawn',
    message: '',
    lastTransitionTime: at,
  });
  const cluster: JsonObject = {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: {
      name,
      creationTimestamp: at,
      labels: Object.fromEntries(parts.labels),
      annotations: Object.fromEntries(parts.annotations),
    },
    spec: {
      hubAcceptsClient: true,
      taints: taints.map((key) => ({ key, effect: 'NoSelect', timeAdded: at })),
    },
    status: {
      conditions: [...parts.conditions].map(([type, holds]) => condition(type, holds)),
      capacity: Object.fromEntries(parts.amounts.capacity),
      allocatable: Object.fromEntries(parts.amounts.allocatable),
      clusterClaims: [...parts.claims].map(([key, value]) => ({ name: key, value })),
    },
  };
  return {
    name,
    origin,
    cluster: cluster as unknown as ManagedCluster,
    scores: [...parts.scores].map(([resource, scores]) => ({
      apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
      kind: 'AddOnPlacementScore',
      metadata: { name: resource, namespace: name },
      status: { scores },
    })),
    addons: [...parts.addons].map(([addon, holds]) => ({
      apiVersion: 'addon.open-cluster-management.io/v1alpha1',
      kind: 'ManagedClusterAddOn',
      metadata: { name: addon, namespace: name },
      status: { conditions: [condition('Available', holds)] },
    })) as unknown as TestCluster['addons'],
    sets: null,
  };
}

/** A drawn cluster as a `cluster` block, to be put into a fixture as it is. */
export function blockOf({ name, values, taints }: Drawn): string {
  const own: string[] = [];
  const maps = new Map<string, string[]>();
  for (const [facet, value] of values) {
    const { source, type } = facet;
    if (facet.isAttribute) {
      own.push(`${facet.name}: ${literal(facet, value)}`);
      continue;
    }
    const key = mapKey(source);
    const text = type === 'string' || type === 'json' ? JSON.stringify(value) : value;
    maps.set(facet.name, [...(maps.get(facet.name) ?? []), `${JSON.stringify(key)}: ${text}`]);
  }
  for (const [map, entries] of maps) own.push(`${map}: { ${entries.join(', ')} }`);
  if (taints.length > 0) {
    own.push(`taints: [${taints.map((key) => `{ key: ${JSON.stringify(key)} }`).join(', ')}]`);
  }
  return own.length === 0 ? `cluster ${name} { }` : `cluster ${name} { ${own.join(', ')} }`;
}

function mapKey(source: Facet['source']): string {
  switch (source.from) {
    case 'label':
    case 'claim':
    case 'annotation':
      return source.key;
    case 'condition':
      return source.type;
    case 'addon':
      return source.name;
    case 'score':
      return `${source.resource}/${source.score}`;
    case 'field':
      return source.path.slice(2).join('.');
    default:
      return '';
  }
}

const bare = new Set(['int', 'float', 'score', 'quantity', 'percent', 'version', 'duration']);

function literal({ type, members }: Facet, value: string): string {
  if (type === 'bool' || type === 'condition' || bare.has(type)) return value;
  const isWord = members !== undefined && /^[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*$/.test(value);
  return isWord && !keywords.has(value) ? value : JSON.stringify(value);
}

/** Words that are never a name, so a member of an enum of that spelling is quoted (Rule 1). */
const keywords = new Set(
  'import as let param fun type kind namespace fleet from expect because for in if then else not true false'.split(
    ' ',
  ),
);
