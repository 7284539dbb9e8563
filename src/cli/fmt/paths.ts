import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Diagnostic } from '../../lang/diagnostics.ts';
import { type Formatted, formatText } from '../../lang/format/format.ts';
import type { FmtOptions } from '../fmt.ts';
import { CommandFailure, type ExitCode, exit, type Io } from '../io.ts';
import { reportDiagnostics } from '../program/load.ts';
import { mustBeOcm, shown, WorkspaceReader, why } from '../workspace.ts';
import { unifiedDiff } from './diff.ts';

/**
 * Formats files, or stdin to stdout. A file with syntax errors is left as it is and said to have them, as gofmt and
 * terraform do: a half-understood file is not written to.
 */
export async function formatPaths(
  paths: readonly string[],
  options: FmtOptions,
  io: Io,
): Promise<ExitCode> {
  if (paths.includes('-')) {
    if (paths.length > 1) throw new CommandFailure(exit.usage, 'give `-` alone, or paths');
    return formatStdin(options, io);
  }
  const files = filesOf(paths, io);
  const read = files.map((path) => ({ path, name: shown(path, io.cwd), text: readUtf8(path, io) }));
  const fine = read.map((file) => formatFile(file, options, io));
  return fine.every(Boolean) ? exit.ok : exit.no;
}

interface Source {
  readonly path: string;
  readonly name: string;
  readonly text: string;
}

/** True where nothing is wrong with the file, or was. */
function formatFile({ path, name, text }: Source, options: FmtOptions, io: Io): boolean {
  const formatted = formatText(text);
  if (reportErrors({ name, text, formatted }, io)) return false;
  if (formatted.text === text) return true;
  io.out(options.diff ? unifiedDiff(name, text, formatted.text) : `${name}\n`);
  if (options.check || options.diff) return false;
  write(path, formatted.text, io);
  return true;
}

async function formatStdin(options: FmtOptions, io: Io): Promise<ExitCode> {
  const text = await io.read();
  const formatted = formatText(text);
  const name = 'stdin';
  if (reportErrors({ name, text, formatted }, io)) return exit.no;
  const isSame = formatted.text === text;
  if (options.diff) io.out(unifiedDiff(name, text, formatted.text));
  else if (!options.check) io.out(formatted.text);
  else if (!isSame) io.out(`${name}\n`);
  return isSame || !(options.check || options.diff) ? exit.ok : exit.no;
}

interface Named {
  readonly name: string;
  readonly text: string;
  readonly formatted: Formatted;
}

/** Says why a file cannot be formatted; true where it cannot. */
function reportErrors({ name, text, formatted }: Named, io: Io): boolean {
  const { kept, refused } = formatted;
  const diagnostics = kept.flatMap(({ problems }) =>
    problems.map((problem): Diagnostic => ({ ...problem, file: name })),
  );
  if (diagnostics.length > 0) {
    reportDiagnostics({ diagnostics, files: [{ uri: name, text }] }, io.err, io);
  }
  if (refused) {
    io.err(
      `error: ${name} is left as it is: formatted it would not say the same; please report it\n`,
    );
  }
  return refused || kept.length > 0;
}

/** Files given, and all `.ocm` files below folders given; what is vendored or installed is not ours to format. */
function filesOf(paths: readonly string[], io: Io): readonly string[] {
  const files = (paths.length === 0 ? ['.'] : paths).flatMap((path) => {
    const full = resolve(io.cwd, path);
    const stat = statSync(full, { throwIfNoEntry: false });
    if (stat === undefined) {
      throw new CommandFailure(exit.environment, `cannot read ${path}: it does not exist`);
    }
    if (!stat.isDirectory()) {
      mustBeOcm(full, io.cwd);
      return [full];
    }
    return new WorkspaceReader(full)
      .list('**/*.ocm')
      .filter((file) => !file.split('/').includes('vendor'))
      .map((file) => join(full, file));
  });
  if (files.length === 0) throw new CommandFailure(exit.no, 'there is no .ocm file to format');
  return [...new Set(files)];
}

// What is no UTF-8 would come back as other bytes.
function readUtf8(path: string, io: Io): string {
  const name = shown(path, io.cwd);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new CommandFailure(exit.environment, `cannot read ${name}: ${why(error)}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CommandFailure(exit.no, `${name} is no UTF-8 text`);
  }
}

function write(path: string, text: string, io: Io): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const name = shown(path, io.cwd);
    throw new CommandFailure(exit.environment, `cannot write ${name}: ${why(error)}`);
  }
}
