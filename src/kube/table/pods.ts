import type { Instant } from '../../base/instant.ts';
import { ageOf } from './age.ts';
import { at, listAt, none, numberAt, textAt } from './fields.ts';
import { ageOfObject, type KindTable, nameColumn, tableFrom } from './kind-table.ts';

/** What kubectl says of a pod (kubernetes `printers/internalversion` `printPod`). */
interface PodState {
  readonly status: string;
  readonly ready: number;
  readonly restarts: number;
  readonly lastRestart: string;
}

function podState(pod: unknown): PodState {
  const inits = listAt(pod, 'status', 'initContainerStatuses');
  const containers = listAt(pod, 'status', 'containerStatuses');
  const waitingFor = initStatus(pod, inits);
  const sidecars = inits.filter((each) => isSidecar(pod, each));
  const counted = waitingFor === null ? [...sidecars, ...containers] : inits;
  const runs =
    waitingFor === null && containers.length > 0 ? containerStatus(pod, containers) : undefined;
  const phase = textAt(pod, ['status', 'reason'], textAt(pod, ['status', 'phase']));
  const status = deleted(pod) ?? waitingFor ?? runs ?? phase;
  return {
    status,
    ready: [...sidecars, ...containers].filter(isReady).length,
    restarts: counted.reduce<number>((sum, each) => sum + numberAt(each, ['restartCount']), 0),
    lastRestart: counted
      .map((each) => textAt(each, ['lastState', 'terminated', 'finishedAt']))
      .reduce((last, each) => (each > last ? each : last), ''),
  };
}

function isReady(container: unknown): boolean {
  return at(container, 'ready') === true && at(container, 'state', 'running') !== undefined;
}

function isSidecar(pod: unknown, status: unknown): boolean {
  const name = at(status, 'name');
  return listAt(pod, 'spec', 'initContainers').some(
    (each) => at(each, 'name') === name && at(each, 'restartPolicy') === 'Always',
  );
}

/** What the first init container that is not done says; null when all are. */
function initStatus(pod: unknown, inits: readonly unknown[]): string | null {
  const total = listAt(pod, 'spec', 'initContainers').length;
  for (const [index, container] of inits.entries()) {
    const ended = at(container, 'state', 'terminated');
    if (ended !== undefined && numberAt(ended, ['exitCode']) === 0) continue;
    if (isSidecar(pod, container) && at(container, 'started') === true) continue;
    if (ended !== undefined) return `Init:${endReason(ended)}`;
    const waits = textAt(container, ['state', 'waiting', 'reason']);
    if (waits !== '' && waits !== 'PodInitializing') return `Init:${waits}`;
    return `Init:${index}/${total}`;
  }
  return null;
}

function containerStatus(pod: unknown, containers: readonly unknown[]): string | undefined {
  let said: string | undefined;
  for (const container of [...containers].reverse()) {
    const waits = textAt(container, ['state', 'waiting', 'reason']);
    const ended = at(container, 'state', 'terminated');
    if (waits !== '') said = waits;
    else if (ended !== undefined) said = endReason(ended);
  }
  // Some have finished and others run on: what counts is that it runs.
  if (said === 'Completed' && containers.some(isReady)) {
    return podIsReady(pod) ? 'Running' : 'NotReady';
  }
  return said;
}

function podIsReady(pod: unknown): boolean {
  return listAt(pod, 'status', 'conditions').some(
    (each) => at(each, 'type') === 'Ready' && at(each, 'status') === 'True',
  );
}

function endReason(terminated: unknown): string {
  const reason = textAt(terminated, ['reason']);
  if (reason !== '') return reason;
  const signal = numberAt(terminated, ['signal']);
  return signal === 0 ? `ExitCode:${numberAt(terminated, ['exitCode'])}` : `Signal:${signal}`;
}

function deleted(pod: unknown): string | undefined {
  if (at(pod, 'metadata', 'deletionTimestamp') === undefined) return undefined;
  const phase = at(pod, 'status', 'phase');
  if (at(pod, 'status', 'reason') === 'NodeLost') return 'Unknown';
  return phase === 'Succeeded' || phase === 'Failed' ? undefined : 'Terminating';
}

