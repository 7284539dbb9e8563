import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** `ocm server` as `ocm hub` runs it: the API server and the cluster services, in a process of their own. */
export interface ServerProcess {
  readonly port: number;
  /** An administrator's kubeconfig, a file. */
  readonly kubeconfig: string;
  /** Kills it the hard way and starts it again on its data and its port. */
  readonly restart: () => Promise<void>;
  /** What it logged that it should not: bugs; that somebody refused it something is no bug. */
  readonly complaints: () => readonly string[];
  /** Kills it; its data stays. */
  readonly stop: () => Promise<void>;
}

/** Starts one on a free port, with its data, log and kubeconfig in the folder under this name. */
export async function startServerProcess(
  dir: string,
  name: string,
  flags: readonly string[] = [],
): Promise<ServerProcess> {
  const kubeconfig = join(dir, `${name}.kubeconfig`);
  const logFile = join(dir, `${name}.log`);
  const log = () => readFileSync(logFile, 'utf8');
  const start = async (port: number): Promise<ChildProcess> => {
    rmSync(kubeconfig, { force: true });
    const out = openSync(logFile, 'a', 0o600);
    const files = ['--data', join(dir, name), '--kubeconfig-out', kubeconfig];
    const command = join(import.meta.dirname, '../../bin/ocm');
    const args = ['server', ...files, '--port', String(port), ...flags];
    const child = endsWithUs(spawn(command, args, { cwd: dir, stdio: ['ignore', out, out] }));
    while (!existsSync(kubeconfig)) {
      if (child.exitCode !== null) throw new Error(`ocm server ended: ${log()}`);
      await pause(20);
    }
    return child;
  };
  let child = await start(0);
  const port = Number(/https:\/\/127\.0\.0\.1:(\d+)/.exec(readFileSync(kubeconfig, 'utf8'))?.[1]);
  return {
    port,
    kubeconfig,
    complaints: () =>
      log()
        .split('\n')
        .filter((line) => !/^$| is ready$|^\S+ (debug|info|warn) /.test(line)),
    restart: async () => {
      await killed(child);
      child = await start(port);
    },
    stop: () => killed(child),
  };
}

/** Has a process end at the latest when this one does. */
export function endsWithUs(child: ChildProcess): ChildProcess {
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

/** Sends SIGKILL and waits until the process is gone. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
