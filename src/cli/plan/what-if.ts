import { type Instant, instant } from '../../base/instant.ts';
import type { ClusterFacts } from '../../engine/inventory/facts.ts';
import { readAttribute } from '../../engine/predicate/attribute.ts';
import { parseAs } from '../../engine/predicate/convert.ts';
import { isMissing, orderOf, type Value, valuesEqual } from '../../engine/predicate/value.ts';
import type { IrAttribute } from '../../ir/expr.ts';
import type { TestAttribute } from '../../ir/test-plan.ts';
import type { Recorded } from '../inventory.ts';
import { CommandFailure, exit } from '../io.ts';
import { didYouMean, didYouMeanOneOf } from '../terminal/suggest.ts';
import { type Supposed, withFact } from './supposed.ts';

export interface Suppositions {
  /** `attribute=value`: these clusters are gone. */
  readonly without: readonly string[];
  /** `cluster.attribute=value`. */
  readonly set: readonly string[];
  /** `attribute=value`: every cluster that has less, or nothing, has this. */
  readonly upgrade: readonly string[];
}

/** The fleet as it might be at a moment; the very same where nothing is supposed. */
export function whatIf(
  recorded: Recorded,
  attributes: readonly TestAttribute[],
  { without, set, upgrade }: Suppositions,
  now: Instant = instant(Date.now()),
): Recorded {
  if (without.length + set.length + upgrade.length === 0) return recorded;
  const known = new Map(attributes.map(({ attribute }) => [attribute.name, attribute]));
  let fleet = recorded;
  for (const text of set) {
    const { cluster, rest } = named(text, fleet);
    const fact = factOf(rest, known);
    fleet = withFact(fleet, new Set([cluster]), asDeclared(fact), now);
  }
  for (const text of upgrade) {
    const fact = asDeclared(factOf(text, known));
    const isLess = (value: Value | undefined) =>
      value === undefined || (orderIn(value, fact.value) ?? 0) < 0;
    const less = valuesOf(fact.attribute, fleet, now).filter(([, value]) => isLess(value));
    fleet = withFact(fleet, new Set(less.map(([name]) => name)), fact, now);
  }
  for (const text of without) {
    const { attribute, value } = factOf(text, known);
    const gone = valuesOf(attribute, fleet, now).filter(
      ([, is]) => is !== undefined && valuesEqual(is, value),
    );
    if (gone.length === 0) {
      throw new CommandFailure(exit.no, `--without ${text}: no cluster of the inventory is so`);
    }
    const names = new Set(gone.map(([name]) => name));
    const clusters = fleet.clusters.filter(({ metadata }) => !names.has(metadata.name));
    fleet = { ...fleet, clusters };
  }
  return fleet;
}

/** A text like `attribute=value`; `label:KEY` and the like need no attribute. */
function factOf(text: string, known: ReadonlyMap<string, IrAttribute>): Supposed {
  const at = text.indexOf('=');
  if (at <= 0) throw new CommandFailure(exit.usage, `${text}: write attribute=value`);
  const name = text.slice(0, at);
  const attribute = known.get(name) ?? bareFact(name);
  if (attribute === undefined) {
    const meant = didYouMeanOneOf(name, known.keys());
    throw new CommandFailure(
      exit.no,
      `the fleet has no attribute ${name}${meant}; or write label:${name}`,
    );
  }
  const said = text.slice(at + 1);
  const value = readAs(attribute, said);
  if (value === null) throw wrongValue(attribute, said);
  return { attribute, text: said, value };
}

/** What every cluster may have, whatever the fleet block says. */
function bareFact(name: string): IrAttribute | undefined {
  if (name === 'name') return stringFact(name, { from: 'field', path: ['metadata', 'name'] });
  const [, from, key] =
    /^(label|claim|annotation|condition|addon|score|field):(.+)$/.exec(name) ?? [];
  if (key === undefined) return undefined;
  switch (from) {
    case 'label':
    case 'claim':
    case 'annotation':
      return stringFact(name, { from, key });
    case 'condition':
      return { op: 'attribute', name, type: 'condition', source: { from, type: key } };
    case 'addon':
      return { op: 'attribute', name, type: 'condition', source: { from, name: key } };
    case 'score': {
      const [resource = '', ...score] = key.split('/');
      const source = { from, resource, score: score.join('/') } as const;
      return { op: 'attribute', name, type: 'score', source };
    }
    default:
      return stringFact(name, { from: 'field', path: key.split('.') });
  }
}

function stringFact(name: string, source: IrAttribute['source']): IrAttribute {
  return { op: 'attribute', name, type: 'string', source };
}

/** Conditions are written as the language writes them, or as Kubernetes does. */
function readAs({ type }: IrAttribute, text: string): Value | null {
  if (type === 'condition' && /^(true|false)$/.test(text)) return text === 'true';
  return parseAs(type, text, true);
}

/** The fact, if the fleet allows the value: a fleet that is otherwise decides nothing (Rule 30). */
function asDeclared(fact: Supposed): Supposed {
  const { attribute, text } = fact;
  if (attribute.members?.includes(text) ?? true) return fact;
  throw wrongValue(attribute, text);
}

function wrongValue({ name, type, members }: IrAttribute, text: string): CommandFailure {
  const wanted = members === undefined ? `a value of type ${type}` : members.join(', ');
  const meant = didYouMean(text, members ?? []);
  return new CommandFailure(exit.no, `${name} takes ${wanted}, and not ${text}${meant}`);
}

/** The value each cluster has, as the language reads it; undefined where there is none. */
function valuesOf(
  attribute: IrAttribute,
  { clusters, scores, addons }: Recorded,
  now: Instant,
): readonly (readonly [name: string, value: Value | undefined])[] {
  const [scoresOf, addonsOf] = [byNamespace(scores), byNamespace(addons)];
  return clusters.map((cluster) => {
    const { name } = cluster.metadata;
    const facts: ClusterFacts = {
      ...{ name, cluster, sets: [] },
      scores: scoresOf.get(name) ?? [],
      addons: addonsOf.get(name) ?? [],
    };
    const value = readAttribute(attribute, { cluster: facts, now, compat: 'native' });
    return [name, isMissing(value) ? undefined : value];
  });
}

function byNamespace<T extends { readonly metadata: { readonly namespace?: string } }>(
  objects: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(objects, ({ metadata }) => metadata.namespace ?? '');
}

/** Order as the language has it; texts of no declared type are versions or amounts where both are. */
function orderIn(a: Value, b: Value): number | null {
  if (typeof a !== 'string' || typeof b !== 'string') return orderOf(a, b);
  for (const type of ['version', 'quantity'] as const) {
    const [x, y] = [parseAs(type, a), parseAs(type, b)];
    if (x !== null && y !== null) return orderOf(x, y);
  }
  return null;
}

/** The cluster a text begins with; names of clusters may hold dots. */
function named(text: string, { clusters }: Recorded) {
  const names = clusters.map(({ metadata }) => metadata.name);
  const found = names
    .filter((name) => text.startsWith(`${name}.`))
    .sort((a, b) => b.length - a.length)[0];
  if (found === undefined) {
    const assigned = text.split('=', 1)[0] ?? '';
    const written = assigned.slice(0, Math.max(assigned.lastIndexOf('.'), 0));
    const wrong = `--set ${text}: begins with no cluster of the inventory`;
    throw new CommandFailure(exit.no, `${wrong}${didYouMeanOneOf(written, names)}`);
  }
  return { cluster: found, rest: text.slice(found.length + 1) };
}
