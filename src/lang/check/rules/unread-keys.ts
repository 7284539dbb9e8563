import { problem } from '../../diagnostics.ts';
import { isUnit } from '../../fold/value.ts';
import { blocksOf, type Checked } from '../checked.ts';
import { knownValue, listOf, textOf } from '../known.ts';
import type { Session } from '../session.ts';
import { keySpan, type Rule, reportOn } from './rule.ts';

/** Constraints a placement may have: as many as the API takes. */
const maxSpread = 8;

/** OCM3007: keys whose fields are in the CRD and read by no controller upstream; and what those fields can hold. */
export const unreadKeys: Rule = ({ blocks }, session) => {
  for (const placement of blocksOf(blocks, 'placement')) {
    const { order, spread, rescore } = placement.values;
    if (textOf(order) === 'Score')
      warn(placement, 'order', 'it holds where our hub decides', session);
    const constraints = listOf(spread)?.length ?? 0;
    if (constraints > 0) warn(placement, 'spread', 'nothing spreads clusters by it today', session);
    if (constraints > maxSpread) refuse(placement, 'spread', `at most ${maxSpread}`, session);
    const every = knownValue(rescore);
    if (every === undefined || every === null || typeof every !== 'object') continue;
    warn(placement, 'rescore', 'nothing limits scores by it today', session);
    const isWhole =
      isUnit(every) && every.unit === 'duration' && every.nanos % 1_000_000_000n === 0n;
    if (!isWhole) refuse(placement, 'rescore', 'whole seconds', session);
  }
};

type Key = 'order' | 'spread' | 'rescore';

function warn(placement: Checked<'placement'>, key: Key, help: string, session: Session): void {
  const said = key === 'order' ? 'order: Score' : key;
  const found = problem('OCM3007', keySpan(placement, key), { key: said }, { help: [help] });
  reportOn(placement, found, session);
}

function refuse(placement: Checked<'placement'>, key: Key, range: string, session: Session): void {
  const params = { what: `\`${key}\``, range };
  reportOn(placement, problem('OCM2013', keySpan(placement, key), params), session);
}
