import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ocm = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/** Processes and files of one cell: all are gone when it is stopped. */
export class Machine {
  readonly #dir = mkdtempSync(join(tmpdir(), 'ocm-interchange-'));
  readonly #running = new Map<string, ChildProcess>();
  readonly #killAll = () => {
    for (const child of this.#running.values()) child.kill('SIGKILL');
  };

  constructor() {
    process.once('exit', this.#killAll);
  }

  path(name: string): string {
    return join(this.#dir, name);
  }

  write(name: string, text: string): string {
    const path = this.path(name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  run(name: string, command: string, args: readonly string[]): void {
    const log = openSync(this.path(`${name}.log`), 'a', 0o600);
    const child = spawn(command, args, { cwd: this.#dir, stdio: ['ignore', log, log] });
    this.#running.set(name, child);
  }

  ocm(name: string, args: readonly string[]): void {
    this.run(name, process.execPath, [ocm, ...args]);
  }

  /** Waits for a file that a process writes when it is ready. */
  async untilWritten(path: string, by: string): Promise<void> {
    while (!existsSync(path)) {
      const child = this.#running.get(by);
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`${by} has ended`);
      }
      await pause(25);
    }
  }

  async kill(...names: readonly string[]): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        const child = this.#running.get(name);
        this.#running.delete(name);
        if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }),
    );
  }

  /** The last lines each process has logged, for a step that does not hold. */
  logs(): string {
    return [...this.#running.keys()]
      .map((name) => {
        const lines = readFileSync(this.path(`${name}.log`), 'utf8')
          .trimEnd()
          .split('\n');
        return `--- ${name}\n${lines.slice(-12).join('\n')}`;
      })
      .join('\n');
  }

  async stop(): Promise<void> {
    await this.kill(...this.#running.keys());
    process.off('exit', this.#killAll);
    rmSync(this.#dir, { recursive: true, force: true, maxRetries: 5 });
  }
}
