import type { IrPlacement } from '../../ir/program.ts';
import { assertedBy } from '../../ir/trust.ts';
import type { Fact } from '../inventory/fact.ts';
import { mentionsOf } from './mentions.ts';

/**
 * Why a placement that trusts the hub only cannot be decided: it depends on what agents say of themselves. null where it
 * does not, and where it trusts agents too.
 */
export function trustProblem(placement: IrPlacement): string | null {
  const { trust } = placement;
  if (trust === undefined) return null;
  if (trust !== 'hub') return `trust is not known: ${trust}`;
  const claimed = mentionsOf(placement).facts.filter((fact) => by(fact) === 'agent');
  if (claimed.length === 0) return null;
  const names = claimed.slice(0, mostNamed).map(nameOf).join(', ');
  const more = claimed.length > mostNamed ? ` and ${claimed.length - mostNamed} more` : '';
  return `agents say ${names}${more} of themselves, and the placement trusts the hub only`;
}

const mostNamed = 5;

function by(fact: Fact): 'hub' | 'agent' {
  const { from } = fact;
  if (from === 'scores' || from === 'cluster' || from === 'everything') return 'agent';
  return assertedBy(fact);
}

function nameOf(fact: Fact): string {
  switch (fact.from) {
    case 'claim':
    case 'annotation':
    case 'label':
      return `${fact.from} ${fact.key}`;
    case 'condition':
      return `condition ${fact.type}`;
    case 'addon':
      return `add-on ${fact.name}`;
    case 'score':
      return `score ${fact.resource}/${fact.score}`;
    case 'scores':
      return fact.resource === null ? 'scores' : `scores of ${fact.resource}`;
    case 'field':
      return fact.path.join('.');
    default:
      return 'facts of clusters';
  }
}
