import { addAccept } from './accept.ts';
import type { AddCommand } from './command.ts';
import { addCompletion } from './completion.ts';
import { addGet } from './get.ts';
import { addHub } from './hub.ts';
import { addUp } from './up.ts';

/** Every command, in the order help lists them. */
export const commands: readonly AddCommand[] = [addUp, addHub, addAccept, addGet, addCompletion];
