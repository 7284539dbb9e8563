import type { AddCommand } from './command.ts';
import { portOf } from './port.ts';

interface ServerCommandOptions {
  readonly data: string;
  readonly port: number;
  readonly host: string;
  readonly kubeconfigOut?: string;
  readonly memory: boolean;
  readonly localCluster: boolean;
}

/** `ocm server`: one API server process over one SQLite file, with the cluster services beside it. */
export const addServer: AddCommand = ({ program, io, ended }) => {
  program
    .command('server')
    .description('run one Kubernetes API server: over one SQLite file, or in memory')
    .requiredOption('--data <dir>', 'data and keys; made where it is missing, for its owner only')
    .option('--port <n>', 'port to listen on; 0 is a free one', portOf, 0)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--kubeconfig-out <file>', 'where to write an admin kubeconfig when it is ready')
    .option('--memory', 'keep objects in memory only', false)
    .option('--local-cluster', 'be a cluster without nodes: simulate Deployment status', false)
    .action(async (options: ServerCommandOptions) => {
      const { runServer } = await import('./server/run.ts');
      ended(await runServer(options, io));
    });
};
