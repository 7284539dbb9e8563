import { conditionOf } from '../../kube/object.ts';
import { type ExitCode, exit, type Io } from '../io.ts';
import { printable } from '../terminal/escape.ts';
import { paint } from '../terminal/style.ts';
import { type Plan, planProgram } from './plan.ts';
import { grantLines, missingRights } from './rights.ts';
import { adopt, type SendInput, sendProgram, takenIn } from './send.ts';

export interface ApplyInput extends SendInput {
  readonly adopt: boolean;
  readonly waitMillis: number;
}

/** Sends a program when nothing stands in its way, and says what the hub made of it. */
export async function applyProgram(input: ApplyInput, io: Io): Promise<ExitCode> {
  const { hub, program, name, namespace } = input;
  const plan = await planProgram(input);
  const missing = await missingRights({
    ...input,
    objects: plan.wanted,
    appNamespaces: program.decls
      .filter((decl) => decl.kind === 'app' && decl.via === undefined)
      .map((app) => app.namespace || namespace),
  });
  if (missing.length > 0) {
    io.err(`the account ${namespace}/${input.serviceAccount} may not write all of this program\n`);
    io.err(`grant it what it lacks:\n\n`);
    for (const line of grantLines(missing, input)) io.err(`  ${line}\n`);
    return exit.no;
  }
  if (!mayGoOn(plan, input, io)) return exit.no;
  if (input.adopt) await adopt(input, plan.foreign);
  const sent = await sendProgram(input);
  const what = input.dryRun ? 'would be applied' : 'applied';
  io.out(
    `program ${namespace}/${name} ${what}: ${program.decls.length} declarations, ${plan.wanted.length} objects\n`,
  );
  if (input.dryRun || input.waitMillis === 0) return exit.ok;
  const taken = await takenIn(hub, sent, { signal: io.signal, timeoutMillis: input.waitMillis });
  if (taken === undefined) {
    io.err('the hub has not taken it in yet: are its controllers running?\n');
    return exit.environment;
  }
  const applied = conditionOf(taken.status?.conditions, 'Applied');
  if (applied?.status === 'True') return exit.ok;
  io.err(printable(`${applied?.reason}: ${applied?.message}\n`));
  for (const { kind, name: of, condition } of taken.status?.attention ?? []) {
    io.err(printable(`  ${kind} ${of}: ${condition.message}\n`));
  }
  return exit.no;
}

/** Says what would be deleted or taken over; false where that was not asked for. */
function mayGoOn(plan: Plan, input: ApplyInput, io: Io): boolean {
  const style = paint(io.color.err);
  const gone = [...plan.undeclared, ...plan.undeclaredWorks];
  const names = gone.map(
    ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
  );
  if (gone.length > 0) {
    const verb = input.prune
      ? 'is deleted'
      : 'is no longer declared and stays (--prune deletes it)';
    for (const of of names) io.err(printable(`${style('yellow', '-')} ${of} ${verb}\n`));
  }
  if (input.prune && plan.losing.length > input.maxDelete) {
    io.err(
      printable(
        `refused: ${plan.losing.length} clusters would lose a workload, and --max-delete allows ${input.maxDelete}:\n` +
          `${plan.losing.map((cluster) => `  ${cluster}\n`).join('')}`,
      ),
    );
    return false;
  }
  if (plan.foreign.length > 0 && !input.adopt) {
    io.err('these objects are there and belong to nobody or to another program:\n');
    for (const { kind, metadata } of plan.foreign) {
      io.err(printable(`  ${kind} ${metadata.namespace ?? ''}/${metadata.name}\n`));
    }
    io.err('`--adopt` takes them over\n');
    return false;
  }
  return true;
}
