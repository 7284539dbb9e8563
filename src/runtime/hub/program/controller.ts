import { labelValue } from '../../../ir/lower/owned.ts';
import {
  type ProgramObject,
  type ProgramPart,
  programKind,
  programPartKind,
} from '../../../ir/program-object.ts';
import type { NewCondition } from '../../../kube/conditions.ts';
import { type KubeObject, keyOf, parseKey } from '../../../kube/object.ts';
import {
  type Placement,
  type PlacementDecision,
  placementDecisionKind,
  placementKind,
} from '../../../kube/ocm/cluster.ts';
import { manifestWorkKind } from '../../../kube/ocm/work.ts';
import {
  type Controller,
  done,
  type Index,
  type Projection,
  type Snapshot,
  watch,
} from '../../control/controller.ts';
import { bindingsInNamespace } from '../bound-sets.ts';
import { placementOf as decidedPlacement, decisionsOfPlacement } from '../decisions.ts';
import { fleetKinds, fleetProjection } from '../fleet.ts';
import { ownerKeyOf, programsByOwnerKey } from '../ownership.ts';
import { parseAppKey, programsProjection } from '../programs.ts';
import { appOf, placementOf, worksOfApp } from '../works.ts';
import { applyProgram } from './apply.ts';
import { censusProjection, waitingFor } from './census.ts';
import { finalizeProgram, programFinalizer, setFinalizers } from './finalize.ts';
import { isUsual, ownedIndexes, usualKinds } from './kinds.ts';
import { patchProgram, programConditions } from './status.ts';

/**
 * Makes the objects a Program stands for, with its account's rights: one key, one Program (architecture.md §7). A
 * Program whose parts are missing or not what they say is reported, and nothing of it is touched.
 */
export function runPrograms(): Controller {
  return {
    name: 'program',
    watches: [
      watch({ kind: programKind, keys: (program: ProgramObject) => [keyOf(program)] }),
      watch({
        kind: programPartKind,
        keys: (part: ProgramPart, snapshot) =>
          snapshot.projection(programsProjection).usersOf(keyOf(part)),
      }),
      ...usualKinds.map((kind) => watch({ kind, keys: ownersOf })),
      watch({ kind: manifestWorkKind, keys: ownersOfUndeclared }),
      watch({
        kind: placementKind,
        keys: (placement: Placement, snapshot) => waitingFor(keyOf(placement), snapshot),
      }),
      watch({
        kind: placementDecisionKind,
        keys: (decision: PlacementDecision, snapshot) =>
          waitingFor(decidedPlacement(decision) ?? '', snapshot),
      }),
      // What the deletion of a set means for clusters is looked up, and is no reason to look.
      ...fleetKinds.filter((kind) => !isUsual(kind)).map((kind) => watch({ kind, keys: () => [] })),
    ],
    indexes: [
      programsByOwnerKey,
      worksOfApp,
      decisionsOfPlacement,
      bindingsInNamespace,
      ...ownedIndexes,
    ] as unknown as readonly Index[],
    projections: [
      programsProjection,
      censusProjection,
      fleetProjection,
    ] as readonly Projection<unknown>[],
    reconcile: (key, snapshot, now) => {
      const { namespace, name } = parseKey(key);
      const program = snapshot.get(programKind, namespace, name);
      if (program === undefined) return done;
      if (program.metadata.deletionTimestamp !== undefined) {
        return finalizeProgram(program, { snapshot, now });
      }
      const finalizers = program.metadata.finalizers ?? [];
      if (!finalizers.includes(programFinalizer)) {
        return { actions: [setFinalizers(program, [...finalizers, programFinalizer])] };
      }
      const decoded = snapshot.projection(programsProjection).decoded(key);
      if (decoded === undefined) return done;
      if (decoded.state !== 'ok') {
        const conditions = unreadable(decoded);
        return { actions: [patchProgram(program, { conditions }, now)] };
      }
      return applyProgram(program, decoded.program, { snapshot, now });
    },
  };
}

/** What a program that cannot be read says; what was known of its objects stays as it was. */
function unreadable(
  decoded:
    | { readonly state: 'missing'; readonly parts: readonly string[] }
    | { readonly state: 'corrupt'; readonly part: string | null; readonly why: string },
): readonly NewCondition[] {
  const { reason, message } =
    decoded.state === 'missing'
      ? { reason: 'PartMissing', message: missing(decoded.parts) }
      : {
          reason: 'PartCorrupt',
          message: decoded.part === null ? decoded.why : `${decoded.part}: ${decoded.why}`,
        };
  return [programConditions.applied, programConditions.ready].map((type) => ({
    type,
    status: 'False',
    reason,
    message,
  }));
}

function missing(parts: readonly string[]): string {
  const named = parts.slice(0, 5).join(', ');
  const more = parts.length > 5 ? ` and ${parts.length - 5} more` : '';
  return `${parts.length} parts are missing: ${named}${more}; nothing is touched`;
}

function ownersOf(object: KubeObject, snapshot: Snapshot): readonly string[] {
  const owner = ownerKeyOf(object);
  return owner === undefined ? [] : snapshot.list(programsByOwnerKey, owner).map(keyOf);
}

/** Works concern a Program only when no declaration stands for them; the others are the rollout's. */
function ownersOfUndeclared(work: KubeObject, snapshot: Snapshot): readonly string[] {
  const key = appOf(work);
  const at = key === undefined ? null : parseAppKey(key);
  if (at === null) return [];
  const app = snapshot
    .projection(programsProjection)
    .declaration(at.program, { ...at, kind: 'app' });
  const by = placementOf(work);
  const isDeclared = app?.on.some(({ placement }) => labelValue(placement) === by) ?? false;
  return isDeclared ? [] : ownersOf(work, snapshot);
}
