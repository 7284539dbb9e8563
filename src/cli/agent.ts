import { resolve } from 'node:path';
import type { AddCommand } from './command.ts';
import { compatOption } from './connection.ts';
import { CommandFailure, exit } from './io.ts';

interface AgentCommandOptions {
  readonly bootstrapKubeconfig: string;
  readonly clusterKubeconfig: string;
  readonly clusterName: string;
  readonly agentName?: string;
  readonly data: string;
  readonly compat?: string;
  readonly crds: boolean;
}

/** `ocm agent`: joins a hub as one cluster, and carries out there what the hub says. */
export const addAgent: AddCommand = ({ program, io, ended }) => {
  program
    .command('agent')
    .description('join a hub as one cluster; apply works and policies there, and report')
    .requiredOption('--bootstrap-kubeconfig <file>', 'how to reach the hub before it knows us')
    .requiredOption('--cluster-kubeconfig <file>', 'how to reach the cluster')
    .requiredOption('--cluster-name <name>', 'name of the cluster on the hub')
    .option('--agent-name <name>', 'name of this agent (default: made once and kept)')
    .option('--data <dir>', 'where the certificate is kept', './ocm-agent')
    .option('--no-crds', 'leave the kinds on the cluster alone, as upstream has brought them')
    .addOption(compatOption())
    .action(async (options: AgentCommandOptions) => {
      if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(options.clusterName)) {
        throw new CommandFailure(
          exit.usage,
          '--cluster-name is lower-case letters, digits and `-`, at most 63 characters',
        );
      }
      const { runAgent } = await import('./local/agent.ts');
      await runAgent(
        {
          ...options,
          definitions: options.crds,
          bootstrapKubeconfig: resolve(io.cwd, options.bootstrapKubeconfig),
          clusterKubeconfig: resolve(io.cwd, options.clusterKubeconfig),
          data: resolve(io.cwd, options.data),
        },
        io,
      );
      ended(exit.ok);
    });
};
