import { ownedLabels, type ProgramObject } from '../../../ir/program-object.ts';
import { type KubeObject, kindKey, refKey, refOf } from '../../../kube/object.ts';
import type { Account, Action } from '../../control/controller.ts';
import type { Declared } from '../declared.ts';
import type { LeftOver } from './census.ts';
import { usualKinds } from './kinds.ts';
import { type Deletion, losingClusters } from './losing.ts';

/** What a Program owns and no longer declares. */
export interface Undeclared extends LeftOver {
  readonly objects: readonly KubeObject[];
}

/** What pruning would do, and whether it may. */
export interface Pruning {
  readonly count: number;
  /** Placements that have yet to decide before all that would be done is known. */
  readonly waitsFor: readonly string[];
  readonly actions: readonly Action[];
  /** null where pruning is off or nothing is in its way. */
  readonly refused: { readonly reason: string; readonly message: string } | null;
}

/** Clusters named in a refusal. */
const mostNamed = 20;

/** The owned objects no declaration stands for; those of a refused declaration are still declared. */
export function undeclaredObjects(
  owned: readonly KubeObject[],
  { wanted, undecided }: Declared,
): readonly KubeObject[] {
  const declared = new Set(wanted.map(({ ref }) => refKey(ref)));
  return owned.filter(
    (object) =>
      object.metadata.deletionTimestamp === undefined &&
      !declared.has(refKey(refOf(object))) &&
      !undecided.has(object.metadata.labels?.[ownedLabels.declaration] ?? ''),
  );
}

/**
 * Deletes what is no longer declared where the Program asks for it and no more clusters lose a workload than it allows;
 * otherwise all of it stays. Nothing is deleted before what is declared has been written (`settled`).
 */
export function prune(
  { spec }: ProgramObject,
  { objects, works, waitsFor }: Undeclared,
  { settled, account, around }: PruneContext,
): Pruning {
  const live = works.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const count = objects.length + live.length;
  const nothing: Pruning = { count, waitsFor, actions: [], refused: null };
  if (spec?.prune !== true || count === 0) return nothing;
  const losing = losingClusters({ objects, works: live, ...around });
  const refused = tooMany(losing, spec.maxDelete ?? 0);
  if (refused !== null) return { ...nothing, refused };
  if (!settled || waitsFor.length > 0) return nothing;
  return {
    ...nothing,
    actions: [...live.map((work) => remove(work)), ...removals(objects, account)],
  };
}

interface PruneContext {
  readonly settled: boolean;
  readonly account: Account;
  readonly around: Omit<Deletion, 'objects' | 'works'>;
}

function tooMany(losing: readonly string[], most: number): Pruning['refused'] {
  if (losing.length <= most) return null;
  const names = losing.slice(0, mostNamed).join(', ');
  const more = losing.length > mostNamed ? ` and ${losing.length - mostNamed} more` : '';
  const message = `${losing.length} clusters would lose a workload, and ${most} may: ${names}${more}`;
  return { reason: 'MaxDeleteExceeded', message };
}

/** Deletes objects as an account, what others may need last. */
export function removals(objects: readonly KubeObject[], account: Account): readonly Action[] {
  const rank = new Map(usualKinds.map((kind, at) => [kindKey(kind), at] as const));
  const rankOf = (object: KubeObject): number => rank.get(kindKey(refOf(object))) ?? 0;
  return objects.toSorted((a, b) => rankOf(b) - rankOf(a)).map((object) => remove(object, account));
}

/** Deletes one object, the very one that was seen. */
export function remove(object: KubeObject, as?: Account): Action {
  const { uid } = object.metadata;
  return {
    do: 'delete',
    of: refOf(object),
    ...(uid !== undefined && { ifUid: uid }),
    ...(as && { as }),
    independent: true,
  };
}
