import type { Instant } from '../../../base/instant.ts';
import type { Json } from '../../../base/json.ts';
import {
  originAnnotation,
  ownedLabels,
  type ProgramObject,
  programGroup,
  programKind,
} from '../../../ir/program-object.ts';
import { type KubeObject, refOf } from '../../../kube/object.ts';
import type { ManifestWork } from '../../../kube/ocm/work.ts';
import type { Account, Action, Outcome, Snapshot } from '../../control/controller.ts';
import { declaredAnnotation } from '../declared.ts';
import { accountOf, ownerKey } from '../ownership.ts';
import { undeclaredWorks } from './census.ts';
import { placesOf } from './inventory.ts';
import { isUsual, ownedIn } from './kinds.ts';
import { removals, remove } from './prune.ts';
import { patchProgram, programConditions } from './status.ts';

/** Keeps a Program until it has let go of what it owns. */
export const programFinalizer = 'ocmlang.dev/program';

/** Writes the finalizers of a Program. */
export function setFinalizers({ metadata }: ProgramObject, finalizers: readonly string[]): Action {
  const { name, namespace = '', resourceVersion } = metadata;
  return {
    do: 'patch',
    of: { ...programKind, namespace, name },
    patch: { metadata: { finalizers } },
    ...(resourceVersion !== undefined && { ifVersion: resourceVersion }),
  };
}

/**
 * Lets go of everything a Program owns: labels off by default, deleted with `deletionPolicy: Delete`, with the
 * account's rights; works with the hub's. Then the Program may go.
 */
export function finalizeProgram(
  program: ProgramObject,
  { snapshot, now }: { readonly snapshot: Snapshot; readonly now: Instant },
): Outcome {
  const finalizers = program.metadata.finalizers ?? [];
  if (!finalizers.includes(programFinalizer)) return { actions: [] };
  const owner = ownerKey(program);
  const account = accountOf(program);
  const places = placesOf(program);
  const { objects, unread } = ownedIn(owner, places, snapshot);
  const { works } = undeclaredWorks({ owner, apps: new Map(), snapshot });
  const left = [...objects, ...works].filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  );
  const alsoList = places
    .filter(({ kind }) => !isUsual(kind))
    .map(({ kind, namespace }) => ({ kind, ...(namespace !== '' && { namespace }) }));
  if (left.length === 0 && unread.length === 0) {
    const others = finalizers.filter((of) => of !== programFinalizer);
    return { actions: [setFinalizers(program, others)], alsoList };
  }
  const deletes = program.spec?.deletionPolicy === 'Delete';
  const live = objects.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const liveWorks = works.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const actions = deletes
    ? [...liveWorks.map((work) => remove(work)), ...removals(live, account)]
    : [...liveWorks.map((work) => orphan(work)), ...live.map((object) => orphan(object, account))];
  return {
    actions: [...actions, patchProgram(program, deleting(left, snapshot, deletes), now)],
    alsoList,
  };
}

function deleting(left: readonly KubeObject[], snapshot: Snapshot, deletes: boolean) {
  const failures = left.flatMap((object) => snapshot.attempt(refOf(object))?.failure ?? []);
  const [first] = failures;
  const doing = deletes ? 'deleting' : 'letting go of';
  const message =
    first === undefined
      ? `${doing} ${left.length} objects`
      : `${doing} ${left.length} objects: ${first.message}`;
  const reason = first?.reason ?? 'Deleting';
  return {
    conditions: [{ type: programConditions.ready, status: 'False' as const, reason, message }],
  };
}

/** Takes our labels and annotations off, so that the object is nobody's. */
function orphan(object: KubeObject | ManifestWork, as?: Account): Action {
  const none = (keys: readonly string[]): Json =>
    Object.fromEntries(keys.map((key) => [key, null]));
  const ours = (of: Readonly<Record<string, string>> | undefined): readonly string[] =>
    Object.keys(of ?? {}).filter((key) => key.startsWith(`${programGroup}/`));
  const { labels, annotations } = object.metadata;
  return {
    do: 'patch',
    of: refOf(object),
    patch: {
      metadata: {
        labels: none([...Object.values(ownedLabels), ...ours(labels)]),
        annotations: none([originAnnotation, declaredAnnotation, ...ours(annotations)]),
      },
    },
    ...(as && { as }),
    independent: true,
  };
}
