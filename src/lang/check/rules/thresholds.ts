import { type Fix, problem } from '../../diagnostics.ts';
import { isReference, isUnit, type Value } from '../../fold/value.ts';
import { inFile } from '../../place.ts';
import type { CheckedProgram } from '../checked.ts';
import { blockOf, knownValue } from '../known.ts';
import { type RolloutUse, rolloutUses } from '../rollout-uses.ts';
import { keySpan, type ProgramRule, reportOn, valueSpan } from './rule.ts';

/**
 * OCM4005: more failures tolerated than a placement selects clusters, which upstream turns into none (Rule 51). What only
 * recorded clusters show is said with them (`ocm check --inventory`).
 */
export const thresholds: ProgramRule = (program, session) => {
  for (const use of rolloutUses(program)) {
    const failures = use.keys('maxFailures');
    const take = takenBy(use);
    if (typeof failures !== 'bigint' || take === null || failures <= take) continue;
    const { block, key, placement } = use;
    const effect = `is more than the ${take} clusters of \`${placement.name}\``;
    const params = { limit: 'maxFailures', value: String(failures), effect };
    const advice = { help: [failAll], fixes: failAllFixes(use, program) };
    reportOn(block, problem('OCM4005', keySpan(block, key), params, advice), session);
  }
};

/** What helps where the number is above that of the clusters. */
export const failAll =
  'upstream reads it as 0; to let every cluster fail write `maxFailures: 100%`';

/** How many clusters a placement takes at most; null where it says nothing. */
export function takenBy({ placement }: Pick<RolloutUse, 'placement'>): bigint | null {
  const take = knownValue(placement.values.take);
  return typeof take === 'bigint' ? take : null;
}

/** `maxFailures: 100%` where the rollout is a block of the same file. */
export function failAllFixes(
  { block, value }: RolloutUse,
  program: CheckedProgram,
): readonly Fix[] {
  const symbol = isReference(value) ? blockOf(value) : undefined;
  const rollout = symbol === undefined ? null : program.blockOf(symbol);
  if (rollout === null || rollout.file !== block.file) return [];
  const { start, end } = inFile(rollout.shaped.place, valueSpan(rollout, 'maxFailures'));
  const { base } = block.shaped.place;
  const edits = [{ span: { start: start - base, end: end - base }, text: '100%' }];
  return [{ title: 'write `maxFailures: 100%`', edits }];
}

/** The share of a percentage; null where a value is none. */
export function percentOf(value: Value | undefined): number | null {
  return value !== undefined && isUnit(value) && value.unit === 'percent' ? value.percent : null;
}
