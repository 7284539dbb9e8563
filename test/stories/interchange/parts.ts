import { execFileSync } from 'node:child_process';
import { locateRealParts } from '../../../scripts/real-parts/find.mjs';
import { bootstrapKubeconfig } from '../../../src/cli/local/fleet.ts';
import { bootstrapToken } from '../../../src/cli/local/hub-init.ts';
import { freePort } from '../../support/free-port.ts';
import type { Machine } from './machine.ts';
import { type ApiServer, accountKubeconfig, applyYaml, type Maker } from './servers.ts';

const hubNamespace = 'open-cluster-management-hub';
const agentNamespace = 'open-cluster-management-agent';
const programs: Readonly<Record<string, string | undefined>> = locateRealParts();
const upstreams = [
  'upstream-registration',
  'upstream-placement-controller',
  'upstream-work',
  'upstream-rights',
];

/** What this machine lacks for cells with a part of upstream, for people; empty where it lacks nothing. */
export const missingOfKubernetes: string = lacking(['kube-apiserver', 'etcd']);
export const missingOfUpstream: string = lacking(upstreams);

function lacking(names: readonly string[]): string {
  return names.filter((name) => programs[name] === undefined).join(', ');
}

/** Runs the hub's controllers, upstream's with the rights that upstream's operator gives them. */
export async function startControllers(
  maker: Maker,
  machine: Machine,
  hub: ApiServer,
): Promise<void> {
  if (maker === 'ours') {
    machine.ocm('controllers', ['hub', 'controllers', '--kubeconfig', hub.kubeconfig]);
    return;
  }
  await applyYaml(hub.cluster, hubNamespace, rights('hub'));
  const start = async (name: string, program: string, account: string, args: readonly string[]) => {
    const kubeconfig = await accountKubeconfig(machine, hub, hubNamespace, account);
    const [verb = '', ...more] = args;
    const where = [`--kubeconfig=${kubeconfig}`, `--namespace=${hubNamespace}`, await listen()];
    machine.run(name, programOf(program), [verb, ...where, ...more]);
  };
  await start('registration', 'upstream-registration', 'registration-controller-sa', [
    'controller',
    '--feature-gates=ResourceCleanup=true',
  ]);
  await start('placement', 'upstream-placement-controller', 'placement-controller-sa', [
    'controller',
  ]);
  await start('work', 'upstream-work', 'work-controller-sa', [
    'manager',
    '--feature-gates=ManifestWorkReplicaSet=true',
  ]);
}

/** Runs the agent of a cluster; the answer ends it, as when the cluster is cut off. */
export async function startAgent(
  maker: Maker,
  machine: Machine,
  of: { readonly hub: ApiServer; readonly spoke: ApiServer; readonly name: string },
): Promise<() => Promise<void>> {
  const { hub, spoke, name } = of;
  const token = await bootstrapToken(hub.cluster);
  const bootstrap = machine.write('bootstrap.kubeconfig', bootstrapKubeconfig(hub.config, token));
  if (maker === 'ours') {
    machine.ocm('agent', [
      'agent',
      ...['--bootstrap-kubeconfig', bootstrap],
      ...['--cluster-kubeconfig', spoke.kubeconfig],
      ...['--cluster-name', name],
      ...['--data', machine.path('agent')],
    ]);
    return () => machine.kill('agent');
  }
  await applyYaml(spoke.cluster, agentNamespace, rights('cluster'));
  const folder = machine.path('hub-kubeconfig');
  const common = async (account: string) => [
    'agent',
    `--kubeconfig=${await accountKubeconfig(machine, spoke, agentNamespace, account)}`,
    `--namespace=${agentNamespace}`,
    `--spoke-cluster-name=${name}`,
    await listen(),
  ];
  machine.run('registration-agent', programOf('upstream-registration'), [
    ...(await common('klusterlet-registration-sa')),
    `--bootstrap-kubeconfig=${bootstrap}`,
    `--hub-kubeconfig-dir=${folder}`,
  ]);
  // in a cluster the folder is a Secret's volume, and the work agent starts again and again until it is there
  const work = machine.untilWritten(`${folder}/kubeconfig`, 'registration-agent').then(async () => {
    machine.run('work-agent', programOf('upstream-work'), [
      ...(await common('klusterlet-work-sa')),
      `--workload-source-config=${folder}/kubeconfig`,
      '--agent-id=upstream',
      '--status-sync-interval=1s',
    ]);
  });
  work.catch(() => undefined);
  return async () => {
    await work;
    await machine.kill('registration-agent', 'work-agent');
  };
}

function rights(of: 'hub' | 'cluster'): string {
  return execFileSync(programOf('upstream-rights'), [of], { encoding: 'utf8' });
}

function programOf(name: string): string {
  const program = programs[name];
  if (program === undefined) throw new Error(`${name} is not on this machine`);
  return program;
}

async function listen(): Promise<string> {
  return `--listen=127.0.0.1:${await freePort()}`;
}
