import { processIo } from './io.ts';
import { endWithParent } from './local/process.ts';
import { run } from './run.ts';

/** Runs the command line of this process. */
export async function start(): Promise<void> {
  endWithParent(() => process.kill(process.pid, 'SIGTERM'));
  process.exitCode = await run(process.argv.slice(2), processIo());
}
