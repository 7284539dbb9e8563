import { instant } from '../../../base/instant.ts';
import type { Controller } from '../../control/controller.ts';
import { acceptanceController } from './acceptance.ts';
import { approvalController } from './approval.ts';
import { clockSyncController } from './clock-sync.ts';
import {
  bindingStatusController,
  defaultLabelController,
  setStatusController,
  wellKnownSetsController,
} from './cluster-sets.ts';
import { garbageController } from './garbage.ts';
import { leaseController } from './lease.ts';
import { managedNamespacesController } from './managed-namespaces.ts';
import type { RegistrationOptions } from './options.ts';
import { sharedRolesController } from './shared-roles.ts';
import { taintController } from './taints.ts';

export type { RegistrationOptions } from './options.ts';

/** Everything the hub does to register clusters, watch over them and let them go. */
export function registrationControllers(given: RegistrationOptions = {}): readonly Controller[] {
  const options = { startedAt: instant(Date.now()), ...given };
  return [
    approvalController(options),
    acceptanceController(options),
    sharedRolesController(options) as Controller,
    leaseController(options),
    clockSyncController,
    taintController,
    wellKnownSetsController as Controller,
    defaultLabelController,
    setStatusController,
    bindingStatusController,
    managedNamespacesController,
    garbageController(options),
  ];
}
