import { kindsOf, usualScale } from './kind-info.ts';

const all = ['all'];

/** The core group: `v1`. */
export const coreKinds = kindsOf('', 'v1', [
  { kind: 'Binding', verbs: ['create'] },
  { kind: 'ConfigMap', short: ['cm'] },
  { kind: 'Endpoints', plural: 'endpoints', short: ['ep'] },
  { kind: 'Event', short: ['ev'] },
  { kind: 'LimitRange', short: ['limits'] },
  {
    kind: 'Namespace',
    cluster: true,
    short: ['ns'],
    status: true,
    subresources: ['finalize'],
    // Nobody may empty a whole hub by one request.
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  },
  { kind: 'Node', cluster: true, short: ['no'], status: true },
  { kind: 'PersistentVolume', cluster: true, short: ['pv'], status: true },
  { kind: 'PersistentVolumeClaim', short: ['pvc'], status: true },
  { kind: 'Pod', short: ['po'], categories: all, status: true },
  { kind: 'PodTemplate' },
  {
    kind: 'ReplicationController',
    short: ['rc'],
    categories: all,
    status: true,
    scale: usualScale,
  },
  { kind: 'ResourceQuota', short: ['quota'], status: true },
  { kind: 'Secret' },
  { kind: 'Service', short: ['svc'], categories: all, status: true },
  { kind: 'ServiceAccount', short: ['sa'], subresources: ['token'] },
]);

/** Events as their own group: the same objects as in the core group. */
export const eventsKinds = kindsOf('events.k8s.io', 'v1', [{ kind: 'Event', short: ['ev'] }]);
