import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Cluster } from '../runtime/client/cluster.ts';
import { CommandFailure, exit, type Io } from './io.ts';
import { version } from './version.ts';

/** The options of commands that talk to an API server. */
export interface ConnectionOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Adds `--kubeconfig` and `--context`; without them KUBECONFIG and ~/.kube/config count, as for kubectl. */
export function withConnection(command: Command, what = 'the hub'): Command {
  return command
    .option('--kubeconfig <file>', `kubeconfig of ${what} (default: KUBECONFIG, ~/.kube/config)`)
    .option('--context <name>', 'context of the kubeconfig (default: the current one)');
}

/** Connects as the options say. The client is loaded here and not before. */
export async function connected(options: ConnectionOptions, io: Io): Promise<Cluster> {
  const [{ connect }, { loadKubeconfig }] = await Promise.all([
    import('../runtime/client/kube.ts'),
    import('../runtime/client/kubeconfig.ts'),
  ]);
  const { kubeconfig: file, context } = options;
  const loaded = await loadKubeconfig({
    ...(file !== undefined && { path: resolve(io.cwd, file) }),
    ...(context !== undefined && { context }),
  });
  if (!loaded.ok) {
    const hint = file === undefined ? '; name one with --kubeconfig, or in KUBECONFIG' : '';
    throw new CommandFailure(exit.environment, `${loaded.why}${hint}`);
  }
  return connect(loaded.kubeconfig, { userAgent: `ocm/${version}` });
}

/** `-o`, with what a command can print. */
export function outputOption(formats: readonly string[], fallback: string): Option {
  return new Option('-o, --output <format>', 'how to print').choices(formats).default(fallback);
}

/** `--compat`; another word is refused before anything is started, not ignored or told by a part that ends. */
export function compatOption(): Option {
  const says = '`upstream` reproduces upstream where ours does better';
  return new Option('--compat <mode>', says).choices(['upstream']);
}
