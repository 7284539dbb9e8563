import { clusterRoleKind } from '../../../kube/core.ts';
import { refOf } from '../../../kube/object.ts';
import { clusterNameLabel, managedClusterKind } from '../../../kube/ocm/cluster.ts';
import { type Controller, type Outcome, type Projection, watch } from '../../control/controller.ts';
import { fieldManager, type RegistrationOptions } from './options.ts';
import { roleNames, sharedRoles } from './rbac.ts';

const clusterCount: Projection<{ count: number }> = {
  name: 'registration/cluster-count',
  kinds: [{ kind: managedClusterKind }],
  create: () => ({ count: 0 }),
  change: (into, before, now) => {
    into.count += (now ? 1 : 0) - (before ? 1 : 0);
  },
};

/** The roles all agents share are there while there is a cluster (ocm pkg/registration/hub/clusterrole/controller.go). */
export function sharedRolesController(options: RegistrationOptions): Controller<'roles'> {
  const roles = sharedRoles(options.labels ?? {}).filter(
    ({ metadata }) => options.compat !== 'upstream' || metadata.name !== roleNames.policy,
  );
  const names = new Set(roles.map(({ metadata }) => metadata.name));
  return {
    name: 'registration-roles',
    watches: [
      watch({ kind: managedClusterKind, keys: () => ['roles'] }),
      watch({
        kind: clusterRoleKind,
        labelSelector: clusterNameLabel,
        keys: ({ metadata }) => (names.has(metadata.name) ? ['roles'] : []),
      }),
    ],
    projections: [clusterCount as Projection<unknown>],
    reconcile: (_key, snapshot): Outcome => {
      if (snapshot.projection(clusterCount).count > 0) {
        return {
          actions: roles.map((object) => ({ do: 'apply', object, fieldManager, force: true })),
        };
      }
      const left = roles.filter(({ metadata }) => snapshot.get(clusterRoleKind, '', metadata.name));
      return { actions: left.map((object) => ({ do: 'delete', of: refOf(object) })) };
    },
  };
}
