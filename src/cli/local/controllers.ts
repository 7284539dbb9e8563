import type { Cluster } from '../../runtime/client/cluster.ts';
import type { Controller } from '../../runtime/control/controller.ts';
import { runControllers } from '../../runtime/control/run.ts';
import { hubControllers } from '../../runtime/hub/controllers.ts';
import { CommandFailure, exit, type Io } from '../io.ts';
import { textLog } from '../terminal/log.ts';
import { ofAbort } from './wait.ts';

export interface HubControllersOptions {
  /** Names, with commas between; absent: all. */
  readonly only?: string;
  readonly compat?: string;
}

/** Runs the hub's controllers against an API server until the signal aborts. */
export async function runHubControllers(
  hub: Cluster,
  options: HubControllersOptions,
  io: Io,
): Promise<void> {
  if (options.compat !== undefined && options.compat !== 'upstream') {
    throw new CommandFailure(exit.usage, '--compat takes `upstream` only');
  }
  const all = hubControllers({ compat: options.compat === 'upstream' ? 'upstream' : 'native' });
  const controllers = options.only === undefined ? all : chosen(all, options.only);
  const running = runControllers({
    controllers,
    clusters: { hub },
    signal: io.signal,
    log: textLog(io),
  });
  await Promise.race([running.ready, ofAbort(io.signal)]);
  io.err(`${controllers.length} controllers run against ${hub.address}\n`);
  await ofAbort(io.signal);
  hub.close();
}

/** `placement` names the controller and, as a family, all `placement-…`. */
function chosen(all: readonly Controller[], only: string): readonly Controller[] {
  const names = only.split(',').map((name) => name.trim());
  const of = (name: string) => (controller: Controller) =>
    controller.name === name || controller.name.startsWith(`${name}-`);
  const unknown = names.filter((name) => !all.some(of(name)));
  if (unknown.length > 0) {
    const known = all.map(({ name }) => name).join(', ');
    throw new CommandFailure(exit.usage, `no controller ${unknown.join(', ')}; there are ${known}`);
  }
  return all.filter((controller) => names.some((name) => of(name)(controller)));
}
