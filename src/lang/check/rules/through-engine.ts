import type { Advice } from '../../diagnostics.ts';
import type { Checked } from '../checked.ts';
import { keySpan } from './rule.ts';

/** The way out where upstream's scheduler cannot decide a placement well: ours does. An edit, where nothing is said yet, before a key. */
export function throughEngine(
  placement: Checked<'placement'>,
  before = 'where',
): Required<Omit<Advice, 'secondary'>> {
  const help = ['write `via: engine` to have our engine decide this placement'];
  if (placement.shaped.keys.via !== null) return { help, fixes: [] };
  const { start } = keySpan(placement, before);
  const edits = [{ span: { start, end: start }, text: 'via: engine, ' }];
  return { help, fixes: [{ title: 'add `via: engine`', edits }] };
}
