import type { Cluster } from '../../runtime/client/cluster.ts';
import { CommandFailure, exit } from '../io.ts';

/** What a hub refused, as the end of a command. */
export function refused(hub: Cluster, message: string): CommandFailure {
  return new CommandFailure(exit.environment, `${hub.address}: ${message}`);
}
