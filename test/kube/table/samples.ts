import type { JsonObject } from '../../../src/base/json.ts';

/** An object to create on a kube-apiserver, and the status to give it. */
export interface Sample {
  readonly path: string;
  readonly object: JsonObject & { readonly kind: string; readonly apiVersion: string };
  readonly status?: JsonObject;
}

const namespaced = (group: string, plural: string): string =>
  `${group}/namespaces/default/${plural}`;
const podTemplate = {
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [
      { name: 'web', image: 'web:1' },
      { name: 'side', image: 'side:2' },
    ],
  },
};
const selector = {
  matchLabels: { app: 'web' },
  matchExpressions: [
    { key: 'tier', operator: 'In', values: ['b', 'a'] },
    { key: 'x', operator: 'Exists' },
    { key: 'y', operator: 'DoesNotExist' },
    { key: 'z', operator: 'NotIn', values: ['q'] },
  ],
};
const labelled = {
  ...podTemplate,
  metadata: { labels: { app: 'web', tier: 'a', x: '1' } },
};
const pod = (name: string, status: JsonObject, spec: JsonObject = {}): Sample => ({
  path: namespaced('/api/v1', 'pods'),
  object: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: podTemplate.spec.containers, ...spec },
  },
  status,
});
const running = { running: { startedAt: '2024-01-01T00:00:00Z' } };
const container = (name: string, state: JsonObject, more: JsonObject = {}) => ({
  name,
  image: 'web:1',
  imageID: '',
  ready: true,
  restartCount: 0,
  state,
  ...more,
});