function restartsText(pod: unknown, now: Instant): string {
  const { restarts, lastRestart } = podState(pod);
  return restarts === 0 || lastRestart === ''
    ? `${restarts}`
    : `${restarts} (${ageOf(lastRestart, now)} ago)`;
}

const pods = tableFrom([
  nameColumn,
  {
    name: 'Ready',
    cell: (pod) => {
      const sidecars = listAt(pod, 'spec', 'initContainers').filter(
        (each) => at(each, 'restartPolicy') === 'Always',
      );
      const total = listAt(pod, 'spec', 'containers').length + sidecars.length;
      return `${podState(pod).ready}/${total}`;
    },
  },
  { name: 'Status', cell: (pod) => podState(pod).status },
  { name: 'Restarts', cell: restartsText },
  ageOfObject,
  {
    name: 'IP',
    wide: true,
    cell: (pod) => textAt(listAt(pod, 'status', 'podIPs')[0], ['ip'], none),
  },
  { name: 'Node', wide: true, cell: (pod) => textAt(pod, ['spec', 'nodeName']) || none },
  {
    name: 'Nominated Node',
    wide: true,
    cell: (pod) => textAt(pod, ['status', 'nominatedNodeName']) || none,
  },
  {
    name: 'Readiness Gates',
    wide: true,
    cell: (pod) => {
      const gates = listAt(pod, 'spec', 'readinessGates');
      if (gates.length === 0) return none;
      const met = gates.filter((gate) =>
        listAt(pod, 'status', 'conditions').some(
          (each) => at(each, 'type') === at(gate, 'conditionType') && at(each, 'status') === 'True',
        ),
      );
      return `${met.length}/${gates.length}`;
    },
  },
]);

/** Tables of pods and nodes, by `group/Kind`. */
export const podTables: Readonly<Record<string, KindTable>> = {
  '/Pod': pods,
  '/Node': tableFrom([
    nameColumn,
    { name: 'Status', cell: nodeStatus },
    { name: 'Roles', cell: nodeRoles },
    ageOfObject,
    {
      name: 'Version',
      cell: (node) => textAt(node, ['status', 'nodeInfo', 'kubeletVersion']),
    },
    { name: 'Internal-IP', wide: true, cell: (node) => nodeAddress(node, 'InternalIP') },
    { name: 'External-IP', wide: true, cell: (node) => nodeAddress(node, 'ExternalIP') },
    ...[
      ['OS-Image', 'osImage'] as const,
      ['Kernel-Version', 'kernelVersion'] as const,
      ['Container-Runtime', 'containerRuntimeVersion'] as const,
    ].map(([name, field]) => ({
      name,
      wide: true as const,
      cell: (node: unknown) => textAt(node, ['status', 'nodeInfo', field]) || '<unknown>',
    })),
  ]),
};

function nodeStatus(node: unknown): string {
  const ready = listAt(node, 'status', 'conditions').find((each) => at(each, 'type') === 'Ready');
  const status =
    ready === undefined ? 'Unknown' : at(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
  const closed = at(node, 'spec', 'unschedulable') === true;
  return closed ? `${status},SchedulingDisabled` : status;
}

const rolePrefix = 'node-role.kubernetes.io/';
function nodeRoles(node: unknown): string {
  const labels = at(node, 'metadata', 'labels');
  const roles = Object.entries(typeof labels === 'object' && labels !== null ? labels : {})
    .flatMap(([key, value]) => {
      if (key.startsWith(rolePrefix)) return [key.slice(rolePrefix.length)];
      return key === 'kubernetes.io/role' && typeof value === 'string' ? [value] : [];
    })
    .filter((role) => role !== '');
  return [...new Set(roles)].sort().join(',') || none;
}

function nodeAddress(node: unknown, type: string): string {
  const found = listAt(node, 'status', 'addresses').find((each) => at(each, 'type') === type);
  return textAt(found, ['address'], none);
}
