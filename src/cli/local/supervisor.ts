import { mkdirSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailure, exit } from '../io.ts';
import { type LocalProcess, startProcess } from './process.ts';
import { until } from './wait.ts';

export interface SupervisorOptions {
  /** Logs go here, `<name>.log`; made 0700. */
  readonly dir: string;
  readonly signal: AbortSignal;
  /** Told what a person should know: a process that ended and is started again. */
  readonly tell: (text: string) => void;
}

export interface ProcessOptions {
  readonly name: string;
  /** The command line of `ocm`. */
  readonly args: readonly string[];
  /** A file that appears when the process is ready; `start` waits for it. */
  readonly readyFile?: string;
}

const readyMillis = 30_000;
const firstBackoffMillis = 200;
const longestBackoffMillis = 10_000;
/** A process that lived this long starts its backoff from the beginning. */
const settledMillis = 30_000;

/** Keeps processes of this program running: starts them in order, again when they end, and stops them all. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #running = new Map<string, LocalProcess>();
  #stopping = false;

  constructor(options: SupervisorOptions) {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    this.#options = options;
  }

  /** Starts a process and waits until it is ready; from then on it is started again whenever it ends. */
  async start(of: ProcessOptions): Promise<void> {
    const process = this.#spawn(of);
    if (of.readyFile !== undefined) await this.#ready(process, of.readyFile);
    void this.#keep(of, process);
  }

  /** The process of this name; undefined while it waits to be started again. */
  process(name: string): LocalProcess | undefined {
    return this.#running.get(name);
  }

  /** Stops all, the last started first. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#running.values()].reverse().map((process) => process.stop()));
  }

  #spawn({ name, args }: ProcessOptions): LocalProcess {
    const process = startProcess({ name, args, logFile: join(this.#options.dir, `${name}.log`) });
    this.#running.set(name, process);
    return process;
  }

  async #keep(of: ProcessOptions, first: LocalProcess): Promise<void> {
    let process = first;
    let backoff = firstBackoffMillis;
    while (!this.#stopping) {
      const started = performance.now();
      const status = await process.ended;
      if (this.#stopping) return;
      this.#running.delete(of.name);
      if (performance.now() - started > settledMillis) backoff = firstBackoffMillis;
      this.#options.tell(`${of.name} ended (${status}) and is started again`);
      await sleep(backoff);
      backoff = Math.min(backoff * 2, longestBackoffMillis);
      if (!this.#stopping) process = this.#spawn(of);
    }
  }

  async #ready(process: LocalProcess, file: string): Promise<void> {
    const end: { status?: number | NodeJS.Signals } = {};
    void process.ended.then((status) => {
      end.status = status;
    });
    const probe = async () => (end.status !== undefined || (await exists(file)) ? true : undefined);
    const wait = { signal: this.#options.signal, timeoutMillis: readyMillis, everyMillis: 5 };
    const answered = await until(probe, wait);
    if (end.status !== undefined) throw unready(process, `ended (${end.status})`);
    if (!answered) throw unready(process, 'is not ready after 30 s');
  }
}

function unready(process: LocalProcess, what: string): CommandFailure {
  return new CommandFailure(exit.environment, `${process.name} ${what}:\n${process.tail()}`);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
