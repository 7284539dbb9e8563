import type { IrPlacement, IrPrioritizer } from '../../../ir/program.ts';
import { isDeep } from '../../inventory/expr-key.ts';
import { describe } from '../../predicate/describe.ts';
import type { Compat } from '../../predicate/scope.ts';
import { misconfigured, type ScheduleStatus } from '../status.ts';
import { addOn } from './add-on.ts';
import { balance } from './balance.ts';
import { expression } from './expression.ts';
import { preferNoSelect } from './prefer-no-select.ts';
import type { Prioritizer } from './prioritizer.ts';
import { resource } from './resource.ts';
import { scatter } from './scatter.ts';
import { steady } from './steady.ts';

/** A prioritizer and how much it counts. */
export interface Weighted {
  /** As upstream names it: `Steady`, `AddOn/resource/score`. */
  readonly name: string;
  readonly weight: number;
  readonly prioritizer: Prioritizer;
}
export type Weights =
  | { readonly ok: true; readonly weighted: readonly Weighted[] }
  | { readonly ok: false; readonly status: ScheduleStatus };

const builtIns: ReadonlyMap<string, Prioritizer> = new Map([
  ['Balance', balance],
  ['Steady', steady],
  ['ResourceAllocatableCPU', resource('cpu')],
  ['ResourceAllocatableMemory', resource('memory')],
]);
/** Those only we have; for upstream they are not there. */
const ours: ReadonlyMap<string, Prioritizer> = new Map([['Scatter', scatter]]);
const defaults = ['Balance', 'Steady'] as const;

/** The weights of a placement: defaults, overridden or extended, or exactly those written (ocm `schedule.go` getWeights). */
export function weightsOf(placement: IrPlacement, compat: Compat): Weights {
  if (placement.prioritizerPolicy === null) return usual[compat];
  const known = weights[compat].get(placement);
  if (known !== undefined) return known;
  const found = findWeights(placement, compat);
  weights[compat].set(placement, found);
  return found;
}

const weights: Readonly<Record<Compat, WeakMap<IrPlacement, Weights>>> = {
  native: new WeakMap(),
  upstream: new WeakMap(),
};

function findWeights(
  { prioritizerPolicy }: Pick<IrPlacement, 'prioritizerPolicy'>,
  compat: Compat,
): Weights {
  const mode = prioritizerPolicy?.mode ?? '';
  if (!['', 'Additive', 'Exact'].includes(mode)) {
    return refused(`incorrect prioritizer policy mode: ${mode}`);
  }
  const chosen = new Map<string, { readonly by: IrPrioritizer['by']; readonly weight: number }>();
  for (const name of mode === 'Exact' ? [] : defaults) {
    chosen.set(name, { by: { type: 'BuiltIn', name }, weight: 1 });
  }
  for (const [at, { by, weight }] of (prioritizerPolicy?.configurations ?? []).entries()) {
    const key = keyOf(by, compat, at);
    if (compat === 'native' && by.type === 'AddOn' && chosen.has(key)) {
      return refused(`${nameOf(by)} is listed twice`);
    }
    chosen.set(key, { by, weight });
  }
  return resolve(chosen.values(), compat);
}

// The same add-on score written twice counts twice upstream: its key holds a pointer.
function keyOf(by: IrPrioritizer['by'], compat: Compat, at: number): string {
  if (by.type === 'BuiltIn') return by.name;
  if (by.type === 'Expr') return `Expr ${at}`;
  return compat === 'upstream' ? `${nameOf(by)} ${at}` : nameOf(by);
}

function resolve(
  chosen: Iterable<{ readonly by: IrPrioritizer['by']; readonly weight: number }>,
  compat: Compat,
): Weights {
  const weighted: Weighted[] = [];
  for (const { by, weight } of chosen) {
    if (weight === 0) continue;
    const problem = problemOf(by, weight, compat);
    if (problem !== null) return refused(problem);
    const prioritizer = prioritizerOf(by, compat);
    if (prioritizer !== undefined) weighted.push({ name: nameOf(by), weight, prioritizer });
  }
  if (compat === 'native') {
    weighted.push({ name: 'PreferNoSelect', weight: 1, prioritizer: preferNoSelect });
  }
  return { ok: true, weighted };
}

function prioritizerOf(by: IrPrioritizer['by'], compat: Compat): Prioritizer | undefined {
  if (by.type === 'AddOn') return addOn(by.resource, by.score);
  return by.type === 'Expr' ? expression(by.expr) : builtIn(by.name, compat);
}

function builtIn(name: string, compat: Compat): Prioritizer | undefined {
  return builtIns.get(name) ?? (compat === 'native' ? ours.get(name) : undefined);
}

function problemOf(by: IrPrioritizer['by'], weight: number, compat: Compat): string | null {
  if (by.type === 'AddOn') {
    return by.resource === '' && by.score === '' ? 'addOn should not be empty' : null;
  }
  if (by.type === 'Expr') return isDeep(by.expr) ? 'a score is nested too deeply' : null;
  if (builtIn(by.name, compat) === undefined) return `incorrect builtin prioritizer: ${by.name}`;
  // The selection would flip with every pass, for ever.
  const flips = by.name === 'Steady' && weight < 0 && compat === 'native';
  return flips ? `the weight of Steady is negative: ${weight}` : null;
}

function nameOf(by: IrPrioritizer['by']): string {
  if (by.type === 'Expr') return describe(by.expr);
  return by.type === 'BuiltIn' ? by.name : `AddOn/${by.resource}/${by.score}`;
}

function refused(message: string): Weights {
  return { ok: false, status: misconfigured('', message) };
}

/** Of placements that say nothing of it. */
const usual: Readonly<Record<Compat, Weights>> = {
  native: findWeights({ prioritizerPolicy: null }, 'native'),
  upstream: findWeights({ prioritizerPolicy: null }, 'upstream'),
};
