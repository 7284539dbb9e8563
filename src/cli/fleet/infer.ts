import { parseAs } from '../../engine/predicate/convert.ts';
import { clusterConditions, clusterSetLabel, type ManagedCluster } from '../../kube/ocm/cluster.ts';
import { formatText } from '../../lang/format/format.ts';
import { clusterMembers, textTypes } from '../../lang/schema/fleet.ts';
import { keywords } from '../../lang/syntax/tokens.ts';
import type { Recorded } from '../inventory.ts';

/** More distinct texts than these are a `string`. */
const mostWords = 12;

/**
 * A `fleet` block for recorded clusters: what all of them have is required, what some have is optional, and at most
 * twelve distinct values are a choice of words. Formatted; it compiles, and the clusters are as it says.
 */
export function inferFleet(recorded: Recorded): string {
  const facts = gather(recorded);
  const taken = new Set<string>(Object.keys(clusterMembers));
  const lines = facts.map((fact) => attribute(fact, recorded.clusters.length, taken));
  return formatText(`fleet {\n${lines.join('\n')}\n}\n`).text;
}

/** One thing that is known about some clusters. */
interface Fact {
  readonly source: 'label' | 'claim' | 'condition' | 'score' | 'addon';
  readonly key: string;
  /** By cluster; texts of labels and claims. */
  readonly values: Map<string, string>;
}

function gather({ clusters, scores, addons }: Recorded): readonly Fact[] {
  const facts = new Map<string, Fact>();
  const names = new Set(clusters.map(({ metadata }) => metadata.name));
  const note = (source: Fact['source'], key: string, cluster: string, value: string): void => {
    if (!names.has(cluster) || key === '') return;
    const id = `${source} ${key}`;
    const fact = facts.get(id) ?? { source, key, values: new Map() };
    fact.values.set(cluster, value);
    facts.set(id, fact);
  };
  for (const cluster of clusters) {
    for (const [source, key, value] of factsOf(cluster)) {
      note(source, key, cluster.metadata.name, value);
    }
  }
  for (const { metadata, status } of scores) {
    for (const { name } of status?.scores ?? []) {
      note('score', `${metadata.name}/${name}`, metadata.namespace ?? '', name);
    }
  }
  for (const { metadata } of addons) {
    note('addon', metadata.name, metadata.namespace ?? '', metadata.name);
  }
  return [...facts.values()].sort(byPlace);
}

type Said = readonly [source: Fact['source'], key: string, value: string];

function factsOf({ metadata, status }: ManagedCluster): readonly Said[] {
  const labels = Object.entries(metadata.labels ?? {})
    .filter(([key]) => !isOurs(key))
    .map(([key, value]): Said => ['label', key, String(value)]);
  const claims = (status?.clusterClaims ?? []).map(
    ({ name = '', value = '' }): Said => ['claim', name, value],
  );
  const conditions = (status?.conditions ?? [])
    .filter((each) => each.type === clusterConditions.available && each.status !== 'Unknown')
    .map((each): Said => ['condition', each.type, each.status]);
  return [...labels, ...claims, ...conditions];
}

// Which set a cluster is in and which add-ons it has are said elsewhere; the hub writes these labels itself.
function isOurs(key: string): boolean {
  return key === clusterSetLabel || key.startsWith('feature.open-cluster-management.io/');
}

const order: readonly Fact['source'][] = ['label', 'claim', 'condition', 'score', 'addon'];

function byPlace(a: Fact, b: Fact): number {
  const place = order.indexOf(a.source) - order.indexOf(b.source);
  if (place !== 0) return place;
  return a.key < b.key ? -1 : 1;
}

function attribute(fact: Fact, clusters: number, taken: Set<string>): string {
  const { source, key, values } = fact;
  const name = nameOf(fact, taken);
  // An add-on and a score come and go; a label or claim that all have is one that all have to have.
  const isOptional = values.size < clusters || source === 'addon' || source === 'score';
  const isPlain = source === 'label' && key === name;
  const from = isPlain ? '' : ` from ${source} ${JSON.stringify(key).replaceAll('$', '\\$')}`;
  return `  ${name}${isOptional ? '?' : ''}: ${typeOf(fact)}${from}`;
}

const fixed: Readonly<Partial<Record<Fact['source'], string>>> = {
  condition: 'condition',
  addon: 'condition',
  score: 'score',
};

function typeOf({ source, values }: Fact): string {
  const only = fixed[source];
  if (only !== undefined) return only;
  const distinct = [...new Set(values.values())].sort();
  const type = textual.find((each) =>
    distinct.every((text) => shapes[each].test(text) && parseAs(each, text) !== null),
  );
  if (type !== undefined) return type;
  return distinct.length <= mostWords ? distinct.map(wordOf).join(' | ') : 'string';
}

/** How a text of each type looks for sure: `7` may be a quantity too, and `v1.2` is a version without a doubt. */
const shapes = {
  bool: /^(?:true|false)$/,
  int: /^-?(?:0|[1-9]\d*)$/,
  float: /^-?\d+\.\d+$/,
  version: /^v\d+\.\d+|^\d+\.\d+\.\d+/,
  quantity: /^\d+(?:\.\d+)?(?:[KMGTPE]i|[kMGTPE])$/,
  duration: /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/,
} as const;
const textual = Object.keys(shapes) as (keyof typeof shapes)[];

/** A text as a word of a choice: bare where it can be, else quoted (Rule 25). */
function wordOf(text: string): string {
  const isBare =
    /^[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*$/.test(text) &&
    !(reserved.has(text) || /^v\d+\.\d/.test(text));
  return isBare ? text : JSON.stringify(text).replaceAll('$', '\\$');
}

const reserved: ReadonlySet<string> = new Set([
  ...keywords,
  ...textTypes,
  'and',
  'or',
  'condition',
  'json',
]);

/** The last word of a key, or what stands before its domain; another name where that is taken. */
function nameOf({ source, key }: Fact, taken: Set<string>): string {
  const last = key.split('/').at(-1) ?? key;
  const [first = last, ...domain] = last.split('.');
  const short = domain.length > 1 ? first : last;
  const named = source === 'condition' ? 'available' : identifier(short);
  const tries = [named, `${named}-${source}`, identifier(key)];
  for (let n = 2; ; n++) {
    const name = tries.find((each) => !taken.has(each));
    if (name !== undefined) {
      taken.add(name);
      return name;
    }
    tries.push(`${named}-${n}`);
  }
}

function identifier(text: string): string {
  const parts = text.split(/[^A-Za-z0-9_]+/).filter((part) => part !== '');
  const name = parts.join('-');
  return /^[A-Za-z_]/.test(name) ? name : `x-${name}`.replace(/-$/, '');
}
