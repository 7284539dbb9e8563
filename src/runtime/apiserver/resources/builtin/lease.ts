import type { KubeObject } from '../../../../kube/object.ts';
import { type FieldError, invalid } from '../../../../kube/schema/field-error.ts';
import type { Rules } from '../rules.ts';
import { struct } from './fields.ts';

/** Who holds something, and for how long (pkg/apis/coordination/validation). */
export const leaseRules: Partial<Rules> = {
  createsOnUpdate: true,
  updatesUnconditionally: false,
  validate: (object) => [
    ...atLeast(object, 'leaseDurationSeconds', 1, 'must be greater than 0'),
    ...atLeast(object, 'leaseTransitions', 0, 'must be greater than or equal to 0'),
  ],
};

function atLeast(
  object: KubeObject,
  name: string,
  least: number,
  why: string,
): readonly FieldError[] {
  const value = struct(object, 'spec')[name];
  if (typeof value !== 'number' || value >= least) return [];
  return [invalid(`spec.${name}`, value, why)];
}
