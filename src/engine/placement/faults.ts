import type { IrPlacement } from '../../ir/program.ts';
import { exactCount } from './count.ts';
import { problemOf } from './filters/predicate.ts';
import { tolerationProblem } from './filters/taint-toleration.ts';
import { weightsOf } from './prioritizers/weights.ts';
import { limitsOf } from './removals.ts';
import { type PlacementFault, specFaults } from './spec-problem.ts';

/** Longest name a placement may have: its decisions carry it as a label. */
export const longestName = 63;

const groupStrategy = 'spec.decisionStrategy.groupStrategy';

/**
 * Everything about a placement that no fleet can make sense of: what would be `Misconfigured`, or worse upstream
 * (placement.md §19), and can be refused when the object is written.
 */
export function placementFaults(placement: IrPlacement): readonly PlacementFault[] {
  const { name, where, tolerations, groups, guard, clustersPerDecisionGroup: size } = placement;
  const weights = weightsOf(placement, 'native');
  const limits = limitsOf(guard);
  const selectors = groups.map((group, at): [string, string | null] => [
    `${groupStrategy}.decisionGroups[${at}].groupClusterSelector`,
    problemOf(group.where, 'native'),
  ]);
  const found: readonly (readonly [field: string, problem: string | null])[] = [
    ['metadata.name', name.length > longestName ? `at most ${longestName} characters` : null],
    ['metadata.annotations', typeof limits === 'string' ? limits : null],
    ...specFaults(placement).map(({ field, message }) => [field, message] as const),
    ['spec.predicates', problemOf(where, 'native')],
    ['spec.tolerations', tolerationProblem(tolerations, 'native')],
    ['spec.prioritizerPolicy', weights.ok ? null : weights.status.message],
    [`${groupStrategy}.clustersPerDecisionGroup`, sizeProblem(size ?? '100%')],
    ...selectors,
  ];
  return found.flatMap(([field, message]) => (message === null ? [] : [{ field, message }]));
}

/** Upstream takes a number as text for a mistake, when it is too late. */
function sizeProblem(size: number | string): string | null {
  const count = exactCount(size, 1);
  if (typeof count === 'string') return count;
  return typeof size === 'string' && !size.endsWith('%')
    ? `"${size}" is a text; write ${size}, or a percentage`
    : null;
}
