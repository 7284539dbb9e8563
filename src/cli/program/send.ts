import type { Json } from '../../base/json.ts';
import { lower } from '../../ir/lower/lower.ts';
import { ownerLabels } from '../../ir/lower/owned.ts';
import type { IrProgram } from '../../ir/program.ts';
import { type ProgramObject, programKind } from '../../ir/program-object.ts';
import { conditionOf, type KubeObject, refKey, refOf } from '../../kube/object.ts';
import type { Cluster } from '../../runtime/client/cluster.ts';
import { CommandFailure, exit } from '../io.ts';
import { until, type WaitOptions } from '../local/wait.ts';
import { programObjects } from './objects.ts';

/** Field manager of what `ocm apply` writes. */
const fieldManager = 'ocm-apply';

export interface SendInput {
  readonly hub: Cluster;
  readonly program: IrProgram;
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly prune: boolean;
  readonly maxDelete: number;
  readonly dryRun: boolean;
}

/** Writes the parts of a program, then the Program itself; gives it back as the hub has it. */
export async function sendProgram(input: SendInput): Promise<ProgramObject> {
  const { hub, program, name, namespace, serviceAccount, dryRun } = input;
  const write = { fieldManager, force: true, dryRun };
  const all = programObjects(program, { name, namespace, serviceAccount });
  const [object, ...parts] = all.toReversed();
  for (const part of parts) {
    const answer = await hub.apply(part, write);
    if (!answer.ok) throw cannotWrite(hub, part, answer.message);
  }
  const asked = object as ProgramObject;
  const pruned = input.prune ? { prune: true, maxDelete: input.maxDelete } : {};
  const sent = { ...asked, spec: { ...asked.spec, ...pruned } } as ProgramObject;
  const answer = await hub.apply(sent, write);
  if (!answer.ok) throw cannotWrite(hub, sent, answer.message);
  return answer.value as ProgramObject;
}

/** Makes objects that belong to nobody the program's: what `--adopt` asks for. */
export async function adopt(
  { hub, program, name, namespace, dryRun }: SendInput,
  foreign: readonly KubeObject[],
): Promise<void> {
  const wanted = new Set(foreign.map((object) => refKey(refOf(object))));
  for (const { object, decl } of lower(program).objects) {
    if (!wanted.has(refKey(refOf(object)))) continue;
    const labels: Json = { ...ownerLabels({ namespace, name }, decl) };
    const answer = await hub.mergePatch(refOf(object), { metadata: { labels } }, { dryRun });
    if (!answer.ok) throw cannotWrite(hub, object, answer.message);
  }
}

/**
 * Waits until the hub has taken in this version of a Program, and pruned or refused to where that is asked for; what is
 * known when the time is over, undefined for nothing.
 */
export async function takenIn(
  hub: Cluster,
  program: ProgramObject,
  wait: WaitOptions,
): Promise<ProgramObject | undefined> {
  const { name, namespace = '', generation } = program.metadata;
  let last: ProgramObject | undefined;
  const settled = await until(async () => {
    const answer = await hub.get<ProgramObject>(programKind, namespace, name);
    if (!answer.ok) return undefined;
    const applied = known(answer.value, 'Applied', generation);
    if (applied === undefined) return undefined;
    last = answer.value;
    // We have just written the parts: a hub that misses one has not heard of it yet.
    if (applied.reason === 'PartMissing') return undefined;
    const prunes = applied.status === 'True' && last.spec?.prune === true;
    return prunes && known(last, 'Pruned', generation) === undefined ? undefined : last;
  }, wait);
  return settled ?? last;
}

/** What a Program says of a version of itself; undefined before it knows. */
function known({ status }: ProgramObject, type: string, generation: number | undefined) {
  const condition = conditionOf(status?.conditions, type);
  const isCurrent = condition?.observedGeneration === generation;
  return isCurrent && condition?.status !== 'Unknown' ? condition : undefined;
}

function cannotWrite(hub: Cluster, object: KubeObject, message: string): CommandFailure {
  const what = `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  return new CommandFailure(exit.environment, `${hub.address} refuses ${what}: ${message}`);
}
