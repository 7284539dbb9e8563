import type { IrAttribute } from '../../ir/expr.ts';
import type { TestAttribute } from '../../ir/test-plan.ts';
import { addonAvailable, type ClusterFacts, conditionHolds, scoreOf } from '../inventory/facts.ts';
import { readAttribute } from '../predicate/attribute.ts';
import { convertTo } from '../predicate/convert.ts';
import { type Fields, fromJson, isFields, isMissing, type Value } from '../predicate/value.ts';
import type { World } from './world.ts';

const wholes: readonly IrAttribute[] = [
  whole('name', ['metadata', 'name'], 'string'),
  whole('created', ['metadata', 'creationTimestamp'], 'time'),
  whole('labels', ['metadata', 'labels'], 'json'),
  whole('annotations', ['metadata', 'annotations'], 'json'),
  { op: 'attribute', name: 'taints', source: { from: 'taints' }, type: 'json' },
  { op: 'attribute', name: 'sets', source: { from: 'sets' }, type: 'json' },
];
const empty: Fields = new Map();

/** A cluster as a test sees it: a record of the fleet's attributes and of what every cluster has. What is missing lacks. */
export function clusterValue(
  facts: ClusterFacts,
  attributes: readonly TestAttribute[],
  { now }: Pick<World, 'now'>,
): Fields {
  const scope = { cluster: facts, now, compat: 'native' } as const;
  const fields = new Map<string, Value>([
    ['labels', empty],
    ['annotations', empty],
  ]);
  for (const attribute of [...wholes, ...attributes.map((each) => each.attribute)]) {
    const value = readAttribute(attribute, scope);
    if (!isMissing(value)) fields.set(attribute.name, value);
  }
  const { status } = facts.cluster;
  fields.set('claims', claimsOf(facts));
  fields.set('capacity', quantitiesOf(status?.capacity));
  fields.set('allocatable', quantitiesOf(status?.allocatable));
  fields.set('conditions', conditionsOf(facts));
  fields.set('addons', addonsOf(facts));
  fields.set('scores', scoresOf(facts, now));
  return fields;
}

function whole(name: string, path: readonly string[], type: IrAttribute['type']): IrAttribute {
  return { op: 'attribute', name, source: { from: 'field', path }, type };
}

function claimsOf({ cluster }: ClusterFacts): Fields {
  const claims = listOf(cluster.status?.clusterClaims);
  return new Map(claims.map(({ name = '', value = '' }) => [name, value]));
}

function quantitiesOf(amounts: Readonly<Record<string, string | number>> | undefined): Fields {
  const read = fromJson(amounts ?? {});
  if (isMissing(read) || !isFields(read)) return empty;
  const found = [...read].flatMap(([name, value]): [string, Value][] => {
    const quantity = convertTo('quantity', value);
    return quantity === null ? [] : [[name, quantity]];
  });
  return new Map(found);
}

function conditionsOf(facts: ClusterFacts): Fields {
  const types = listOf(facts.cluster.status?.conditions).map(({ type }) => type);
  return presentOf(types, (type) => conditionHolds(facts, type));
}

function addonsOf(facts: ClusterFacts): Fields {
  const names = (facts.addons ?? []).map(({ metadata }) => metadata.name);
  return presentOf(names, (name) => addonAvailable(facts, name));
}

// A file of clusters may hold anything where a list should be.
function listOf<T>(list: readonly T[] | null | undefined): readonly T[] {
  return Array.isArray(list) ? list : [];
}

function presentOf(names: readonly string[], of: (name: string) => boolean | undefined): Fields {
  return new Map(
    names.flatMap((name): [string, Value][] => {
      const holds = of(name);
      return holds === undefined ? [] : [[name, holds]];
    }),
  );
}

function scoresOf(facts: ClusterFacts, now: number): Fields {
  const scores = new Map<string, Value>();
  for (const { metadata, status } of facts.scores ?? []) {
    for (const { name } of listOf(status?.scores)) {
      const score = scoreOf(facts, metadata.name, name);
      if (score === undefined || (score.validUntil !== null && now > score.validUntil)) continue;
      scores.set(`${metadata.name}/${name}`, BigInt(Math.trunc(score.value)));
    }
  }
  return scores;
}
