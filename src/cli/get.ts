import type { AddCommand } from './command.ts';
import { type ConnectionOptions, connected, outputOption, withConnection } from './connection.ts';
import { CommandFailure, type ExitCode, exit, type Io } from './io.ts';

interface GetOptions extends ConnectionOptions {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly output: 'table' | 'json' | 'yaml' | 'name';
}

/** `ocm get KIND [NAME]`: objects of a hub or a cluster, for who has no kubectl at hand. */
export const addGet: AddCommand = ({ program, io, ended }) => {
  withConnection(program.command('get'))
    .description('print objects of a hub or a cluster')
    .argument('<kind>', 'for example clusters, placements, decisions, works, policies')
    .argument('[name]', 'one object')
    .option('-n, --namespace <name>', 'one namespace')
    .option('-A, --all-namespaces', 'all namespaces (the default without --namespace)')
    .option('-l, --selector <labels>', 'for example environment=prod,ring!=canary')
    .addOption(outputOption(['table', 'json', 'yaml', 'name'], 'table'))
    .action(async (kind: string, name: string | undefined, options: GetOptions) => {
      ended(await get(kind, name, options, io));
    });
};

/** Short words for OCM's long ones. */
const words: ReadonlyMap<string, string> = new Map([
  ['clusters', 'managedclusters'],
  ['clustersets', 'managedclustersets'],
  ['decisions', 'placementdecisions'],
  ['works', 'manifestworks'],
  ['addons', 'managedclusteraddons'],
]);

async function get(
  word: string,
  name: string | undefined,
  options: GetOptions,
  io: Io,
): Promise<ExitCode> {
  const { findKind } = await import('../kube/kinds.ts');
  const short = word.toLowerCase();
  const info = findKind(words.get(short) ?? words.get(`${short}s`) ?? word);
  if (info === undefined) {
    throw new CommandFailure(exit.usage, `unknown kind ${word}; try clusters, placements, works`);
  }
  const cluster = await connected(options, io);
  const namespace = info.namespaced ? (options.namespace ?? '') : '';
  if (name !== undefined && info.namespaced && namespace === '') {
    throw new CommandFailure(exit.usage, `say which namespace ${name} is in: --namespace`);
  }
  const answer =
    name === undefined
      ? await cluster.list(info, {
          ...(namespace && { namespace }),
          ...(options.selector && { labelSelector: options.selector }),
        })
      : await cluster.get(info, namespace, name);
  cluster.close();
  if (!answer.ok) {
    throw new CommandFailure(answer.status === 404 ? exit.no : exit.environment, answer.message);
  }
  const objects = 'items' in answer.value ? answer.value.items : [answer.value];
  const { printObjects } = await import('./terminal/objects.ts');
  printObjects({ info, objects, output: options.output, single: name !== undefined, io });
  return exit.ok;
}
