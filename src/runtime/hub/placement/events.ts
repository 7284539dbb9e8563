import type { Hold } from '../../../engine/placement/guard.ts';
import type { PipelineInput } from '../../../engine/placement/input.ts';
import { scoresByName } from '../../../engine/placement/scores.ts';
import { type Placement, placementKind } from '../../../kube/ocm/cluster.ts';
import type { Action } from '../../control/controller.ts';

/** Longest text of scores in an event (placement.md §9). */
const longestScores = 1000;
/** The shortest entry, `c:0 `, has four characters. */
const mostScores = longestScores / 4 + 1;

/** The scores of all clusters that passed the filters, where decisions change; upstream's words. */
export function scoreEvent(
  placement: Placement,
  writes: readonly Action[],
  input: PipelineInput,
): readonly Action[] {
  if (!writes.some((action) => action.do === 'patchStatus' && !action.confirm)) return [];
  const scores = scoresByName(input, mostScores);
  const text = scores.map(([cluster, score]) => `${cluster}:${score} `).join('');
  if (text === '') return [];
  const message = text.length > longestScores ? `${text.slice(0, longestScores)}......` : text;
  return [
    {
      do: 'record',
      about: refOf(placement),
      reason: 'ScoreUpdate',
      action: 'ScoreUpdated',
      message,
    },
  ];
}

/** Why decisions stay as they are, told when the status comes to say it. */
export function heldEvent(placement: Placement, held: Hold | null): readonly Action[] {
  if (held === null) return [];
  const { reason, message } = held;
  return [
    {
      do: 'record',
      about: refOf(placement),
      type: 'Warning',
      reason,
      action: 'DecisionHeld',
      message,
    },
  ];
}

function refOf({ metadata: { name, namespace = '' } }: Placement) {
  return { ...placementKind, namespace, name };
}
