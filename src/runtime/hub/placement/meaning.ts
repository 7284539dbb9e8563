import { isSchedulingDisabled, liftPlacement } from '../../../ir/lift/placement.ts';
import { wholePlacement } from '../../../ir/lift/whole-placement.ts';
import type { IrPlacement } from '../../../ir/program.ts';
import { keyOf, refKey, refOf } from '../../../kube/object.ts';
import type { Placement } from '../../../kube/ocm/cluster.ts';
import type { Snapshot } from '../../control/controller.ts';
import { declaredAnnotation, declaredBy } from '../declared.ts';
import { ownerKeyOf, programsByOwnerKey } from '../ownership.ts';
import { programsProjection } from '../programs.ts';

/**
 * What a Placement is evaluated by: the declaration of its Program where that was written into it, else what its spec
 * says (architecture.md §7). null: somebody else decides, or the declaration cannot be read now.
 */
export function meaningOf(placement: Placement, snapshot: Snapshot): IrPlacement | null {
  const declared = declarationOf(placement, snapshot);
  if (declared?.via === 'engine') return declared;
  return isSchedulingDisabled(placement) ? null : (declared ?? lifted(placement));
}

const memory = new WeakMap<Placement, IrPlacement>();

/** A Placement as it is stored, lifted once: what is known of its expressions is known by their identity. */
function lifted(placement: Placement): IrPlacement {
  const known = memory.get(placement);
  if (known !== undefined) return known;
  const made = liftPlacement(placement);
  memory.set(placement, made);
  return made;
}

function declarationOf(placement: Placement, snapshot: Snapshot): IrPlacement | null {
  const owner = ownerKeyOf(placement);
  const hash = placement.metadata.annotations?.[declaredAnnotation];
  if (owner === undefined || hash === undefined) return null;
  const programs = snapshot.projection(programsProjection);
  for (const program of snapshot.list(programsByOwnerKey, owner)) {
    const decoded = programs.decoded(keyOf(program));
    if (decoded?.state !== 'ok') continue;
    const wanted = declaredBy(decoded.program, program).byRef.get(refKey(refOf(placement)));
    // What is handed over is its editors'; what carries another hash has not been written yet.
    if (wanted?.hash !== hash || wanted.handedOver) continue;
    if (wanted.decl.kind === 'placement') return wholePlacement(wanted.decl);
  }
  return null;
}
