import { instant } from '../../base/instant.ts';
import { compareText } from '../../base/json.ts';
import type { Inventory } from '../../engine/inventory/inventory.ts';
import { type ExplainInput, type Explanation, explain } from '../../engine/placement/explain.ts';
import type { Reason } from '../../engine/placement/reason.ts';
import { reasonsOf } from '../../engine/placement/reasons.ts';
import { type ScheduleOutcome, schedule } from '../../engine/placement/schedule.ts';
import { type Standing, standingOf } from '../../engine/placement/standing.ts';
import { wholePlacement, writtenPlacement } from '../../ir/lift/whole-placement.ts';
import { lower } from '../../ir/lower/lower.ts';
import type { IrFile, IrPlacement, IrProgram } from '../../ir/program.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { ManagedClusterSet, ManagedClusterSetBinding } from '../../kube/ocm/cluster.ts';
import { standardSets } from '../../kube/ocm/standard-sets.ts';
import { inventoryOf, type Recorded } from '../inventory.ts';

/** Placements with all that decides them, from a module or from upstream YAML. */
export interface Question {
  readonly placements: readonly IrPlacement[];
  readonly inventory: Inventory;
  /** Sets by the namespace that is bound to them. */
  readonly bound: ReadonlyMap<string, ReadonlySet<string>>;
  /** What is decided already, as the inventory says. */
  readonly standing: (placement: IrPlacement) => Standing;
  readonly compat: 'native' | 'upstream';
  /** What origins point into; empty for upstream objects. */
  readonly files: readonly IrFile[];
}

/** The placements of a module, over a recorded fleet. */
export function questionOf(
  program: IrProgram,
  recorded: Recorded,
  compat: Question['compat'] = 'native',
): Question {
  const objects = lower(program).objects.map(({ object }) => object);
  const placements = program.decls.filter((decl) => decl.kind === 'placement').map(wholePlacement);
  return { ...surroundings(objects, recorded), placements, compat, files: program.files };
}

/** The Placements among upstream objects, over a recorded fleet. */
export function questionOfObjects(
  objects: readonly KubeObject[],
  recorded: Recorded,
  compat: Question['compat'] = 'native',
): Question {
  const placements = objects.filter(({ kind }) => kind === 'Placement').map(writtenPlacement);
  return { ...surroundings(objects, recorded), placements, compat, files: [] };
}

/** One placement decided, on what the inventory says is decided already. */
export function decide(question: Question, placement: IrPlacement): ScheduleOutcome {
  return schedule(inputOf(question, placement));
}

/** Why it is decided so, for people. */
export function whyDecided(question: Question, placement: IrPlacement): readonly Reason[] {
  return reasonsOf(inputOf(question, placement));
}

/** One placement decided, with every step; of one cluster where it is named. */
export function decideWithReasons(
  question: Question,
  placement: IrPlacement,
  cluster?: string,
): Explanation {
  return explain({ ...inputOf(question, placement), ...(cluster !== undefined && { cluster }) });
}

function inputOf(
  { inventory, bound, standing, compat }: Question,
  placement: IrPlacement,
): ExplainInput {
  return {
    placement,
    inventory,
    boundSets: [...(bound.get(placement.namespace) ?? [])].sort(compareText),
    ...standing(placement),
    now: instant(Date.now()),
    compat,
  };
}

function surroundings(objects: readonly KubeObject[], recorded: Recorded) {
  const declared = objects.filter(({ kind }) => kind === 'ManagedClusterSet');
  const sets = new Map<string, ManagedClusterSet>();
  for (const set of [...standardSets, ...recorded.sets, ...(declared as ManagedClusterSet[])]) {
    sets.set(set.metadata.name, set);
  }
  const bindings = [
    ...recorded.bindings,
    ...objects.filter(({ kind }) => kind === 'ManagedClusterSetBinding'),
  ] as readonly ManagedClusterSetBinding[];
  const bound = new Map<string, Set<string>>();
  for (const { metadata } of bindings) {
    if (!sets.has(metadata.name)) continue;
    const namespace = metadata.namespace ?? '';
    bound.set(namespace, (bound.get(namespace) ?? new Set()).add(metadata.name));
  }
  const standing = standingOf(recorded.decisions);
  return { inventory: inventoryOf(recorded, [...sets.values()]), bound, standing };
}
