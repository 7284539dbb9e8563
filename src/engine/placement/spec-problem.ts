import type { IrPlacement } from '../../ir/program.ts';
import type { PipelineInput } from './input.ts';
import { rescoreLimit } from './recorded-scores.ts';
import { misconfigured, type ScheduleStatus } from './status.ts';
import { trustProblem } from './trust.ts';

/** Something wrong with a placement, whatever the fleet. */
export interface PlacementFault {
  /** Of the Placement, as the API server writes paths. */
  readonly field: string;
  readonly message: string;
}

/** What a placement says that no fleet can make sense of; null where it says nothing of the kind. */
export function specProblem({
  placement,
  compat,
}: Pick<PipelineInput, 'placement' | 'compat'>): ScheduleStatus | null {
  const faults = compat === 'upstream' ? countFaults(placement) : specFaults(placement);
  const [first] = faults;
  if (first === undefined) return null;
  return misconfigured(first.field === trustField ? 'Trust' : '', first.message);
}

const trustField = 'metadata.annotations[ocmlang.dev/trust]';

/** Faults of single fields, of which neither filters nor prioritizers speak. */
export function specFaults(placement: IrPlacement): readonly PlacementFault[] {
  const { spread = [], rescore } = placement;
  const claimed = trustProblem(placement);
  const rate =
    rescoreLimit(placement) === null ? `scoreRateLimit is no length of time: ${rescore}` : null;
  return [
    ...countFaults(placement),
    ...(rate === null ? [] : [{ field: 'spec.scoreRateLimit', message: rate }]),
    ...(claimed === null ? [] : [{ field: trustField, message: claimed }]),
    ...spread.flatMap(({ maxSkew = 1 }, at): PlacementFault[] => {
      const field = `spec.spreadPolicy.spreadConstraints[${at}].maxSkew`;
      return maxSkew < 1 ? [{ field, message: `maxSkew is less than 1: ${maxSkew}` }] : [];
    }),
  ];
}

// Upstream's controller dies of it.
function countFaults({ numberOfClusters: count }: IrPlacement): readonly PlacementFault[] {
  if (count === null || count >= 0) return [];
  return [{ field: 'spec.numberOfClusters', message: `numberOfClusters is negative: ${count}` }];
}
