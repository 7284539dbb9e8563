import type { IrProgram } from '../../ir/program.ts';
import { type ProgramObject, programKind } from '../../ir/program-object.ts';
import { connected } from '../connection.ts';
import { CommandFailure, exit, type Io } from '../io.ts';
import type { PlanOptions } from '../plan.ts';
import { inNamespace, programNamed } from '../program/leaving.ts';
import type { LoadedModule } from '../program/load.ts';
import { programOf } from '../program/plan.ts';
import { refused } from '../program/refused.ts';

/** What the hub holds under the name of a module; a program without declarations where it holds nothing. */
export async function programOnHub(
  module: LoadedModule & { readonly program: IrProgram },
  options: PlanOptions,
  io: Io,
): Promise<IrProgram> {
  const { namespace, program } = module;
  const name = options.name ?? module.name;
  const hub = await connected(options, io);
  try {
    const answer = await hub.get<ProgramObject>(programKind, namespace, name);
    if (!answer.ok && answer.status !== 404) throw refused(hub, answer.message);
    if (!answer.ok) return { ...program, decls: [] };
    const stored = await programOf(hub, answer.value);
    if (stored !== null) return inNamespace(stored, programNamed(namespace, name));
    const text = `the Program ${namespace}/${name} on the hub cannot be read: give --base`;
    throw new CommandFailure(exit.no, text);
  } finally {
    hub.close();
  }
}
