import type { IrRolloutStrategy } from '../../ir/program.ts';
import { durationText } from './duration.ts';
import { nameText } from './text.ts';
import { entry, list, record, type Value } from './tree.ts';

const words = { All: 'all', Progressive: 'cluster', ProgressivePerGroup: 'group' } as const;

/** A rollout strategy as an inline record (Rule 51 read backwards); null where a literal would print as another text. */
export function rolloutValue(of: IrRolloutStrategy): Value | null {
  const soak = timeText(of.minSuccessTime);
  const deadline = timeText(of.progressDeadline);
  const failures = countText(of.maxFailures);
  const atOnce = countText(of.maxConcurrency);
  if (soak === null || deadline === null || failures === null || atOnce === null) return null;
  const first = of.mandatoryDecisionGroups.map((group) =>
    'groupName' in group ? nameText(group.groupName) : String(group.groupIndex),
  );
  return record(
    entry('by:', words[of.type]),
    first.length === 0 ? null : entry('first:', list(first)),
    atOnce === undefined ? null : entry('atOnce:', atOnce),
    soak === undefined ? null : entry('soak:', soak),
    deadline === undefined ? null : entry('deadline:', deadline),
    failures === undefined ? null : entry('maxFailures:', failures),
  );
}

function timeText(text: string | null): string | null | undefined {
  return text === null ? undefined : durationText(text);
}

function countText(count: number | string | null): string | null | undefined {
  if (count === null) return undefined;
  const text = String(count);
  const isPercent = typeof count === 'string' && /^(100|[1-9]?\d)%$/.test(count);
  return isPercent || (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0)
    ? text
    : null;
}
