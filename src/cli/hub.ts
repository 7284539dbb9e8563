import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AddCommand } from './command.ts';
import { type ConnectionOptions, compatOption, connected, withConnection } from './connection.ts';
import { exit, type Io } from './io.ts';
import type { HubControllersOptions } from './local/controllers.ts';
import { writeSecretFile } from './local/secret-file.ts';
import { ofAbort } from './local/wait.ts';
import { portOf } from './port.ts';

interface HubOptions {
  readonly data: string;
  readonly port: number;
  readonly kubeconfigOut?: string;
  readonly compat?: string;
}
interface InitOptions extends ConnectionOptions {
  readonly namespace: string[];
  readonly crds: boolean;
}
interface ControllersOptions extends ConnectionOptions, HubControllersOptions {}

/** `ocm hub`: the hub on one machine; `init` and `controllers` are for a hub on any Kubernetes API server. */
export const addHub: AddCommand = ({ program, io, ended }) => {
  const hub = program
    .command('hub')
    .description('run the hub on this machine: an API server over one SQLite file, and controllers')
    .option('--data <dir>', 'data, keys and logs', './ocm-hub')
    .option('--port <n>', 'port to listen on (loopback); 0 is a free one', portOf, 7443)
    .option('--kubeconfig-out <file>', 'where to write a kubeconfig when the hub is ready')
    .addOption(compatOption())
    .action(async (options: HubOptions) => {
      await runHub(options, io);
      ended(exit.ok);
    });

  withConnection(hub.command('init'))
    .description('prepare a hub on any Kubernetes API server: kinds, the account agents join with')
    .option('--namespace <name...>', 'namespaces that programs may be applied to', ['default'])
    .option('--no-crds', 'leave the CustomResourceDefinitions alone, as upstream has brought them')
    .action(async (options: InitOptions) => {
      const { bootstrapToken, initHub } = await import('./local/hub-init.ts');
      const { customResourceDefinitions } = await import('../kube/schema/definitions.ts');
      const cluster = await connected(options, io);
      await initHub(cluster, {
        programNamespaces: options.namespace,
        definitions: options.crds ? customResourceDefinitions() : [],
        refusals: true,
      });
      io.err(`${cluster.address} is ready. Agents join with this token, valid for a day:\n`);
      io.out(`${await bootstrapToken(cluster)}\n`);
      cluster.close();
      ended(exit.ok);
    });

  withConnection(hub.command('controllers'))
    .description("run the hub's controllers against any Kubernetes API server")
    .option('--only <names>', 'only these, with commas between')
    .option('--leader-elect', 'stand by until this process holds a lease: of several, one writes')
    .option('--leader-elect-namespace <name>', 'where the lease is', 'open-cluster-management')
    .option('--metrics-address <host:port>', 'serve /metrics, /healthz and /readyz there')
    .option('--debug-address <host:port>', 'serve /debug/placements/ there, over TLS, to who may')
    .option('--debug-cert <file>', 'certificate of that server, PEM; one is made where absent')
    .option('--debug-key <file>', 'its key, PEM')
    .option('--debug-client-ca <file>', 'who signs client certificates it believes, PEM')
    .addOption(compatOption())
    .action(async (_: unknown, command: { optsWithGlobals: () => ControllersOptions }) => {
      const options = command.optsWithGlobals();
      const { runHubControllers } = await import('./local/controllers.ts');
      await runHubControllers(await connected(options, io), options, io);
      ended(exit.ok);
    });
};

async function runHub(options: HubOptions, io: Io): Promise<void> {
  const { Supervisor } = await import('./local/supervisor.ts');
  const dir = options.data;
  const admin = join(dir, 'admin.kubeconfig');
  const supervisor = new Supervisor({
    dir,
    signal: io.signal,
    tell: (text) => io.err(`${text}\n`),
  });
  try {
    rmSync(admin, { force: true });
    if (options.kubeconfigOut) rmSync(options.kubeconfigOut, { force: true });
    const server = ['server', '--data', join(dir, 'store'), '--port', String(options.port)];
    const args = [...server, '--kubeconfig-out', admin];
    const ready = supervisor.start({ name: 'server', args, readyFile: admin });
    // Loaded while the server starts: what comes next needs it.
    const [{ initHub }] = await Promise.all([
      import('./local/hub-init.ts'),
      import('../runtime/client/kube.ts'),
      ready,
    ]);
    const hub = await connected({ kubeconfig: admin }, io);
    await initHub(hub, { programNamespaces: ['default'], definitions: [] });
    hub.close();
    const mode = options.compat ? ['--compat', options.compat] : [];
    await supervisor.start({
      name: 'controllers',
      args: ['hub', 'controllers', '--kubeconfig', admin, ...mode],
    });
    if (options.kubeconfigOut) writeSecretFile(options.kubeconfigOut, readFileSync(admin, 'utf8'));
    const file = options.kubeconfigOut ?? admin;
    io.out(`the hub is ready:  export KUBECONFIG=${file}\n`);
    io.err(`data and logs: ${dirname(admin)}; Ctrl-C stops the hub and keeps its data\n`);
    await ofAbort(io.signal);
  } finally {
    await supervisor.stop();
  }
}
