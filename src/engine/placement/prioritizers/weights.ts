import type { IrPlacement } from '../../../ir/program.ts';
import { misconfigured, type ScheduleStatus } from '../status.ts';

/** What scores clusters: a built-in one, or a score add-ons report. */
export type Scored =
  | { readonly type: 'BuiltIn'; readonly name: BuiltIn }
  | { readonly type: 'AddOn'; readonly resource: string; readonly score: string };
export const builtIns = [
  'Balance',
  'Steady',
  'ResourceAllocatableCPU',
  'ResourceAllocatableMemory',
] as const;
export type BuiltIn = (typeof builtIns)[number];
export interface Weighted {
  readonly by: Scored;
  readonly weight: number;
}
export type Weights =
  | { readonly ok: true; readonly weighted: readonly Weighted[] }
  | { readonly ok: false; readonly status: ScheduleStatus };

/** The weights of a placement: defaults, overridden or extended, or exactly those written (ocm `schedule.go` getWeights). */
export function weightsOf({ prioritizerPolicy }: IrPlacement): Weights {
  const mode: string = prioritizerPolicy?.mode ?? '';
  if (!['', 'Additive', 'Exact'].includes(mode)) {
    return refused(`incorrect prioritizer policy mode: ${mode}`);
  }
  const weights = new Map<string, { by: Scored | string; weight: number }>();
  if (mode !== 'Exact') {
    for (const name of ['Balance', 'Steady'] as const) {
      weights.set(name, { by: { type: 'BuiltIn', name }, weight: 1 });
    }
  }
  for (const [at, { by, weight }] of (prioritizerPolicy?.configurations ?? []).entries()) {
    // The same add-on score written twice counts twice: upstream's key holds a pointer.
    if (by.type === 'AddOn') {
      const scored = by.resource === '' || by.score === '' ? 'addOn should not be empty' : by;
      weights.set(`AddOn/${at}`, { by: scored, weight });
      continue;
    }
    const name = builtIns.find((known) => known === by.name);
    const scored =
      name === undefined ? `incorrect builtin prioritizer: ${by.name}` : { type: by.type, name };
    weights.set(by.name, { by: scored, weight });
  }
  const weighted: Weighted[] = [];
  for (const { by, weight } of weights.values()) {
    if (weight === 0) continue;
    if (typeof by === 'string') return refused(by);
    weighted.push({ by, weight });
  }
  return { ok: true, weighted };
}

/** The name upstream gives a prioritizer: `Steady`, `AddOn/resource/score`. */
export function nameOf(by: Scored): string {
  return by.type === 'BuiltIn' ? by.name : `AddOn/${by.resource}/${by.score}`;
}

function refused(message: string): Weights {
  return { ok: false, status: misconfigured('', message) };
}
