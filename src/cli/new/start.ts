import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { keywords } from '../../lang/syntax/tokens.ts';
import { CommandFailure, type ExitCode, exit, type Io } from '../io.ts';
import { why } from '../workspace.ts';
import { projectFiles } from './project.ts';

/** Writes the files of a new project, or none where one of them is there already. */
export function startProject(dir: string, io: Io): ExitCode {
  const full = resolve(io.cwd, dir);
  const namespace = namespaceOf(basename(full));
  const files = Object.entries(projectFiles(namespace));
  const there = files.map(([name]) => name).filter((name) => existsSync(join(full, name)));
  if (there.length > 0) {
    throw new CommandFailure(
      exit.no,
      `${dir} has ${there.join(', ')} already; nothing was written`,
    );
  }
  try {
    mkdirSync(full, { recursive: true });
    for (const [name, text] of files) writeFileSync(join(full, name), text, { flag: 'wx' });
  } catch (error) {
    throw new CommandFailure(exit.environment, `cannot write ${dir}: ${why(error)}`);
  }
  io.out(files.map(([name]) => `${join(dir, name)}\n`).join(''));
  io.err(nextSteps(dir, namespace));
  return exit.ok;
}

/** A folder's name as a namespace that can be written bare. */
function namespaceOf(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[0-9-]+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  if (name === '') return 'demo';
  return (keywords as readonly string[]).includes(name) ? `${name}-demo` : name;
}

function nextSteps(dir: string, namespace: string): string {
  const at = /^[\w./-]+$/.test(dir) ? dir : `"${dir}"`;
  const rows: readonly (readonly [string, string])[] = [
    [`ocm check ${at}`, 'says what is wrong with it'],
    [`ocm eval ${at} --inventory ${join(at, 'clusters.yaml')}`, 'which clusters it selects'],
    [`ocm test ${at}`, 'runs its tests'],
    [`ocm compile ${at}`, 'prints the objects it stands for'],
    [`ocm up --namespace ${namespace}`, 'a hub and three clusters on this machine, to apply it to'],
  ];
  const width = Math.max(...rows.map(([command]) => command.length));
  const lines = rows.map(([command, does]) => `  ${command.padEnd(width)}  ${does}\n`);
  return `\nnext:\n${lines.join('')}`;
}
