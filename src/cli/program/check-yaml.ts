import { problemOf } from '../../engine/placement/filters/predicate.ts';
import { weightsOf } from '../../engine/placement/prioritizers/weights.ts';
import { liftPlacement } from '../../ir/lift/placement.ts';
import { type KubeObject, refOf } from '../../kube/object.ts';
import { applyDefaults } from '../../kube/schema/defaults.ts';
import { schemaOf } from '../../kube/schema/definitions.ts';
import { validate } from '../../kube/schema/validate.ts';
import { readObjects } from '../inventory.ts';
import { type ExitCode, exit, type Io } from '../io.ts';
import { printable } from '../terminal/escape.ts';

interface Finding {
  readonly object: string;
  readonly message: string;
}

/** Checks upstream objects as an API server and upstream's controllers would: schemas, selectors, CEL, prioritizers. */
export function checkYaml(
  files: readonly string[],
  options: { readonly output: 'text' | 'json' },
  io: Io,
): ExitCode {
  const objects = files.flatMap((file) => readObjects(file, io));
  const findings = objects.flatMap((object) =>
    problemsOf(object).map(
      (message): Finding => ({ object: `${object.kind} ${object.metadata.name}`, message }),
    ),
  );
  if (options.output === 'json') io.out(`${JSON.stringify(findings, null, 2)}\n`);
  else {
    for (const { object, message } of findings) io.out(printable(`error: ${object}: ${message}\n`));
    io.err(`${objects.length} objects, ${findings.length} problems\n`);
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

function placementProblems(object: KubeObject): readonly string[] {
  const placement = liftPlacement(object);
  const selectors = [placement.where, ...placement.groups.map(({ where }) => where)];
  const predicates = selectors.flatMap((where) => problemOf(where, 'upstream') ?? []);
  const weights = weightsOf(placement, 'upstream');
  const count = placement.numberOfClusters;
  return [
    ...predicates,
    ...(weights.ok ? [] : [weights.status.message]),
    ...(count !== null && count < 0
      ? ["numberOfClusters is negative: it ends upstream's placement controller"]
      : []),
  ];
}
