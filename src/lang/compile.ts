import type { Json } from '../base/json.ts';
import type { IrProgram } from '../ir/program.ts';
import type { TestPlan } from '../ir/test-plan.ts';
import { declareValues } from './bind/declare.ts';
import { loadProgram } from './bind/load.ts';
import type { Program } from './bind/program.ts';
import type { CheckedProgram } from './check/checked.ts';
import { startSession } from './check/checker.ts';
import { checkProgram } from './check/program.ts';
import type { Session } from './check/session.ts';
import { checkTests } from './check/tests/tests.ts';
import { allows, startCollector } from './collect.ts';
import { type Diagnostic, severityOf } from './diagnostics.ts';
import { emitProgram } from './emit/emit.ts';
import { emitTests } from './emit/tests/tests.ts';
import type { SourceUnit } from './syntax/parse.ts';
import { emptyWorkspace, type SourceFile, type Workspace } from './workspace.ts';

/** What is compiled: the files of one module, and what is around them. */
export interface CompileInput {
  /** All `.ocm` files of the root module (Rule 13); uris are paths relative to the workspace root. */
  readonly files: readonly SourceFile[];
  /** For imports, `file(…)` and CRDs; without it there are none. */
  readonly workspace?: Workspace;
  /** Values of parameters by `name` or `alias.name`; texts are read as the type of the parameter (Rule 24). */
  readonly params?: Readonly<Record<string, Json>>;
  /** Namespace of files that name none (Rule 23). */
  readonly namespace?: string;
  /** Leaves the guards out of the Go templates of policies: shorter YAML, which means less (OCM3017). */
  readonly plainTemplates?: boolean;
  /** What was read before, by uri: unchanged declarations are not read again. Updated. */
  readonly cache?: Map<string, SourceUnit>;
}

/** Never throws on user text. `program` is null exactly when some diagnostic is an error. */
export interface Compilation {
  readonly program: IrProgram | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** A compilation with what an editor asks about: names, what refers to what, and types of expressions. */
export interface Analysis extends Compilation {
  readonly names: Program;
  readonly checked: CheckedProgram;
  readonly references: Session['references'];
  readonly types: Session['types'];
  /** The kind a declared name stands for, with the schema of its CRD. */
  readonly kindOf: Session['kindOf'];
  /** The tests of the module; null where some diagnostic is an error. */
  readonly tests: TestPlan | null;
  /** Whether some `@allow` takes out what is said later, of an inventory. */
  readonly isAllowed: (found: Diagnostic) => boolean;
}

/** Compiles a module to IR. Pure: everything it may read is in the input. */
export function compile(input: CompileInput): Compilation {
  const { program, diagnostics } = analyse(input);
  return { program, diagnostics };
}

/** Compiles a module and keeps what was found out about it. */
export function analyse(input: CompileInput): Analysis {
  const collector = startCollector();
  const workspace = input.workspace ?? emptyWorkspace;
  const names = loadProgram(
    {
      files: input.files,
      workspace,
      namespace: input.namespace ?? '',
      read: input.cache ?? new Map(),
    },
    collector,
  );
  declareValues(names, collector);
  const params = new Map(Object.entries(input.params ?? {}));
  const session = startSession({ program: names, workspace, params, reporter: collector });
  const { checked, allowances } = checkProgram(session);
  const plainTemplates = input.plainTemplates === true;
  const emitted = emitProgram(checked, session, { plainTemplates });
  const tests = checkTests(checked, session);
  const diagnostics = collector.finish(allowances);
  const isSound = diagnostics.every((diagnostic) => severityOf(diagnostic) !== 'error');
  const { references, types, kindOf } = session;
  return {
    program: isSound ? emitted : null,
    tests: isSound ? emitTests(tests, checked, session) : null,
    diagnostics,
    names,
    checked,
    references,
    types,
    kindOf,
    isAllowed: (found) => allowances.some((allowance) => allows(allowance, found)),
  };
}
