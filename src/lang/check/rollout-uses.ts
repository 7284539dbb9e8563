import type { BlockSymbol } from '../bind/program.ts';
import type { Value } from '../fold/value.ts';
import { type Around, blocksOf, type Checked, type CheckedProgram, isOf } from './checked.ts';
import { blockOf, knownValue, listOf, placedEntry } from './known.ts';
import { type RolloutKeys, rolloutKeys } from './rollout-value.ts';

/** A rollout over the clusters of a placement. */
export interface RolloutUse {
  /** The app or `install`, and the key that names the rollout. */
  readonly block: Checked;
  readonly key: string;
  readonly keys: RolloutKeys;
  readonly value: Value;
  readonly placement: Checked<'placement'>;
  readonly symbol: BlockSymbol;
}

/** Every rollout of a program, with what it is over. */
export function rolloutUses(program: CheckedProgram): readonly RolloutUse[] {
  return program.blocks.flatMap((block) =>
    isOf(block, 'app') || isOf(block, 'addon') ? rolloutsOf(block, program) : [],
  );
}

/** The rollouts of an app or an add-on. */
export function rolloutsOf(block: Checked<'app' | 'addon'>, around: Around): readonly RolloutUse[] {
  return isOf(block, 'app') ? rolloutsOfApp(block, around) : rolloutsOfAddOn(block, around);
}

function rolloutsOfApp(app: Checked<'app'>, around: Around): readonly RolloutUse[] {
  const usual = knownValue(app.values.rollout);
  return (listOf(app.values.on) ?? []).flatMap((value) => {
    const entry = placedEntry(value);
    if (entry === undefined) return [];
    const { rollout, placement } = entry;
    const key = rollout === undefined ? 'rollout' : 'on';
    return use({ block: app, key, value: rollout ?? usual, symbol: placement }, around);
  });
}

function rolloutsOfAddOn({ children }: Checked, around: Around): readonly RolloutUse[] {
  return blocksOf(children, 'install').flatMap((install) => {
    const value = knownValue(install.values.rollout);
    const symbol = blockOf(install.reference ?? undefined);
    return use({ block: install, key: 'rollout', value, symbol }, around);
  });
}

interface Named extends Pick<RolloutUse, 'block' | 'key'> {
  readonly value: Value | undefined;
  readonly symbol: BlockSymbol | undefined;
}

function use({ block, key, value, symbol }: Named, around: Around): readonly RolloutUse[] {
  const keys = rolloutKeys(value, around);
  if (keys === null || value === undefined || symbol === undefined) return [];
  const placement = around.blockOf(symbol);
  if (placement === null || !isOf(placement, 'placement')) return [];
  return [{ block, key, keys, value, placement, symbol }];
}
