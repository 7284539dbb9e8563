import { problem } from '../../diagnostics.ts';
import { secondary } from '../../place.ts';
import { blocksOf, type CheckedProgram, isOf } from '../checked.ts';
import { placementsOf, whereaboutsOf } from './policies.ts';
import { keySpan, type ProgramRule, reportOn } from './rule.ts';
import { covers } from './selection.ts';

/**
 * OCM4016: a placement of `enforce` that may choose clusters the policy is not on. A restricted binding places nothing,
 * and upstream counts such a cluster into the status of the policy and waits for it for ever (Rule 43).
 */
export const enforcedOutside: ProgramRule = (program, session) => {
  for (const policy of blocksOf(program.blocks, 'policy')) {
    const places = whereaboutsOf(policy, program);
    if (places.length === 0) continue;
    for (const inner of placementsOf(policy.values.enforce)) {
      const narrow = placementOf(inner, program);
      const isInside = places.some((outer) => {
        const wide = placementOf(outer, program);
        return outer.block === inner.block || (wide && narrow && covers(wide, narrow));
      });
      if (isInside) continue;
      const at = secondary(inner.place, inner.span, 'the placement is declared here');
      const params = { placement: inner.name, policy: policy.name };
      const help = [
        `place the policy there too: \`on: [${inner.name}]\`, or narrow \`${inner.name}\``,
      ];
      const advice = { help, secondary: [at] };
      reportOn(policy, problem('OCM4016', keySpan(policy, 'enforce'), params, advice), session);
    }
  }
};

function placementOf(symbol: Parameters<CheckedProgram['blockOf']>[0], program: CheckedProgram) {
  const block = program.blockOf(symbol);
  return block !== null && isOf(block, 'placement') ? block : null;
}
