import type { NewCondition } from '../../kube/conditions.ts';
import type { PipelineInput } from './input.ts';
import type { ScheduleStatus } from './status.ts';

/** What the condition PlacementSatisfied is made of. */
export interface Satisfaction {
  /** Sets the placement may choose from. */
  readonly sets: readonly string[];
  /** How many clusters those have. */
  readonly available: number;
  readonly selected: number;
  readonly unscheduled: number;
  readonly status: ScheduleStatus;
}

/** PlacementMisconfigured, with upstream's reasons and messages. */
export function misconfiguredCondition({ code, plugin, message }: ScheduleStatus): NewCondition {
  const type = 'PlacementMisconfigured';
  if (code === 'Misconfigured') {
    return { type, status: 'True', reason: 'Misconfigured', message: `${plugin}:${message}` };
  }
  const fine = 'Placement configurations check pass';
  return { type, status: 'False', reason: 'Succeedconfigured', message: fine };
}

/** PlacementSatisfied, with upstream's reasons and messages; the first case that applies. */
export function satisfiedCondition(
  { sets, available, selected, unscheduled, status }: Satisfaction,
  { placement, boundSets }: PipelineInput,
): NewCondition {
  if (boundSets.length === 0) {
    const message = 'No valid ManagedClusterSetBindings found in placement namespace';
    return unsatisfied('NoManagedClusterSetBindings', message);
  }
  if (sets.length === 0) {
    const names = placement.clusterSets.join(',');
    const message = `None of ManagedClusterSets [${names}] is bound to placement namespace`;
    return unsatisfied('NoIntersection', message);
  }
  if (available === 0) {
    const message = `All ManagedClusterSets [${sets.join(',')}] have no member ManagedCluster`;
    return unsatisfied('AllManagedClusterSetsEmpty', message);
  }
  if (status.code === 'Error') return unsatisfied('NotAllDecisionsScheduled', status.message);
  if (selected === 0) {
    const message = 'No ManagedCluster matches any of the cluster predicate';
    return unsatisfied('NoManagedClusterMatched', message);
  }
  if (unscheduled === 0) {
    const message = 'All cluster decisions scheduled';
    return { ...unsatisfied('AllDecisionsScheduled', message), status: 'True' };
  }
  return unsatisfied('NotAllDecisionsScheduled', `${unscheduled} cluster decisions unscheduled`);
}

function unsatisfied(reason: string, message: string): NewCondition {
  return { type: 'PlacementSatisfied', status: 'False', reason, message };
}
