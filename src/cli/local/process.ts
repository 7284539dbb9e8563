import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { execPath } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** One `ocm` command that runs as a process of its own. */
export interface LocalProcess {
  readonly name: string;
  readonly pid: number | undefined;
  /** The last lines of what it wrote. */
  readonly tail: () => string;
  /** Ends when the process has ended: its status, or the signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** SIGTERM, then SIGKILL after the grace time; returns when it is gone. */
  readonly stop: () => Promise<void>;
}

export interface StartOptions {
  /** What messages call it. */
  readonly name: string;
  /** The command line of `ocm`, without `ocm`. */
  readonly args: readonly string[];
  /** Everything it prints goes here, appended. */
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const graceMillis = 5000;
/** The program's entry: the sources in a clone, beside this chunk in a bundle. */
const main = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../main.ts' : './main.js', import.meta.url),
);

/** Starts this very program with another command line. It ends with this process, also when that is killed. */
export function startProcess({ name, args, logFile, env }: StartOptions): LocalProcess {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(execPath, [main, ...args], {
    // the pipe to its standard input closes when this process dies, however it dies: `--ends-with-stdin`
    stdio: ['pipe', log, log],
    env: { ...(env ?? process.env), OCM_END_WITH_STDIN: '1' },
  });
  closeSync(log);
  child.stdin?.on('error', () => {});
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (code, signal) => resolve(code ?? signal ?? 1));
  });
  return {
    name,
    pid: child.pid,
    ended,
    tail: () => lastLines(logFile, 12),
    stop: () => stop(child, ended),
  };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const abort = new AbortController();
  const timeout = sleep(graceMillis, 'late', { signal: abort.signal }).catch(() => 'ended');
  if ((await Promise.race([ended, timeout])) === 'late') child.kill('SIGKILL');
  abort.abort();
  await ended;
}

function lastLines(file: string, count: number): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}

/** Ends this process when the one that started it is gone. Called once by `main`. */
export function endWithParent(end: () => void): void {
  if (process.env['OCM_END_WITH_STDIN'] !== '1') return;
  process.stdin.on('end', end);
  process.stdin.on('error', end);
  process.stdin.resume();
  process.stdin.unref?.();
}
