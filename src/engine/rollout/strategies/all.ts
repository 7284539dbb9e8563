import { type Phases, type Starts, toApply } from './phases.ts';

/** Every cluster at once. */
export function startAll({ standings }: Phases): Starts {
  return { ok: true, value: toApply([...standings.keys()], standings) };
}
