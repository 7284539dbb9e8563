import { problem } from '../../diagnostics.ts';
import type { Checked } from '../checked.ts';
import { fieldsOf, knownValue } from '../known.ts';
import type { Typed } from '../typed.ts';
import { type BlockRule, reportOn, valueSpan } from './rule.ts';

/** OCM2028: `raw` adds to an object; which object it is stays as it is (Rule 64). */
export const rawIdentity: BlockRule = (outer, session) => {
  for (const block of withInner(outer)) {
    const values = block.values as Readonly<Record<string, Typed | null>>;
    const raw = fieldsOf(knownValue(values['raw']));
    if (raw === undefined) continue;
    const metadata = fieldsOf(raw.get('metadata'));
    const changed = [
      ...['apiVersion', 'kind'].filter((field) => raw.has(field)),
      ...['name', 'namespace']
        .filter((field) => metadata?.has(field))
        .map((field) => `metadata.${field}`),
    ];
    for (const field of changed) {
      reportOn(block, problem('OCM2028', valueSpan(block, 'raw'), { field }), session);
    }
  }
};

/** A block with those in it that are emitted as objects of their own. */
function withInner(block: Checked): readonly Checked[] {
  return [block, ...block.children.flatMap(withInner)];
}
