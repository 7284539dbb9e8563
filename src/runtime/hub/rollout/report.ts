import { compareText, type Json, jsonEqual } from '../../../base/json.ts';
import type { AppRollout, ProgramObject } from '../../../ir/program-object.ts';
import { programKind } from '../../../ir/program-object.ts';
import type { Action } from '../../control/controller.ts';

/** At most so many rollouts stand in the status of a Program; those that are done give way. */
export const mostRollouts = 50;

/** Puts the numbers of one app's rollout into its Program's status; `null` takes them out. */
export function reportRollout(
  program: ProgramObject,
  app: string,
  rollout: AppRollout | null,
): readonly Action[] {
  const before = program.status?.rollouts ?? [];
  const others = before.filter((of) => of.app !== app);
  const all = rollout === null ? others : [...others, rollout];
  const rollouts = bounded(all).toSorted((a, b) => compareText(a.app, b.app));
  if (jsonEqual(rollouts, before)) return [];
  const { name, namespace = '', resourceVersion } = program.metadata;
  return [
    {
      do: 'patchStatus',
      of: { ...programKind, namespace, name },
      status: { rollouts } as unknown as Json,
      // The list is of all apps: who has seen an older one must not write it.
      ...(resourceVersion !== undefined && { ifVersion: resourceVersion }),
      independent: true,
    },
  ];
}

function bounded(rollouts: readonly AppRollout[]): readonly AppRollout[] {
  if (rollouts.length <= mostRollouts) return rollouts;
  return rollouts.toSorted((a, b) => weight(b) - weight(a)).slice(0, mostRollouts);
}

function weight({ halted, failed, reason, done, of }: AppRollout): number {
  if (halted || failed > 0 || reason !== undefined) return 2;
  return done < of ? 1 : 0;
}
