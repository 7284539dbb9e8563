import { problem } from '../../diagnostics.ts';
import type { Checked } from '../checked.ts';
import { fieldsOf, knownValue, listOf, textOf } from '../known.ts';
import type { Session } from '../session.ts';
import { type BlockRule, keySpan, reportOn } from './rule.ts';
import { throughEngine } from './through-engine.ts';

/** OCM3007: keys that hold where our engine decides, and that upstream's scheduler, which may decide here, does not read. */
export const unreadKeys: BlockRule<'placement'> = (placement, session) => {
  const { order, spread, rescore, guard, via } = placement.values;
  if (textOf(via) === 'engine') return;
  if (textOf(order) === 'Score') warn(placement, 'order', session);
  if ((listOf(spread)?.length ?? 0) > 0) warn(placement, 'spread', session);
  if (isThere(knownValue(rescore))) warn(placement, 'rescore', session);
  if (fieldsOf(knownValue(guard)) !== undefined) warn(placement, 'guard', session);
};

type Key = 'order' | 'spread' | 'rescore' | 'guard';

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function warn(placement: Checked<'placement'>, key: Key, session: Session): void {
  const said = key === 'order' ? 'order: Score' : key;
  const { help, fixes } = throughEngine(placement, key);
  const advice = { help: ['it holds where our hub decides', ...help], fixes };
  reportOn(placement, problem('OCM3007', keySpan(placement, key), { key: said }, advice), session);
}
