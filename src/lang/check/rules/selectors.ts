import { lowerSelector } from '../../../ir/lower/predicate/predicates.ts';
import { problem } from '../../diagnostics.ts';
import { type Around, blocksOf, type Checked } from '../checked.ts';
import { knownValue, textOf } from '../known.ts';
import type { Session } from '../session.ts';
import type { Typed } from '../typed.ts';
import { placeOfAtom, placeOfOrigin } from './atoms.ts';
import { type BlockRule, reportOn, valueSpan } from './rule.ts';

/** OCM3102 and OCM3015: sets and groups are selected by labels (groups also by claims), and by nothing else (§7). */
export const memberSelectors: BlockRule<'clusterset'> = (set, session, program) => {
  const { members } = set.values;
  if (members === null || knownValue(members) === 'exclusive') return;
  check({ block: set, key: 'members', condition: members, claims: false }, program, session);
};

/** OCM3102 and OCM3015 of the groups of a placement, unless our engine decides it. */
export const groupSelectors: BlockRule<'placement'> = (placement, session, program) => {
  if (textOf(placement.values.via) === 'engine') return;
  for (const group of blocksOf(placement.children, 'group')) {
    const { where } = group.values;
    if (where === null) continue;
    check({ block: group, key: 'where', condition: where, claims: true }, program, session);
  }
};

interface Condition {
  readonly block: Checked;
  readonly key: string;
  readonly condition: Typed;
  readonly claims: boolean;
}

function check(
  { block, key, condition, claims }: Condition,
  program: Around,
  session: Session,
): void {
  const where = claims ? 'a group' : 'a cluster set';
  if (condition.known) {
    // Always or never is no selector either.
    const params = { atom: condition.value === true ? 'true' : 'false', where };
    reportOn(block, problem('OCM3102', valueSpan(block, key), params), session);
    return;
  }
  const selected = lowerSelector(condition.ir);
  if (!selected.ok || (selected.claim !== null && !claims)) {
    const { span, text } = selected.ok
      ? placeOfAtom(condition.ir, block, key, program)
      : placeOfOrigin(selected.refusal.origin, block, key, program);
    reportOn(
      block,
      problem('OCM3102', span, { atom: text, where }, { help: helpFor(claims) }),
      session,
    );
    return;
  }
  for (const { attribute } of selected.widened) {
    const help = claims ? ['clusters that fit no group come after the named ones anyway'] : [];
    reportOn(block, problem('OCM3015', valueSpan(block, key), { attribute }, { help }), session);
  }
}

function helpFor(claims: boolean): readonly string[] {
  if (!claims) return ['a set takes `==`, `!=`, `in` and `has` on labels, joined with `&&`'];
  return [
    'a group takes `==`, `!=`, `in` and `has` on labels and claims, joined with `&&`: move the rest into the `where` of the placement',
    'or write `via: engine` to have our engine decide this placement',
  ];
}
