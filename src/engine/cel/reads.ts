import { type Call, type Expr, operators } from './ast.ts';
import { partsOf } from './visit.ts';

/** What an expression over `managedCluster` may look at. */
export interface CelReads {
  /** Paths in the ManagedCluster; the empty path is all of it. */
  readonly paths: readonly (readonly string[])[];
  /** Names of AddOnPlacementScores; null stands for any. */
  readonly scores: readonly (string | null)[];
}

/** Paths and scores an expression reads: never less than it does, sometimes more. */
export function readsOfCel(expr: Expr): CelReads {
  const paths: (readonly string[])[] = [];
  const scores: (string | null)[] = [];
  const open: Expr[] = [expr];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.kind === 'call' && at.name === 'scores') {
      scores.push(textOf(at.args[0]));
      // Whose scores these are is the cluster itself, unless it is computed.
      open.push(...(isCluster(at.target) ? at.args : partsOf(at)));
      continue;
    }
    const path = pathOf(at, open);
    if (path === null) open.push(...partsOf(at));
    else paths.push(path);
  }
  return { paths, scores };
}

// null where it is no path from the cluster; what stands in its brackets is still to be looked at.
function pathOf(expr: Expr, open: Expr[]): readonly string[] | null {
  if (isCluster(expr)) return [];
  if (expr.kind === 'select') {
    const path = pathOf(expr.operand, open);
    return path === null ? null : [...path, expr.field];
  }
  if (expr.kind !== 'call' || !isStep(expr)) return null;
  const [of, step] = expr.args;
  const path = of === undefined ? null : pathOf(of, open);
  if (path === null) return null;
  const name = textOf(step);
  if (name !== null) return [...path, name];
  if (step !== undefined) open.push(step);
  return path;
}

const steps: ReadonlySet<string> = new Set([
  operators.index,
  operators.optIndex,
  operators.optSelect,
]);

function isStep({ name, target }: Call): boolean {
  return target === null && steps.has(name);
}

function isCluster(expr: Expr | null): boolean {
  return expr?.kind === 'ident' && expr.name === 'managedCluster';
}

function textOf(expr: Expr | undefined): string | null {
  return expr?.kind === 'literal' && typeof expr.value === 'string' ? expr.value : null;
}
