import type { Instant } from '../../base/instant.ts';
import type { Controller } from '../control/controller.ts';
import { schedulePlacements } from './placement/controller.ts';
import { sumUpPolicySets } from './policy/policy-set.ts';
import { propagatePolicies } from './policy/propagate.ts';
import { runPrograms } from './program/controller.ts';
import { collectParts } from './program/parts.ts';
import { type RegistrationOptions, registrationControllers } from './registration/controllers.ts';
import { rollOutApps } from './rollout/controller.ts';

/** How the hub runs; all of it has a default. */
export interface HubOptions extends Omit<RegistrationOptions, 'compat' | 'startedAt'> {
  /** `upstream` reproduces upstream's faults. */
  readonly compat?: 'native' | 'upstream';
  readonly startedAt?: Instant;
}

/** Every controller of the hub. Names are what `--only` takes; a name stands for its family too (`policy`, `policy-set`). */
export function hubControllers(options: HubOptions = {}): readonly Controller[] {
  const { compat, ...registration } = options;
  const upstream = compat === 'upstream' ? ({ compat: 'upstream' } as const) : {};
  return [
    ...registrationControllers({ ...registration, ...upstream }),
    schedulePlacements(upstream),
    runPrograms(),
    collectParts(),
    rollOutApps(upstream),
    propagatePolicies(),
    sumUpPolicySets(),
  ];
}
