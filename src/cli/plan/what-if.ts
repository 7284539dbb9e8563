import { parseAs } from '../../engine/predicate/convert.ts';
import type { IrSource } from '../../ir/expr.ts';
import type { TestAttribute } from '../../ir/test-plan.ts';
import type { ManagedCluster } from '../../kube/ocm/cluster.ts';
import { compareVersions, parseVersion } from '../../kube/version.ts';
import type { Recorded } from '../inventory.ts';
import { CommandFailure, exit } from '../io.ts';
import { didYouMean, didYouMeanOneOf } from '../terminal/suggest.ts';

export interface Suppositions {
  /** `attribute=value`: these clusters are gone. */
  readonly without: readonly string[];
  /** `cluster.attribute=value`. */
  readonly set: readonly string[];
  /** `attribute=value`: every cluster that has less, or nothing, has this. */
  readonly upgrade: readonly string[];
}

/** The fleet as it might be; the very same where nothing is supposed. */
export function whatIf(
  recorded: Recorded,
  attributes: readonly TestAttribute[],
  { without, set, upgrade }: Suppositions,
): Recorded {
  if (without.length + set.length + upgrade.length === 0) return recorded;
  const sources = new Map(attributes.map(({ attribute }) => [attribute.name, attribute.source]));
  const facts = (text: string) => factOf(text, sources);
  let { clusters } = recorded;
  for (const text of set) {
    const { cluster, rest } = named(text, clusters);
    const { source, value } = ofItsType(facts(rest), attributes);
    clusters = clusters.map((one) => (one === cluster ? withFact(one, source, value) : one));
  }
  for (const text of upgrade) {
    const { source, value } = ofItsType(facts(text), attributes);
    clusters = clusters.map((one) => {
      const now = readFact(one, source);
      return now === undefined || isLess(now, value) ? withFact(one, source, value) : one;
    });
  }
  for (const text of without) {
    const { source, value } = facts(text);
    const kept = clusters.filter((one) => readFact(one, source) !== value);
    if (kept.length === clusters.length) {
      throw new CommandFailure(exit.no, `--without ${text}: no cluster of the inventory is so`);
    }
    clusters = kept;
  }
  return { ...recorded, clusters };
}

interface Fact {
  readonly name: string;
  readonly source: IrSource;
  readonly value: string;
}

function factOf(text: string, sources: ReadonlyMap<string, IrSource>): Fact {
  const at = text.indexOf('=');
  if (at <= 0) throw new CommandFailure(exit.usage, `${text}: write attribute=value`);
  const name = text.slice(0, at);
  const value = text.slice(at + 1);
  const [, from, key] = /^(label|claim|annotation):(.+)$/.exec(name) ?? [];
  if (from !== undefined && key !== undefined) {
    return { name, source: { from: from as 'label' | 'claim' | 'annotation', key }, value };
  }
  const source = sources.get(name);
  if (source === undefined) {
    const known = didYouMeanOneOf(name, sources.keys());
    throw new CommandFailure(
      exit.no,
      `the fleet has no attribute ${name}${known}; or write label:${name}`,
    );
  }
  return { name, source, value };
}

/** The fact, if the fleet allows the value: a fleet that is otherwise decides nothing (Rule 30). */
function ofItsType(fact: Fact, attributes: readonly TestAttribute[]): Fact {
  const declared = attributes.find(({ attribute }) => attribute.name === fact.name)?.attribute;
  if (declared === undefined) return fact;
  const { members, type } = declared;
  const { name, value } = fact;
  if (members?.includes(value) ?? parseAs(type, value) !== null) return fact;
  const wanted = members === undefined ? `a value of type ${type}` : members.join(', ');
  const meant = didYouMean(value, members ?? []);
  throw new CommandFailure(exit.no, `${name} takes ${wanted}, and not ${value}${meant}`);
}

/** The cluster a text begins with; names of clusters may hold dots. */
function named(text: string, clusters: readonly ManagedCluster[]) {
  const found = clusters
    .filter(({ metadata }) => text.startsWith(`${metadata.name}.`))
    .sort((a, b) => b.metadata.name.length - a.metadata.name.length)[0];
  if (found === undefined) {
    const assigned = text.split('=', 1)[0] ?? '';
    const written = assigned.slice(0, Math.max(assigned.lastIndexOf('.'), 0));
    const meant = didYouMeanOneOf(
      written,
      clusters.map(({ metadata }) => metadata.name),
    );
    const wrong = `--set ${text}: begins with no cluster of the inventory`;
    throw new CommandFailure(exit.no, `${wrong}${meant}`);
  }
  return { cluster: found, rest: text.slice(found.metadata.name.length + 1) };
}

function readFact(cluster: ManagedCluster, source: IrSource): string | undefined {
  switch (source.from) {
    case 'label':
      return own(cluster.metadata.labels, source.key);
    case 'annotation':
      return own(cluster.metadata.annotations, source.key);
    case 'claim':
      return cluster.status?.clusterClaims?.find(({ name }) => name === source.key)?.value;
    default:
      throw notSupposable(source);
  }
}

function withFact(cluster: ManagedCluster, source: IrSource, value: string): ManagedCluster {
  const { metadata, status } = cluster;
  switch (source.from) {
    case 'label':
      return {
        ...cluster,
        metadata: { ...metadata, labels: { ...metadata.labels, [source.key]: value } },
      };
    case 'annotation':
      return {
        ...cluster,
        metadata: { ...metadata, annotations: { ...metadata.annotations, [source.key]: value } },
      };
    case 'claim': {
      const others = (status?.clusterClaims ?? []).filter(({ name }) => name !== source.key);
      const clusterClaims = [...others, { name: source.key, value }];
      return { ...cluster, status: { ...status, clusterClaims } };
    }
    default:
      throw notSupposable(source);
  }
}

function notSupposable({ from }: IrSource): CommandFailure {
  return new CommandFailure(
    exit.no,
    `only labels, claims and annotations can be supposed, not a ${from}; edit the inventory instead`,
  );
}

function own(of: Readonly<Record<string, string>> | undefined, key: string): string | undefined {
  return of !== undefined && Object.hasOwn(of, key) ? of[key] : undefined;
}

/** Versions by their parts, numbers by their value; other texts are never less. */
function isLess(a: string, b: string): boolean {
  const versions = [parseVersion(a), parseVersion(b)] as const;
  if (versions[0] !== null && versions[1] !== null) {
    return compareVersions(versions[0], versions[1]) < 0;
  }
  return Number(a) < Number(b);
}
