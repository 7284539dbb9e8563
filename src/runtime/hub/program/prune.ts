import { compareText } from '../../../base/json.ts';
import { ownedLabels, type ProgramObject } from '../../../ir/program-object.ts';
import { type KubeObject, refKey, refOf } from '../../../kube/object.ts';
import { type ManifestWork, manifestWorkKind } from '../../../kube/ocm/work.ts';
import type { Account, Action } from '../../control/controller.ts';
import type { Declared } from '../declared.ts';
import { kindKey, usualKinds } from './kinds.ts';

/** What a Program owns and no longer declares. */
export interface Undeclared {
  readonly objects: readonly KubeObject[];
  readonly works: readonly ManifestWork[];
}

/** What pruning would do, and whether it may. */
export interface Pruning {
  readonly count: number;
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
  { objects, works }: Undeclared,
  { settled, account }: { readonly settled: boolean; readonly account: Account },
): Pruning {
  const live = works.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const count = objects.length + live.length;
  if (spec?.prune !== true || count === 0) return { count, actions: [], refused: null };
  const losing = losingClusters(objects, live);
  const most = spec.maxDelete ?? 0;
  if (losing.length > most) {
    const names = losing.slice(0, mostNamed).join(', ');
    const more = losing.length > mostNamed ? ` and ${losing.length - mostNamed} more` : '';
    const message = `${losing.length} clusters would lose a workload, and ${most} may: ${names}${more}`;
    return { count, actions: [], refused: { reason: 'MaxDeleteExceeded', message } };
  }
  if (!settled) return { count, actions: [], refused: null };
  return {
    count,
    actions: [...live.map((work) => remove(work)), ...removals(objects, account)],
    refused: null,
  };
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

/** Clusters in whose namespaces works would go, those of `resource ManifestWork` included. */
export function losingClusters(
  objects: readonly KubeObject[],
  works: readonly ManifestWork[],
): readonly string[] {
  const isWork = (object: KubeObject): boolean =>
    kindKey(refOf(object)) === kindKey(manifestWorkKind);
  const all = [...works, ...objects.filter(isWork)];
  const clusters = new Set(all.map(({ metadata }) => metadata.namespace ?? ''));
  return [...clusters].sort(compareText);
}
