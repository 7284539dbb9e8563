import { problem } from '../../diagnostics.ts';
import { isUnit, type Value } from '../../fold/value.ts';
import type { Checked } from '../checked.ts';
import { fieldsOf, knownValue, listOf } from '../known.ts';
import type { Session } from '../session.ts';
import { type BlockRule, nameSpan, reportOn, valueSpan } from './rule.ts';

/** Constraints a placement may have: as many as the API takes. */
const maxSpread = 8;

/** The name of a placement is a label of its decisions; upstream never decides one that is longer, and does not say so. */
const maxName = 63;

/** OCM2013: what the API, or whoever decides, would refuse of a placement. */
export const placementLimits: BlockRule<'placement'> = (placement, session) => {
  const { spread, rescore, guard } = placement.values;
  const refuse = refuser(placement, session);
  if (placement.name.length > maxName) {
    const params = {
      what: `the name \`${placement.name}\``,
      range: `at most ${maxName} characters`,
    };
    reportOn(placement, problem('OCM2013', nameSpan(placement), params), session);
  }
  const constraints = listOf(spread) ?? [];
  if (constraints.length > maxSpread) refuse('spread', '`spread`', `at most ${maxSpread}`);
  for (const constraint of constraints) {
    const skew = fieldsOf(constraint)?.get('skew');
    if (typeof skew === 'bigint' && skew < 1n) refuse('spread', '`skew`', 'at least 1');
  }
  const every = nanosOf(knownValue(rescore));
  if (every !== null && (every < 0n || every % 1_000_000_000n !== 0n)) {
    refuse('rescore', '`rescore`', 'whole seconds, from 0s');
  }
  const fields = fieldsOf(knownValue(guard));
  const window = nanosOf(fields?.get('within'));
  if (window !== null && window < 1_000_000_000n) refuse('guard', '`within`', 'at least 1s');
  if (!isCount(fields?.get('removeAtMost'))) {
    refuse('guard', '`removeAtMost`', 'from 0, or from 0% to 100% in whole percents');
  }
};

type Refuse = (key: string, what: string, range: string) => void;

function refuser(placement: Checked<'placement'>, session: Session): Refuse {
  return (key, what, range) => {
    const params = { what, range };
    reportOn(placement, problem('OCM2013', valueSpan(placement, key), params), session);
  };
}

function nanosOf(value: Value | undefined): bigint | null {
  if (value === undefined || value === null || typeof value !== 'object' || !isUnit(value)) {
    return null;
  }
  return value.unit === 'duration' ? value.nanos : null;
}

function isCount(value: Value | undefined): boolean {
  if (typeof value === 'bigint') return value >= 0n && value <= 2_147_483_647n;
  if (value === undefined || value === null || typeof value !== 'object') return true;
  if (!isUnit(value) || value.unit !== 'percent') return true;
  return Number.isInteger(value.percent) && value.percent >= 0 && value.percent <= 100;
}
