import { addAccept } from './accept.ts';
import { addAgent } from './agent.ts';
import { addApply } from './apply.ts';
import type { AddCommand } from './command.ts';
import { addCompletion } from './completion.ts';
import { addGet } from './get.ts';
import { addHub } from './hub.ts';
import { addServer } from './server.ts';
import { addUp } from './up.ts';

/** Every command, in the order help lists them. */
export const commands: readonly AddCommand[] = [
  addApply,
  addGet,
  addUp,
  addHub,
  addAccept,
  addAgent,
  addServer,
  addCompletion,
];
