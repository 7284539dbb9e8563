import type { Fix } from '../../diagnostics.ts';
import { problem } from '../../diagnostics.ts';
import { isImported } from '../note.ts';
import { enginesOf, type Policy } from './policies.ts';
import { type BlockRule, keySpan, reportOn } from './rule.ts';

/** OCM2301: what is enforced is said once, on the policy (Rule 42). */
export const remediation: BlockRule<'policy'> = (policy, session) => {
  for (const template of enginesOf(policy)) {
    const item = template.shaped.keys.mode;
    if (item === null || isImported(item)) continue;
    const help = ['`mode` belongs to the policy, and counts for all its templates'];
    const fixes = [fixFor(policy, item.span, item.value)];
    const advice = { help, fixes: fixes.flatMap((fix) => fix ?? []) };
    reportOn(
      template,
      problem('OCM2301', keySpan(template, 'mode'), { block: template.construct }, advice),
      session,
    );
  }
};

type Item = NonNullable<Policy['shaped']['keys']['mode']>;

// Where the policy says it already it goes; else it moves there, which is one text: blocks are one chunk.
function fixFor({ shaped }: Policy, span: Item['span'], value: Item['value']): Fix | null {
  const remove = { span: withComma(span, shaped.place.chunk.text), text: '' };
  if (shaped.keys.mode !== null) return { title: 'leave it out', edits: [remove] };
  if (value.kind !== 'name') return null;
  const { text: word } = value.name;
  if (word !== 'inform' && word !== 'enforce') return null;
  const at = shaped.body.span.start + 1;
  const insert = { span: { start: at, end: at }, text: ` mode: ${word} ` };
  return { title: 'say it on the policy', edits: [insert, remove] };
}

/** What stands between items goes with the first of them. */
function withComma({ start, end }: Item['span'], text: string): Item['span'] {
  const [comma] = /^\s*,/.exec(text.slice(end)) ?? [''];
  return { start, end: end + comma.length };
}
