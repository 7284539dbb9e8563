import { addAccept } from './accept.ts';
import { addAgent } from './agent.ts';
import { addApply } from './apply.ts';
import { addCheck } from './check.ts';
import type { AddCommand } from './command.ts';
import { addCompile } from './compile.ts';
import { addCompletion } from './completion.ts';
import { addDemo } from './demo.ts';
import { addEval } from './eval.ts';
import { addExplain } from './explain.ts';
import { addFleet } from './fleet.ts';
import { addFmt } from './fmt.ts';
import { addGet } from './get.ts';
import { addHub } from './hub.ts';
import { addServer } from './server.ts';
import { addTest } from './test.ts';
import { addUp } from './up.ts';

/** Every command, in the order help lists them. */
export const commands: readonly AddCommand[] = [
  addCheck,
  addFmt,
  addFleet,
  addEval,
  addExplain,
  addTest,
  addCompile,
  addApply,
  addGet,
  addUp,
  addDemo,
  addHub,
  addAgent,
  addAccept,
  addServer,
  addCompletion,
];
