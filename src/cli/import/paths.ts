import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { importYaml } from '../../lang/import/import.ts';
import type { SourceFile } from '../../lang/workspace.ts';
import type { ImportOptions } from '../import.ts';
import { CommandFailure, type ExitCode, exit, type Io } from '../io.ts';
import { reportDiagnostics } from '../program/load.ts';
import { printable } from '../terminal/escape.ts';
import { shown, WorkspaceReader, why } from '../workspace.ts';
import { reportOf } from './report.ts';

/** Imports what paths name and prints or writes it; the report goes to stderr. */
export async function importPaths(
  paths: readonly string[],
  { output: path, force, raise }: ImportOptions,
  io: Io,
): Promise<ExitCode> {
  const files = await readAll(paths, io);
  const output = path === '-' ? undefined : path;
  const folder = output !== undefined && isFolder(output, io) ? output : null;
  const imported = importYaml({
    files,
    raise: raise === true,
    ...(folder === null ? {} : { names: namesOf(files.map(({ uri }) => uri)) }),
  });
  reportDiagnostics({ diagnostics: imported.diagnostics, files }, io.err, io);
  if (imported.files === null) return exit.no;
  if (output === undefined)
    for (const { text } of imported.files) io.out(io.isTerminal ? printable(text) : text);
  else writeAll(imported.files, { output, folder, force: force === true }, io);
  io.err(reportOf(imported, raise === true));
  return exit.ok;
}

async function readAll(paths: readonly string[], io: Io): Promise<readonly SourceFile[]> {
  const files: SourceFile[] = [];
  for (const path of paths) {
    if (path === '-') files.push({ uri: 'stdin', text: await io.read() });
    else files.push(...yamlFiles(path, io).map((file) => readText(file, io)));
  }
  return files;
}

function yamlFiles(path: string, io: Io): readonly string[] {
  const full = resolve(io.cwd, path);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new CommandFailure(exit.environment, `cannot read ${path}: it does not exist`);
  }
  if (!stat.isDirectory()) return [full];
  const files = new WorkspaceReader(full).list('**/*.{yaml,yml,json}');
  if (files.length === 0) throw new CommandFailure(exit.no, `no YAML file in ${path}`);
  return files.map((file) => join(full, file));
}

function readText(path: string, io: Io): SourceFile {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new CommandFailure(exit.environment, `cannot read ${shown(path, io.cwd)}: ${why(error)}`);
  }
  try {
    return {
      uri: shown(path, io.cwd),
      text: new TextDecoder('utf-8', { fatal: true }).decode(bytes),
    };
  } catch {
    throw new CommandFailure(exit.no, `${shown(path, io.cwd)} is no UTF-8 text`);
  }
}

/** A folder that is there, or one that is asked for by the slash at its end. */
function isFolder(output: string, io: Io): boolean {
  const stat = statSync(resolve(io.cwd, output), { throwIfNoEntry: false });
  return stat?.isDirectory() ?? output.endsWith('/');
}

/** Names of the files to write: that of the YAML, with that of its folder where two are the same. */
function namesOf(uris: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return uris.map((uri) => {
    const stem = basename(uri).replace(/\.(ya?ml|json)$/, '');
    const parent = basename(dirname(uri));
    const names = [stem, `${parent}-${stem}`];
    let name = names.find((each) => !taken.has(each));
    for (let count = 2; name === undefined; count++) {
      if (!taken.has(`${stem}-${count}`)) name = `${stem}-${count}`;
    }
    taken.add(name);
    return name;
  });
}

interface Target {
  readonly output: string;
  /** null: `output` is a file. */
  readonly folder: string | null;
  readonly force: boolean;
}

function writeAll(files: readonly SourceFile[], { output, folder, force }: Target, io: Io): void {
  const targets = files.map(({ uri, text }) => ({
    path: folder === null ? resolve(io.cwd, output) : resolve(io.cwd, folder, uri),
    text,
  }));
  const there = targets.find(({ path }) => existsSync(path));
  if (there !== undefined && !force) {
    const name = shown(there.path, io.cwd);
    throw new CommandFailure(exit.no, `${name} is there already; --force writes over it`);
  }
  for (const { path, text } of targets) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    } catch (error) {
      throw new CommandFailure(
        exit.environment,
        `cannot write ${shown(path, io.cwd)}: ${why(error)}`,
      );
    }
  }
}
