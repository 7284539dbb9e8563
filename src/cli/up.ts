import { join } from 'node:path';
import type { AddCommand } from './command.ts';
import { CommandFailure, exit, type Io } from './io.ts';
import { ofAbort } from './local/wait.ts';
import { portOf } from './port.ts';
import { paint } from './terminal/style.ts';

interface UpOptions {
  readonly clusters: string;
  readonly data?: string;
  readonly port: number;
  readonly namespace: string[];
}

/** `ocm up`: a hub and clusters on this machine that stay until they are stopped. */
export const addUp: AddCommand = ({ program, io, ended }) => {
  program
    .command('up')
    .description('start a hub and clusters on this machine; they stay until Ctrl-C')
    .option('--clusters <n>', 'how many clusters: cluster1, cluster2 …', '3')
    .option('--data <dir>', 'data, keys and logs (default: ~/.local/state/ocm/up)')
    .option('--port <n>', 'port of the hub; 0 is a free one', portOf, 7443)
    .option(
      '--namespace <name...>',
      'namespaces that programs may be applied to, with an account `ocm-programs`',
      ['default', 'quickstart'],
    )
    .addHelpText(
      'after',
      '\nThe data is kept: the next `ocm up` goes on where this one ended. Remove the folder to start afresh.',
    )
    .action(async (options: UpOptions) => {
      const count = Number(options.clusters);
      if (!Number.isInteger(count) || count < 0 || count > 50) {
        throw new CommandFailure(exit.usage, '--clusters takes a number from 0 to 50');
      }
      await up(options, count, io);
      ended(exit.ok);
    });
};

async function up(options: UpOptions, count: number, io: Io): Promise<void> {
  const { startFleet } = await import('./local/fleet.ts');
  const { quickstartLabels } = await import('./local/quickstart.ts');
  const style = paint(io.color.err);
  const dir = options.data ?? stateFolder(io);
  const names = Array.from({ length: count }, (_, index) => `cluster${index + 1}`);
  const started = performance.now();
  const fleet = await startFleet({
    dir,
    clusters: names,
    port: options.port,
    programNamespaces: options.namespace,
    labels: quickstartLabels,
    signal: io.signal,
    step: (text) => io.err(`${style('dim', '·')} ${text}\n`),
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  io.err(
    `${style('green', '✓')} a hub and ${count === 1 ? '1 cluster' : `${count} clusters`} are up after ${seconds} s\n\n`,
  );
  io.out(
    [
      'In another terminal:',
      `  export KUBECONFIG=${fleet.hub.kubeconfig}`,
      '  kubectl get managedclusters',
      '  ocm apply examples/quickstart --service-account ocm-programs',
      '',
      'Each cluster has a kubeconfig of its own:',
      ...fleet.clusters.map(({ name, kubeconfig }) => `  ${name}  ${kubeconfig}`),
      '',
      `Logs and data are in ${dir}. Ctrl-C stops everything and keeps the data.`,
      '',
    ].join('\n'),
  );
  await ofAbort(io.signal);
  io.err('stopping\n');
  await fleet.stop();
}

/** Where this program keeps state of this user's machine. */
export function stateFolder(io: Io): string {
  const home = io.env['HOME'] ?? io.cwd;
  return join(io.env['XDG_STATE_HOME'] || join(home, '.local', 'state'), 'ocm', 'up');
}
