import { jsonEqual } from '../../../base/json.ts';
import { type ClientConfig, managedClusterKind } from '../../../kube/ocm/cluster.ts';
import { type Controller, done, type Outcome, watch } from '../../control/controller.ts';

/**
 * Keeps up to date how the hub may reach the cluster: address and authority. Upstream compares only how many there are;
 * configurations of other addresses stay.
 */
export function clientConfigsController(
  clusterName: string,
  wanted: readonly ClientConfig[],
): Controller {
  return {
    name: 'agent-client-configs',
    watches: [
      watch({
        kind: managedClusterKind,
        fieldSelector: `metadata.name=${clusterName}`,
        keys: () => [clusterName],
      }),
    ],
    reconcile: (_key, snapshot): Outcome => {
      const cluster = snapshot.get(managedClusterKind, '', clusterName);
      // Before it is accepted an agent may not write its ManagedCluster.
      if (cluster?.spec?.hubAcceptsClient !== true || wanted.length === 0) return done;
      const before = cluster.spec.managedClusterClientConfigs ?? [];
      const next = [
        ...before.map((of) => wanted.find(({ url }) => url === of.url) ?? of),
        ...wanted.filter(({ url }) => !before.some((of) => of.url === url)),
      ];
      if (jsonEqual(before, next)) return done;
      const spec = { ...cluster.spec, managedClusterClientConfigs: next };
      return { actions: [{ do: 'replace', object: { ...cluster, spec } }] };
    },
  };
}
