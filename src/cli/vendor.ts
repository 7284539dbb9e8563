import type { AddCommand } from './command.ts';
import { type ExitCode, exit, type Io } from './io.ts';
import { type ModuleOptions, withModule } from './program/options.ts';

interface VendorOptions extends ModuleOptions {
  readonly update?: true | string;
  readonly check: boolean;
  readonly allowHost: readonly string[];
}

/** `ocm vendor`: fetches charts, git trees and remote files into `vendor`, and writes what they were into `ocm.lock`. */
export const addVendor: AddCommand = ({ program, io, ended }) => {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  withModule(program.command('vendor'))
    .description('fetch charts, git trees and remote files of a module into vendor/')
    .option(
      '--update [source]',
      'resolve anew: everything, or the sources whose text holds this one',
    )
    .option('--check', 'only compare what is there with ocm.lock, without fetching', false)
    .option(
      '--allow-host <host>',
      'fetch from this host although it is this machine or the hub; may be repeated',
      collect,
      [],
    )
    .action(async (files: string[], options: VendorOptions) => {
      ended(await vendorModule(files, options, io));
    });
};

async function vendorModule(files: string[], options: VendorOptions, io: Io): Promise<ExitCode> {
  const [{ loadModule, reportDiagnostics }, { vendor }] = await Promise.all([
    import('./program/load.ts'),
    import('./vendor/run.ts'),
  ]);
  const loaded = loadModule(files, options, io);
  // What is not vendored yet is why we are here.
  const diagnostics = loaded.diagnostics.filter(({ code }) => code !== 'OCM2020');
  if (reportDiagnostics({ ...loaded, diagnostics }, io.err, io) > 0) return exit.no;
  const { root, remote: uses } = loaded;
  const { check, allowHost: allowHosts } = options;
  return vendor({ root, uses, update: options.update ?? null, check, allowHosts }, io);
}
