import { addAccept } from './accept.ts';
import { addAgent } from './agent.ts';
import { addApply } from './apply.ts';
import { addCheck } from './check.ts';
import type { AddCommand } from './command.ts';
import { addCompile } from './compile.ts';
import { addCompletion } from './completion.ts';
import { addDemo } from './demo.ts';
import { addDocs } from './docs.ts';
import { addEval } from './eval.ts';
import { addExplain } from './explain.ts';
import { addFleet } from './fleet.ts';
import { addFmt } from './fmt.ts';
import { addGet } from './get.ts';
import { addHub } from './hub.ts';
import { addImport } from './import.ts';
import { addLsp } from './lsp.ts';
import { addNew } from './new.ts';
import { addPlan } from './plan.ts';
import { addServer } from './server.ts';
import { addSnapshot } from './snapshot.ts';
import { addTest } from './test.ts';
import { addUp } from './up.ts';
import { addVendor } from './vendor.ts';

/** Every command, in the order help lists them. */
export const commands: readonly AddCommand[] = [
  addNew,
  addCheck,
  addFmt,
  addImport,
  addFleet,
  addSnapshot,
  addDocs,
  addEval,
  addExplain,
  addPlan,
  addTest,
  addCompile,
  addVendor,
  addApply,
  addGet,
  addUp,
  addDemo,
  addHub,
  addAgent,
  addAccept,
  addServer,
  addLsp,
  addCompletion,
];
