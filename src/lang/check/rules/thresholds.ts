import { problem } from '../../diagnostics.ts';
import type { Value } from '../../fold/value.ts';
import { blocksOf, type Checked, type CheckedProgram } from '../checked.ts';
import { blockOf, knownValue, listOf, placedEntry } from '../known.ts';
import { rolloutKeys } from '../rollout-value.ts';
import type { Session } from '../session.ts';
import { keySpan, type Rule, reportOn } from './rule.ts';

/** OCM4005: more failures tolerated than a placement selects clusters, which upstream turns into none (Rule 51). */
export const thresholds: Rule = (program, session) => {
  for (const app of blocksOf(program.blocks, 'app')) {
    const usual = knownValue(app.values.rollout);
    for (const value of listOf(app.values.on) ?? []) {
      const entry = placedEntry(value);
      if (entry === undefined) continue;
      const key = entry.rollout === undefined ? 'rollout' : 'on';
      const rollout = entry.rollout ?? usual;
      check(
        { block: app, key, rollout, placement: program.blockOf(entry.placement) },
        program,
        session,
      );
    }
  }
  for (const addon of blocksOf(program.blocks, 'addon')) {
    for (const install of blocksOf(addon.children, 'install')) {
      const symbol = blockOf(install.reference ?? undefined);
      const placement = symbol === undefined ? null : program.blockOf(symbol);
      const rollout = knownValue(install.values.rollout);
      check({ block: install, key: 'rollout', rollout, placement }, program, session);
    }
  }
};

interface Use {
  readonly block: Checked;
  readonly key: string;
  readonly rollout: Value | undefined;
  readonly placement: Checked | null;
}

function check(
  { block, key, rollout, placement }: Use,
  program: CheckedProgram,
  session: Session,
): void {
  const failures = rolloutKeys(rollout, program)?.('maxFailures');
  const take = knownValue((placement as Checked<'placement'> | null)?.values.take);
  if (typeof failures !== 'bigint' || typeof take !== 'bigint' || failures <= take) return;
  const params = {
    failures: String(failures),
    clusters: String(take),
    placement: placement?.name ?? '',
  };
  const help = ['upstream reads it as 0; to let every cluster fail write `maxFailures: 100%`'];
  reportOn(block, problem('OCM4005', keySpan(block, key), params, { help }), session);
}
