import type { TestFuzz } from '../../../ir/test-plan.ts';
import { problem } from '../../diagnostics.ts';
import type { Checked } from '../checked.ts';
import { reportOn } from '../rules/rule.ts';
import type { Session } from '../session.ts';
import { int } from '../type.ts';

/** How many runs a fuzzed test makes where it does not say, and how many it may. */
const usualRuns = 100;
const mostRuns = 10_000;

/** What `@fuzz(runs: n, seed: n)` says; null where there is no such note. */
export function readFuzz(block: Checked<'test'>, session: Session): TestFuzz | null {
  const note = block.shaped.notes.find(({ name }) => name.text === 'fuzz');
  if (note === undefined) return null;
  const given = new Map<string, number>();
  for (const { name, value, span } of note.args) {
    const key = name?.text ?? '';
    if ((key !== 'runs' && key !== 'seed') || value.kind === 'lambda') {
      const params = { word: key === '' ? 'an argument without a name' : key, where: '`@fuzz`' };
      const help = ['it is written `@fuzz(runs: 200, seed: 7)`'];
      reportOn(block, problem('OCM2002', span, params, { help }), session);
      continue;
    }
    const typed = session.elaborate(value, int, { ...block.context, place: block.shaped.place });
    if (!typed.known || typeof typed.value !== 'bigint') continue;
    const most = key === 'runs' ? mostRuns : Number.MAX_SAFE_INTEGER;
    const least = key === 'runs' ? 1 : 0;
    if (typed.value < least || typed.value > most) {
      const params = { what: `\`${key}\``, range: `${least} to ${most}` };
      reportOn(block, problem('OCM2013', value.span, params), session);
    } else given.set(key, Number(typed.value));
  }
  return { runs: given.get('runs') ?? usualRuns, seed: given.get('seed') ?? null };
}
