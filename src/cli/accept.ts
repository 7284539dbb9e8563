import type { AddCommand } from './command.ts';
import { type ConnectionOptions, connected, withConnection } from './connection.ts';
import { exit } from './io.ts';

interface AcceptOptions extends ConnectionOptions {
  readonly clusters: string;
  readonly timeout: string;
}

/** `ocm accept --clusters a,b`: approves the certificate requests of clusters and accepts them. */
export const addAccept: AddCommand = ({ program, io, ended }) => {
  withConnection(program.command('accept'))
    .description('let clusters join that have asked to')
    .requiredOption('--clusters <names>', 'names, with commas between')
    .option('--timeout <seconds>', 'how long to wait for a cluster to ask', '30')
    .action(async (options: AcceptOptions) => {
      const { acceptCluster } = await import('./local/accept.ts');
      const hub = await connected(options, io);
      const wait = { signal: io.signal, timeoutMillis: Number(options.timeout) * 1000 };
      for (const name of options.clusters.split(',').map((text) => text.trim())) {
        await acceptCluster(hub, name, wait);
        io.out(`${name} is accepted\n`);
      }
      hub.close();
      ended(exit.ok);
    });
};
