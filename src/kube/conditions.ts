import { formatInstant, type Instant } from '../base/instant.ts';
import type { Condition } from './object.ts';

/** A condition that is about to be set: the time of its last change is found out. */
export type NewCondition = Omit<Condition, 'lastTransitionTime'>;

/**
 * Sets one condition as Kubernetes' `meta.SetStatusCondition` does: in place, else at the end; the time changes with
 * the status only.
 */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  next: NewCondition,
  now: Instant,
): readonly Condition[] {
  const before = conditions ?? [];
  const at = before.findIndex((condition) => condition.type === next.type);
  const old = before[at];
  const keepsTime = old?.status === next.status && old.lastTransitionTime !== undefined;
  const set = {
    ...next,
    lastTransitionTime: keepsTime ? old.lastTransitionTime : formatInstant(now),
  };
  return at < 0 ? [...before, set] : before.with(at, set);
}

/** Sets several conditions, in order. */
export function setConditions(
  conditions: readonly Condition[] | undefined,
  next: readonly NewCondition[],
  now: Instant,
): readonly Condition[] {
  return next.reduce<readonly Condition[]>(
    (all, condition) => setCondition(all, condition, now),
    conditions ?? [],
  );
}

/** Whether a condition of this type is True. */
export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return (
    conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false
  );
}
