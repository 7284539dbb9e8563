import { perCallLimit } from '../../ir/lower/predicate/cel-cost.ts';
import { compilePattern } from '../pattern/pattern.ts';
import type { Expr } from './ast.ts';
import { operators } from './ast.ts';
import type { Checked } from './check.ts';
import { check } from './check.ts';
import type { CompileFailure, Environment } from './environment.ts';
import type { Frame } from './frame.ts';
import { costExceeded, isSpent } from './frame.ts';
import { parse } from './parse.ts';
import { plan } from './plan.ts';
import { maxNesting } from './recovery.ts';
import type { CelProblem } from './source.ts';
import { displayProblems, locationOf, sourceOf } from './source.ts';
import type { CelType } from './types.ts';
import type { CelValue } from './value.ts';
import { typeNameOf } from './value.ts';
import { visit } from './visit.ts';

/** An expression ready to run. */
export interface CelProgram {
  readonly source: string;
  readonly type: CelType;
  readonly expr: Expr;
  /** What its nodes mean. */
  readonly checked: Checked;
  readonly run: (input: RunInput) => RunOutcome;
}

/** What one run of a program may look at and spend. */
export interface RunInput {
  readonly variables: ReadonlyMap<string, CelValue>;
  /** What functions of libraries ask, for example a `ScoreHost`. */
  readonly host?: unknown;
  /** In CEL's units; Kubernetes' limit per call where absent. */
  readonly costLimit?: number;
}

/** The value, an error among them, and what it cost. */
export interface RunOutcome {
  readonly value: CelValue;
  readonly cost: number;
}

/** Compiles an expression for an environment; failures are in cel-go's words. Never throws. */
export function compileCel(
  text: string,
  env: Environment,
): { readonly ok: true; readonly program: CelProgram } | CompileFailure {
  const source = sourceOf(text);
  try {
    return compileSource(source, text, env);
  } catch (fault) {
    // How much nesting fits on the stack depends on who calls; what does not is as much too deep as beyond the limit.
    if (!(fault instanceof RangeError)) throw fault;
    const message = `expression recursion limit exceeded: ${maxNesting}`;
    return failed(source, [{ at: null, message }]);
  }
}

function compileSource(
  source: ReturnType<typeof sourceOf>,
  text: string,
  env: Environment,
): { readonly ok: true; readonly program: CelProgram } | CompileFailure {
  const parsed = parse(source, env.macros);
  if (parsed.problems.length > 0) return failed(source, parsed.problems);
  const checked = check(parsed.expr, env);
  const placed = [...checked.problems];
  if (placed.length === 0) {
    visit(parsed.expr, (expr) => {
      for (const validate of env.validators) placed.push(...validate(expr, checked.typeOf));
    });
  }
  if (placed.length > 0) {
    const problems = placed.map(({ at, message }) => ({ at: locationOf(source, at), message }));
    return failed(source, problems);
  }
  const wrong = badQualifier(parsed.expr, checked) ?? badPattern(parsed.expr);
  if (wrong !== null) {
    return { ok: false, message: `instantiation failed: ${wrong}`, problems: [] };
  }
  const { run, slots } = plan(parsed.expr, checked);
  const program: CelProgram = {
    source: text,
    type: checked.type,
    expr: parsed.expr,
    checked,
    run: ({ variables, host = null, costLimit = perCallLimit }) => {
      const frame: Frame = { slots: new Array(slots), variables, host, cost: 0, costLimit };
      const value = run(frame);
      return { value: isSpent(frame) ? costExceeded : value, cost: frame.cost };
    },
  };
  return { ok: true, program };
}

function failed(
  source: ReturnType<typeof sourceOf>,
  problems: readonly CelProblem[],
): CompileFailure {
  const message = `compilation failed: ${displayProblems(source, problems)}`;
  return { ok: false, message, problems };
}

// An index that is written out must be one that can be looked for.
function badQualifier(root: Expr, { meanings }: Checked): string | null {
  let message: string | null = null;
  visit(root, (expr) => {
    if (expr.kind !== 'call') return;
    if (expr.name !== operators.index && expr.name !== operators.optIndex) return;
    const [, key] = expr.args;
    if (key === undefined) return;
    const type = meanings.get(key)?.is === 'type' ? '*types.Type' : badKeyType(key);
    if (type !== null) message ??= `invalid qualifier type: ${type}`;
  });
  return message;
}

function badKeyType(key: Expr): string | null {
  if (key.kind !== 'literal') return null;
  if (key.value === null) return 'types.Null';
  return typeNameOf(key.value) === 'bytes' ? 'types.Bytes' : null;
}

// Patterns that are written out are compiled with the expression (Kubernetes' regex library).
function badPattern(root: Expr): string | null {
  let message: string | null = null;
  visit(root, (expr) => {
    if (expr.kind !== 'call' || (expr.name !== 'find' && expr.name !== 'findAll')) return;
    const [pattern] = expr.args;
    if (message !== null || pattern?.kind !== 'literal' || typeof pattern.value !== 'string')
      return;
    const compiled = compilePattern(pattern.value);
    if (!compiled.ok) message = compiled.message;
  });
  return message;
}
