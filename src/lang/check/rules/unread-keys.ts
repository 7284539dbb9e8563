import { problem } from '../../diagnostics.ts';
import { blocksOf, type Checked } from '../checked.ts';
import { fieldsOf, knownValue, listOf, textOf } from '../known.ts';
import type { Session } from '../session.ts';
import { keySpan, type Rule, reportOn } from './rule.ts';

/** OCM3007: keys that hold where our engine decides, and that upstream's scheduler, which may decide here, does not read. */
export const unreadKeys: Rule = ({ blocks }, session) => {
  for (const placement of blocksOf(blocks, 'placement')) {
    const { order, spread, rescore, guard, via } = placement.values;
    if (textOf(via) === 'engine') continue;
    if (textOf(order) === 'Score') warn(placement, 'order', session);
    if ((listOf(spread)?.length ?? 0) > 0) warn(placement, 'spread', session);
    if (isThere(knownValue(rescore))) warn(placement, 'rescore', session);
    if (fieldsOf(knownValue(guard)) !== undefined) warn(placement, 'guard', session);
  }
};

type Key = 'order' | 'spread' | 'rescore' | 'guard';

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function warn(placement: Checked<'placement'>, key: Key, session: Session): void {
  const said = key === 'order' ? 'order: Score' : key;
  const span = keySpan(placement, key);
  const help = ['it holds where our hub decides; `via: engine` makes sure that it does'];
  const fixes = [
    {
      title: 'add `via: engine`',
      edits: [{ span: { start: span.start, end: span.start }, text: 'via: engine, ' }],
    },
  ];
  const isSaid = placement.shaped.keys.via !== null;
  const advice = isSaid ? { help } : { help, fixes };
  reportOn(placement, problem('OCM3007', span, { key: said }, advice), session);
}
