import { expect, test } from 'vitest';
import { bootstrapObjects } from '../../../../src/runtime/hub/init/objects.ts';

// ocm deploy/cluster-manager: what upstream's agent joins with.
test('a bootstrap token can ask and read, and accepts, approves, changes and deletes nothing', () => {
  const role = bootstrapObjects().find(({ kind }) => kind === 'ClusterRole');
  const asked = ['get', 'create', 'list', 'watch'];
  expect((role as unknown as { rules: unknown }).rules).toEqual([
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
    {
      apiGroups: ['certificates.k8s.io'],
      resources: ['certificatesigningrequests'],
      verbs: asked,
    },
    {
      apiGroups: ['cluster.open-cluster-management.io'],
      resources: ['managedclusters'],
      verbs: asked,
    },
    {
      apiGroups: ['cluster.open-cluster-management.io'],
      resources: ['managedclustersets/join'],
      verbs: ['create'],
    },
  ]);
});
