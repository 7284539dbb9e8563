import type { ProgramObject } from '../../ir/program-object.ts';
import { conditionOf, type KubeObject } from '../../kube/object.ts';
import { ownerKeyOf } from '../../runtime/hub/ownership.ts';
import { type ExitCode, exit, type Io } from '../io.ts';
import { count } from '../terminal/count.ts';
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
  const { program, name, namespace } = input;
  const plan = await planProgram(input);
  const missing = await missingRights({
    ...input,
    objects: plan.wanted,
    apps: program.decls.flatMap((decl) =>
      decl.kind === 'app' && decl.via === undefined ? [decl] : [],
    ),
  });
  if (missing.length > 0) {
    io.err(
      `the account ${namespace}/${input.serviceAccount} may not do all that this program needs\n`,
    );
    io.err(`grant it what it lacks:\n\n`);
    for (const line of grantLines(missing, input)) io.err(`  ${line}\n`);
    return exit.no;
  }
  if (!mayGoOn(plan, input, io)) return exit.no;
  if (input.adopt) await adopt(input, plan.foreign);
  const sent = await sendProgram(input);
  const what = input.dryRun ? 'would be applied' : 'applied';
  io.out(
    `program ${namespace}/${name} ${what}: ${count(program.decls.length, 'declaration')}, ${count(plan.wanted.length, 'object')}\n`,
  );
  if (input.dryRun || input.waitMillis === 0) return exit.ok;
  return wait(input, sent, io);
}

/** Says what became of a program that was sent. */
async function wait(input: ApplyInput, sent: ProgramObject, io: Io): Promise<ExitCode> {
  const options = { signal: io.signal, timeoutMillis: input.waitMillis };
  const taken = await takenIn(input.hub, sent, options);
  if (taken === undefined) {
    io.err('the hub has not taken it in yet: are its controllers running?\n');
    return exit.environment;
  }
  const applied = conditionOf(taken.status?.conditions, 'Applied');
  if (applied?.status !== 'True') {
    io.err(printable(`${applied?.reason}: ${applied?.message}\n`));
    for (const { kind, name: of, condition } of taken.status?.attention ?? []) {
      io.err(printable(`  ${kind} ${of}: ${condition.message}\n`));
    }
    return exit.no;
  }
  const pruned = conditionOf(taken.status?.conditions, 'Pruned');
  if (!input.prune || pruned?.status === 'True') return exit.ok;
  io.err(printable(`${pruned?.reason}: ${pruned?.message}\n`));
  return pruned?.status === 'False' ? exit.no : exit.environment;
}

/** Clusters named in one line. */
const mostNamed = 20;

/** Says what would be deleted or taken over; false where that was not asked for. */
function mayGoOn(plan: Plan, input: ApplyInput, io: Io): boolean {
  sayWhatGoes(plan, input, io);
  if (plan.losing.length > input.maxDelete) {
    io.err(
      printable(
        `refused: ${count(plan.losing.length, 'cluster')} would lose a workload, and --max-delete allows ${input.maxDelete}:\n` +
          `${plan.losing.map((cluster) => `  ${cluster}\n`).join('')}`,
      ),
    );
    return false;
  }
  if (plan.others.length > 0) {
    io.err('these objects belong to other programs:\n');
    for (const object of plan.others) {
      io.err(printable(`  ${titleOf(object)} of program ${ownerKeyOf(object) ?? ''}\n`));
    }
    return false;
  }
  if (plan.foreign.length > 0 && !input.adopt) {
    io.err('these objects are there and belong to no program:\n');
    for (const object of plan.foreign) io.err(printable(`  ${titleOf(object)}\n`));
    io.err('`--adopt` takes them over\n');
    return false;
  }
  return true;
}

function sayWhatGoes(plan: Plan, { prune }: ApplyInput, io: Io): void {
  const mark = paint(io.color.err)('yellow', '-');
  const verb = prune ? 'is deleted' : 'is no longer declared and stays (--prune deletes it)';
  for (const object of [...plan.undeclared, ...plan.undeclaredWorks]) {
    io.err(`${mark} ${printable(titleOf(object))} ${verb}\n`);
  }
  for (const { app, clusters } of plan.leaving) {
    const named = clusters.slice(0, mostNamed).join(', ');
    const more = clusters.length > mostNamed ? ` and ${clusters.length - mostNamed} more` : '';
    io.err(`${mark} ${printable(`app ${app} leaves ${named}${more}`)}\n`);
  }
}

function titleOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}
