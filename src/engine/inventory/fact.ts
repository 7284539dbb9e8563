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

/** The fact as a text. Equal texts mean that no decision can tell two clusters apart by it. */
export function factText(fact: Fact, facts: ClusterFacts): string | undefined {
  switch (fact.from) {
    case 'label':
      return labelOfCluster(facts, fact.key);
    case 'claim':
      return claimOf(facts, fact.key);
    case 'annotation':
      return annotationOf(facts, fact.key);
    case 'condition':
      return conditionHolds(facts, fact.type)?.toString();
    case 'addon':
      return addonAvailable(facts, fact.name)?.toString();
    case 'score': {
      const score = scoreOf(facts, fact.resource, fact.score);
      return score && `${score.value} ${score.validUntil}`;
    }
    case 'field':
      return JSON.stringify(fieldOf(facts, fact.path));
    case 'sets':
      return JSON.stringify(facts.sets);
    case 'taints':
      return JSON.stringify(facts.cluster.spec?.taints);
    case 'scores':
      return JSON.stringify(
        fact.resource === null
          ? facts.scores?.map(({ metadata, status }) => [metadata.name, status])
          : scoresNamed(facts, fact.resource)?.status,
      );
    case 'cluster':
      return JSON.stringify(facts.cluster);
    case 'everything':
      return JSON.stringify([facts.cluster, facts.scores, facts.addons, facts.sets]);
  }
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
