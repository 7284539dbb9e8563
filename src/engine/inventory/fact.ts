import type { IrSource } from '../../ir/expr.ts';
import type { ClusterFacts } from './facts.ts';
import {
  addonAvailable,
  annotationOf,
  claimOf,
  conditionHolds,
  fieldOf,
  labelOfCluster,
  scoreOf,
  scoresNamed,
} from './facts.ts';
import { sourceKey } from './source-key.ts';

/** Something a decision may depend on: a source of expressions, or more of a cluster at once. */
export type Fact =
  | IrSource
  /** All scores of one AddOnPlacementScore; null: of all. */
  | { readonly from: 'scores'; readonly resource: string | null }
  /** The whole ManagedCluster. */
  | { readonly from: 'cluster' }
  /** All there is. */
  | { readonly from: 'everything' };

/** One text per fact; equal facts have equal texts. */
export function factKey(fact: Fact): string {
  return sourceKey(fact as IrSource);
}

/** Tells a fact of clusters as a text. Equal texts mean that no decision can tell two clusters apart by it. */
export function factReader(fact: Fact): (facts: ClusterFacts) => string | undefined {
  switch (fact.from) {
    case 'label':
      return (facts) => labelOfCluster(facts, fact.key);
    case 'claim':
      return (facts) => claimOf(facts, fact.key);
    case 'annotation':
      return (facts) => annotationOf(facts, fact.key);
    case 'condition':
      return (facts) => conditionHolds(facts, fact.type)?.toString();
    case 'addon':
      return (facts) => addonAvailable(facts, fact.name)?.toString();
    case 'score':
      return (facts) => {
        const score = scoreOf(facts, fact.resource, fact.score);
        return score && `${score.value} ${score.validUntil}`;
      };
    case 'field':
      return (facts) => JSON.stringify(fieldOf(facts, fact.path));
    case 'sets':
      return ({ sets }) => JSON.stringify(sets);
    case 'taints':
      return ({ cluster }) => {
        const taints = cluster.spec?.taints;
        return taints ? JSON.stringify(taints) : undefined;
      };
    case 'scores':
      return (facts) => JSON.stringify(scoresIn(facts, fact.resource));
    case 'cluster':
      return ({ cluster }) => JSON.stringify(cluster);
    case 'everything':
      return ({ cluster, scores, addons, sets }) => JSON.stringify([cluster, scores, addons, sets]);
  }
}

function scoresIn(facts: ClusterFacts, resource: string | null): unknown {
  if (resource !== null) return scoresNamed(facts, resource)?.status;
  return facts.scores?.map(({ metadata, status }) => [metadata.name, status]);
}

/** A fact of one cluster as a text. */
export function factText(fact: Fact, facts: ClusterFacts): string | undefined {
  return factReader(fact)(facts);
}

const parsed = new Map<string, Fact>();
const mostParsed = 20_000;

/** The fact of a key that `factKey` gave. */
export function factOf(key: string): Fact {
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const fact = JSON.parse(key) as Fact;
  if (parsed.size >= mostParsed) parsed.clear();
  parsed.set(key, fact);
  return fact;
}
