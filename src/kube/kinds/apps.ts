import { kindsOf, usualScale } from './kind-info.ts';

const all = ['all'];

/** Workloads. */
export const appsKinds = kindsOf('apps', 'v1', [
  { kind: 'ControllerRevision' },
  { kind: 'DaemonSet', short: ['ds'], categories: all, status: true },
  { kind: 'Deployment', short: ['deploy'], categories: all, status: true, scale: usualScale },
  { kind: 'ReplicaSet', short: ['rs'], categories: all, status: true, scale: usualScale },
  { kind: 'StatefulSet', short: ['sts'], categories: all, status: true, scale: usualScale },
]);

/** Jobs. */
export const batchKinds = kindsOf('batch', 'v1', [
  { kind: 'CronJob', short: ['cj'], categories: all, status: true },
  { kind: 'Job', categories: all, status: true },
]);

/** Autoscalers. */
export const autoscalingKinds = kindsOf('autoscaling', 'v2', [
  { kind: 'HorizontalPodAutoscaler', short: ['hpa'], categories: all, status: true },
]);
