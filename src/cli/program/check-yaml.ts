import { instant } from '../../base/instant.ts';
import { fromObjects } from '../../engine/inventory/objects.ts';
import { placementFaults } from '../../engine/placement/faults.ts';
import { predicateFilter } from '../../engine/placement/filters/predicate.ts';
import { taintTolerationFilter } from '../../engine/placement/filters/taint-toleration.ts';
import { groupsOf } from '../../engine/placement/groups.ts';
import type { PipelineInput } from '../../engine/placement/input.ts';
import { weightsOf } from '../../engine/placement/prioritizers/weights.ts';
import type { PlacementFault } from '../../engine/placement/spec-problem.ts';
import type { ScheduleStatus } from '../../engine/placement/status.ts';
import { writtenPlacement } from '../../ir/lift/whole-placement.ts';
import type { IrPlacement } from '../../ir/program.ts';
import { type KubeObject, refOf } from '../../kube/object.ts';
import { applyDefaults } from '../../kube/schema/defaults.ts';
import { schemaOf } from '../../kube/schema/definitions.ts';
import { validate } from '../../kube/schema/validate.ts';
import { readObjects } from '../inventory.ts';
import { type ExitCode, exit, type Io } from '../io.ts';
import { count } from '../terminal/count.ts';
import { jsonText, printable } from '../terminal/escape.ts';

interface Finding {
  readonly file: string;
  readonly object: string;
  readonly message: string;
}

/** Checks upstream objects as an API server and upstream's controllers would: schemas, selectors, CEL, tolerations, prioritizers, groups. */
export function checkYaml(
  files: readonly string[],
  options: { readonly output: 'text' | 'json' },
  io: Io,
): ExitCode {
  const objects = files.flatMap((file) =>
    readObjects(file, io).map((object) => ({ file, object })),
  );
  const findings = objects.flatMap(({ file, object }) => {
    const named = { file, object: `${object.kind} ${object.metadata.name}` };
    return problemsOf(object).map((message): Finding => ({ ...named, message }));
  });
  if (options.output === 'json') io.out(jsonText(findings));
  else {
    for (const { file, object, message } of findings) {
      io.out(printable(`error: ${file}: ${object}: ${message}\n`));
    }
    io.err(`${count(objects.length, 'object')}, ${count(findings.length, 'problem')}\n`);
  }
  return findings.length > 0 ? exit.no : exit.ok;
}

function problemsOf(object: KubeObject): readonly string[] {
  const schema = schemaOf(refOf(object));
  const shape =
    schema === undefined
      ? []
      : validate(schema, applyDefaults(schema, object)).map(
          ({ field, message }) => `${field}: ${message}`,
        );
  return [...shape, ...(object.kind === 'Placement' ? placementProblems(object) : [])];
}

/** What no fleet could make possible: what ends or confuses upstream's controller, and what it would call misconfigured. */
function placementProblems(object: KubeObject): readonly string[] {
  const placement = writtenPlacement(object);
  const faults = placementFaults(placement);
  const isKnown = (field: string) => faults.some((fault) => fault.field.startsWith(field));
  const upstream = misconfigurations(placement).filter(({ field }) => !isKnown(field));
  return [...faults, ...upstream].map(({ field, message }) => `${field}: ${message}`);
}

/** What upstream's controller says: it is asked over an empty fleet. */
function misconfigurations(placement: IrPlacement): readonly PlacementFault[] {
  const input: PipelineInput = {
    placement,
    inventory: fromObjects({ clusters: [] }),
    boundSets: [],
    decided: [],
    othersDecided: new Map(),
    now: instant(0),
    compat: 'upstream',
  };
  const weights = weightsOf(placement, 'upstream');
  const groups = groupsOf([], input);
  const found: readonly (readonly [field: string, status: ScheduleStatus | null])[] = [
    ['spec.predicates', predicateFilter.problem(input, false)],
    ['spec.tolerations', taintTolerationFilter.problem(input, false)],
    ['spec.prioritizerPolicy', weights.ok ? null : weights.status],
    ['spec.decisionStrategy.groupStrategy', groups.ok ? null : groups.status],
  ];
  return found.flatMap(([field, status]) =>
    status === null ? [] : [{ field, message: status.message }],
  );
}
