import { instant } from '../../base/instant.ts';
import { fromObjects } from '../../engine/inventory/objects.ts';
import { groupsOf } from '../../engine/placement/groups.ts';
import type { PipelineInput } from '../../engine/placement/input.ts';
import { filters } from '../../engine/placement/pipeline.ts';
import { weightsOf } from '../../engine/placement/prioritizers/weights.ts';
import { liftPlacement } from '../../ir/lift/placement.ts';
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

/** What a placement says that no fleet could make possible: it is looked at over an empty one. */
function placementProblems(object: KubeObject): readonly string[] {
  const placement = liftPlacement(object);
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
  const statuses = [
    ...filters.map((filter) => filter.problem(input, false)),
    ...(weights.ok ? [] : [weights.status]),
    ...(groups.ok ? [] : [groups.status]),
  ];
  const count = placement.numberOfClusters;
  return [
    ...new Set(statuses.flatMap((status) => status?.message ?? [])),
    ...(count !== null && count < 0
      ? ["numberOfClusters is negative: it ends upstream's placement controller"]
      : []),
  ];
}
