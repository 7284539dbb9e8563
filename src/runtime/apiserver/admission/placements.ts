import { jsonEqual } from '../../../base/json.ts';
import { placementFaults } from '../../../engine/placement/faults.ts';
import type { PlacementFault } from '../../../engine/placement/spec-problem.ts';
import { liftPlacement } from '../../../ir/lift/placement.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { placementKind } from '../../../kube/ocm/cluster.ts';
import { invalid, type Refusal } from '../refusal.ts';
import type { Admission, AdmissionInput } from './admission.ts';

/**
 * Refuses Placements that nobody can decide, before they cost clusters their workloads. What was wrong before may stay
 * so: other fields of the object can be written all the same.
 */
export const placementAdmission: Admission = {
  name: 'Placements',
  validate: (input) => {
    const { resource, subresource, object } = input;
    const isPlacement = resource.group === placementKind.group && resource.plural === 'placements';
    return isPlacement && subresource === '' && object !== null ? faultOf(input, object) : null;
  },
};

function faultOf({ resource, name, old }: AdmissionInput, object: KubeObject): Refusal | null {
  if (old !== null && jsonEqual(saysOf(object), saysOf(old))) return null;
  const before = old === null ? [] : placementFaults(liftPlacement(old));
  const isNew = (fault: PlacementFault) => !before.some((one) => jsonEqual(one, fault));
  const faults = placementFaults(liftPlacement(object)).filter(isNew);
  if (faults.length === 0) return null;
  return invalid(
    { group: resource.group, name: placementKind.kind },
    name,
    faults.map(({ field, message }) => ({
      reason: 'FieldValueInvalid',
      field,
      message: `Invalid value: ${message}`,
    })),
  );
}

function saysOf({ spec, metadata }: KubeObject) {
  return [spec, metadata.annotations];
}
