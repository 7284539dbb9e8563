import type { IrRolloutStrategy } from '../../ir/program.ts';
import { formatSingleUnit } from '../../kube/duration.ts';
import type { RolloutKeys } from '../check/rollout-value.ts';
import { isList, isReference, isUnit, type Value } from '../fold/value.ts';
import { countOf } from './placement.ts';

/** A rollout is emitted where it is used. */
export function emitRollout(): readonly [] {
  return [];
}

const types = new Map<Value | undefined, IrRolloutStrategy['type']>([
  ['all', 'All'],
  ['cluster', 'Progressive'],
  ['group', 'ProgressivePerGroup'],
]);

/** The strategy a rollout means (Rule 51); without one everything moves at once. */
export function strategyOf(keys: RolloutKeys | null): IrRolloutStrategy {
  const value = keys ?? (() => undefined);
  return {
    type: types.get(value('by')) ?? 'All',
    minSuccessTime: durationOf(value('soak')),
    progressDeadline: durationOf(value('deadline')),
    maxFailures: countOf(value('maxFailures')),
    maxConcurrency: countOf(value('atOnce')),
    mandatoryDecisionGroups: groupsOf(value('first')),
  };
}

function durationOf(value: Value | undefined): string | null {
  if (value === undefined || value === null || typeof value !== 'object' || !isUnit(value))
    return null;
  return value.unit === 'duration' ? formatSingleUnit(value.nanos) : null;
}

function groupsOf(value: Value | undefined): IrRolloutStrategy['mandatoryDecisionGroups'] {
  if (value === undefined || value === null || typeof value !== 'object' || !isList(value))
    return [];
  return value.flatMap((each): IrRolloutStrategy['mandatoryDecisionGroups'] => {
    if (typeof each === 'bigint') return [{ groupIndex: Number(each) }];
    return isObject(each) && isReference(each) ? [{ groupName: each.name }] : [];
  });
}

function isObject(value: Value): boolean {
  return typeof value === 'object' && value !== null;
}