/** One of each kind of table, with what changes its cells. */
export const samples: readonly Sample[] = [
  {
    path: namespaced('/api/v1', 'configmaps'),
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      data: { a: '1', b: '2' },
      binaryData: { c: 'YQ==' },
    },
  },
  {
    path: namespaced('/api/v1', 'secrets'),
    object: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'a' },
      data: { a: 'YQ==' },
    },
  },
  {
    path: namespaced('/api/v1', 'serviceaccounts'),
    object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' } },
  },
  {
    path: '/api/v1/nodes',
    object: {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: 'n1',
        labels: { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'infra' },
      },
      spec: { unschedulable: true },
    },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
      nodeInfo: {
        kubeletVersion: 'v1.35.0',
        osImage: 'Linux',
        kernelVersion: '6',
        containerRuntimeVersion: 'cri://1',
        architecture: '',
        bootID: '',
        kubeProxyVersion: '',
        machineID: '',
        operatingSystem: '',
        systemUUID: '',
      },
    },
  },
  {
    path: '/api/v1/nodes',
    object: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n2' } },
  },
  pod('pending', { phase: 'Pending' }),
  pod('running', {
    phase: 'Running',
    podIPs: [{ ip: '10.1.1.1' }],
    containerStatuses: [
      container('web', running, {
        restartCount: 3,
        lastState: { terminated: { exitCode: 1, finishedAt: '2020-01-01T00:00:00Z' } },
      }),
      container('side', running, { ready: false }),
    ],
  }),
  pod('crash', {
    phase: 'Running',
    containerStatuses: [
      container('web', { waiting: { reason: 'CrashLoopBackOff' } }, { ready: false }),
      container('side', { terminated: { exitCode: 0, reason: 'Completed' } }, { ready: false }),
    ],
  }),
  pod('partly', {
    phase: 'Running',
    containerStatuses: [
      container('web', running),
      container('side', { terminated: { exitCode: 0, reason: 'Completed' } }, { ready: false }),
    ],
  }),
  pod('done', {
    phase: 'Succeeded',
    containerStatuses: [
      container('web', { terminated: { exitCode: 0, reason: 'Completed' } }, { ready: false }),
      container('side', { terminated: { exitCode: 0, reason: 'Completed' } }, { ready: false }),
    ],
  }),
  pod('signal', {
    phase: 'Failed',
    containerStatuses: [container('web', { terminated: { exitCode: 2 } }, { ready: false })],
  }),
  pod(
    'init',
    {
      phase: 'Pending',
      initContainerStatuses: [
        container('i1', { terminated: { exitCode: 0 } }, { ready: true }),
        container('i2', { waiting: { reason: 'PodInitializing' } }, { ready: false }),
      ],
      containerStatuses: [
        container('web', { waiting: { reason: 'PodInitializing' } }, { ready: false }),
      ],
    },
    {
      initContainers: [
        { name: 'i1', image: 'x' },
        { name: 'i2', image: 'x' },
      ],
    },
  ),
  pod(
    'sidecar',
    {
      phase: 'Running',
      initContainerStatuses: [container('s1', running, { started: true, restartCount: 1 })],
      containerStatuses: [container('web', running), container('side', running)],
    },
    { initContainers: [{ name: 's1', image: 'x', restartPolicy: 'Always' }] },
  ),
  pod('evicted', { phase: 'Failed', reason: 'Evicted' }),
  pod(
    'gates',
    { phase: 'Running', conditions: [{ type: 'g/a', status: 'True' }] },
    { readinessGates: [{ conditionType: 'g/a' }, { conditionType: 'g/b' }] },
  ),
  {
    path: namespaced('/apis/apps/v1', 'deployments'),
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: { replicas: 3, selector, template: labelled },
    },
    status: { replicas: 3, updatedReplicas: 2, readyReplicas: 1, availableReplicas: 1 },
  },
  {
    path: namespaced('/apis/apps/v1', 'replicasets'),
    object: {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'r' },
      spec: { selector: { matchLabels: { app: 'web' } }, template: podTemplate },
    },
    status: { replicas: 1 },
  },
  {
    path: namespaced('/apis/apps/v1', 'statefulsets'),
    object: {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 's' },
      spec: {
        replicas: 2,
        serviceName: 's',
        selector: { matchLabels: { app: 'web' } },
        template: podTemplate,
      },
    },
    status: { replicas: 2, readyReplicas: 1 },
  },
  {
    path: namespaced('/apis/apps/v1', 'daemonsets'),
    object: {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'd' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { ...podTemplate, spec: { ...podTemplate.spec, nodeSelector: { a: 'b' } } },
      },
    },
    status: {
      currentNumberScheduled: 1,
      desiredNumberScheduled: 2,
      numberMisscheduled: 0,
      numberReady: 1,
    },
  },
  {
    path: namespaced('/apis/batch/v1', 'jobs'),
    object: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'j' },
      spec: { template: { spec: { ...podTemplate.spec, restartPolicy: 'Never' } } },
    },
    status: { startTime: '2024-01-01T00:00:00Z' },
  },
  {
    path: namespaced('/apis/batch/v1', 'cronjobs'),
    object: {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'c' },
      spec: {
        schedule: '* * * * *',
        jobTemplate: {
          spec: { template: { spec: { ...podTemplate.spec, restartPolicy: 'Never' } } },
        },
      },
    },
  },
  {
    path: namespaced('/api/v1', 'services'),
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
      spec: { type: 'NodePort', selector: { b: '2', a: '1' }, ports: [{ port: 80 }] },
    },
  },
  {
    path: namespaced('/api/v1', 'services'),
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'lb' },
      spec: {
        type: 'LoadBalancer',
        ports: [
          { name: 'w', port: 80 },
          { name: 'x', port: 81 },
        ],
      },
    },
  },
  {
    path: namespaced('/api/v1', 'services'),
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'ext' },
      spec: { type: 'ExternalName', externalName: 'example.com' },
    },
  },
  {
    path: namespaced('/api/v1', 'events'),
    object: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e', namespace: 'default' },
      involvedObject: {
        kind: 'ManagedCluster',
        name: 'c1',
        namespace: 'default',
        fieldPath: 'spec.x',
      },
      type: 'Normal',
      reason: 'Because',
      message: '  of this  ',
      source: { component: 'me', host: 'here' },
      firstTimestamp: '2020-01-01T00:00:00Z',
      lastTimestamp: '2021-01-01T00:00:00Z',
      count: 7,
    },
  },
  {
    path: namespaced('/api/v1', 'events'),
    object: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e2', namespace: 'default' },
      involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
      type: 'Warning',
      reason: 'Because',
      message: 'of that',
      reportingComponent: 'me',
      reportingInstance: 'me-1',
      action: 'Doing',
      eventTime: '2021-01-01T00:00:00.000000Z',
      series: { count: 4, lastObservedTime: '2022-01-01T00:00:00.000000Z' },
    },
  },
  {
    path: namespaced('/apis/coordination.k8s.io/v1', 'leases'),
    object: {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l' },
      spec: { holderIdentity: 'me' },
    },
  },
  {
    path: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    object: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'a:b' },
      rules: [],
    },
  },
  {
    path: namespaced('/apis/rbac.authorization.k8s.io/v1', 'rolebindings'),
    object: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'b' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'a:b' },
      subjects: [
        { kind: 'User', name: 'u1', apiGroup: 'rbac.authorization.k8s.io' },
        { kind: 'User', name: 'u2', apiGroup: 'rbac.authorization.k8s.io' },
        { kind: 'Group', name: 'g', apiGroup: 'rbac.authorization.k8s.io' },
        { kind: 'ServiceAccount', name: 's', namespace: 'default' },
      ],
    },
  },
  {
    path: namespaced('/apis/networking.k8s.io/v1', 'networkpolicies'),
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'n' },
      spec: { podSelector: selector, policyTypes: ['Ingress'] },
    },
  },
  {
    path: namespaced('/apis/networking.k8s.io/v1', 'ingresses'),
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'i' },
      spec: {
        tls: [{ hosts: ['a.example'], secretName: 't' }],
        rules: ['a', 'b', 'c', 'd'].map((name) => ({ host: `${name}.example` })),
        defaultBackend: { service: { name: 's', port: { number: 80 } } },
      },
    },
  },
  {
    path: namespaced('/apis/policy/v1', 'poddisruptionbudgets'),
    object: {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'p' },
      spec: { minAvailable: '50%', selector: { matchLabels: { a: 'b' } } },
    },
  },
  {
    path: namespaced('/api/v1', 'persistentvolumeclaims'),
    object: {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'p' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
        volumeName: 'v',
      },
    },
    status: {
      phase: 'Bound',
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteMany', 'ReadWriteOnce'],
    },
  },
  {
    path: namespaced('/api/v1', 'limitranges'),
    object: {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'l' },
      spec: { limits: [{ type: 'Pod', max: { cpu: '1' } }] },
    },
  },
  {
    path: '/apis/cluster.open-cluster-management.io/v1/managedclusters',
    object: {
      apiVersion: 'cluster.open-cluster-management.io/v1',
      kind: 'ManagedCluster',
      metadata: { name: 'c1' },
      spec: {
        hubAcceptsClient: true,
        managedClusterClientConfigs: [{ url: 'https://a' }, { url: 'https://b' }],
      },
    },
    status: {
      conditions: [
        {
          type: 'ManagedClusterConditionAvailable',
          status: 'Unknown',
          reason: 'R',
          message: '',
          lastTransitionTime: '2024-01-01T00:00:00Z',
        },
      ],
    },
  },
  {
    path: '/apis/cluster.open-cluster-management.io/v1/managedclusters',
    object: {
      apiVersion: 'cluster.open-cluster-management.io/v1',
      kind: 'ManagedCluster',
      metadata: { name: 'c2' },
    },
  },
];
