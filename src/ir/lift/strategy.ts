import { type Json, jsonEqual } from '../../base/json.ts';
import { lowerRolloutStrategy } from '../lower/rollout.ts';
import type { IrRolloutStrategy } from '../program.ts';
import { liftRolloutStrategy } from './rollout.ts';

/** A RolloutStrategy as a declaration holds it; null where there is none, or one that says what the IR cannot. */
export function liftStrategy(of: Json | undefined): IrRolloutStrategy | null {
  if (of === undefined) return null;
  const lifted = liftRolloutStrategy(of);
  const { type } = lifted;
  if (type !== 'All' && type !== 'Progressive' && type !== 'ProgressivePerGroup') return null;
  const strategy: IrRolloutStrategy = { ...lifted, type };
  return jsonEqual(lowerRolloutStrategy(strategy) as Json, of) ? strategy : null;
}
