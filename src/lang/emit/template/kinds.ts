import type { IrExpr, IrType } from '../../../ir/expr.ts';
import { claimOf, lookupOf, readOf } from '../../../ir/lookup.ts';
import { partsOf } from '../../../ir/operands.ts';
import type { Bound } from './draft.ts';
import type { TemplateStage } from './go.ts';

/** When an expression can be evaluated: the latest of its leaves (language.md §6). */
export type Stage = 'build' | TemplateStage;
const order = { build: 0, hub: 1, agent: 2 } as const;

/** The later of some stages. */
export function latest(stages: readonly Stage[]): Stage {
  let found: Stage = 'build';
  for (const stage of stages) if (order[stage] > order[found]) found = stage;
  return found;
}

/** The stage of an expression; variables that are not bound here belong to what binds them within it. */
export function stageOf(expr: IrExpr, bound: ReadonlyMap<string, Bound>): Stage {
  const own: Stage =
    expr.op === 'attribute'
      ? 'hub'
      : expr.op === 'variable'
        ? (bound.get(expr.name)?.stage ?? 'build')
        : claimOf(expr) !== null
          ? 'agent'
          : (lookupOf(expr)?.at ?? 'build');
  return latest([own, ...partsOf(expr).map((part) => stageOf(part, bound))]);
}

/** What is known of the type of an expression; `json` where nothing is. */
export function typeOf(expr: IrExpr): IrType {
  switch (expr.op) {
    case 'const':
    case 'attribute':
      return expr.type;
    case 'and':
    case 'or':
    case 'not':
    case 'compare':
    case 'in':
    case 'has':
      return 'bool';
    case 'format':
      return 'string';
    case 'negate':
      return typeOf(expr.arg);
    case 'arithmetic': {
      const left = typeOf(expr.left);
      return left === 'json' ? typeOf(expr.right) : left;
    }
    case 'coalesce':
    case 'if': {
      const [a, b] = expr.op === 'if' ? [expr.yes, expr.no] : [expr.left, expr.right];
      const first = typeOf(a);
      return first === typeOf(b) ? first : 'json';
    }
    case 'index':
    case 'member':
      return isTextMap(expr.of) ? 'string' : 'json';
    case 'call':
      return readOf(expr)?.as ?? resultTypes.get(expr.function) ?? 'json';
    default:
      return 'json';
  }
}

/** Whether an expression is the data of a ConfigMap or the labels of the cluster: a map of texts. */
export function isTextMap(expr: IrExpr): boolean {
  return expr.op === 'member' && expr.name === 'data' && lookupOf(expr.of)?.kind === 'ConfigMap';
}

const texts = ['string', 'json', 'yaml', 'lower', 'upper', 'trim', 'replace', 'join', 'base64'];
const bools = ['contains', 'startsWith', 'endsWith', 'matches', 'any', 'all'];
const resultTypes: ReadonlyMap<string, IrType> = new Map<string, IrType>([
  ...[...texts, 'unbase64', 'sha256', 'claim'].map((name): [string, IrType] => [name, 'string']),
  ...bools.map((name): [string, IrType] => [name, 'bool']),
  ...['int', 'size', 'major', 'minor', 'patch'].map((name): [string, IrType] => [name, 'int']),
  ['quantity', 'quantity'],
  ['duration', 'duration'],
  ['percent', 'percent'],
  ['version', 'version'],
  ['float', 'float'],
]);

/** Whether a list is one of whole objects: looked up, and perhaps filtered. */
export function isObjects(expr: IrExpr): boolean {
  const lookup = lookupOf(expr);
  if (lookup !== null) return lookup.name === null;
  const [of] = expr.op === 'call' && expr.function === 'filter' ? expr.args : [];
  return of !== undefined && isObjects(of);
}
