import type { BlockSymbol } from '../bind/program.ts';
import type { Value } from '../fold/value.ts';
import { blocksOf, type Checked, type CheckedProgram, isOf } from './checked.ts';
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
  const apps = blocksOf(program.blocks, 'app').flatMap((app) => {
    const usual = knownValue(app.values.rollout);
    return (listOf(app.values.on) ?? []).flatMap((value) => {
      const entry = placedEntry(value);
      if (entry === undefined) return [];
      const { rollout, placement } = entry;
      const key = rollout === undefined ? 'rollout' : 'on';
      return use({ block: app, key, value: rollout ?? usual, symbol: placement }, program);
    });
  });
  const addons = blocksOf(program.blocks, 'addon').flatMap((addon) =>
    blocksOf(addon.children, 'install').flatMap((install) => {
      const value = knownValue(install.values.rollout);
      const symbol = blockOf(install.reference ?? undefined);
      return use({ block: install, key: 'rollout', value, symbol }, program);
    }),
  );
  return [...apps, ...addons];
}

interface Named extends Pick<RolloutUse, 'block' | 'key'> {
  readonly value: Value | undefined;
  readonly symbol: BlockSymbol | undefined;
}

function use({ block, key, value, symbol }: Named, program: CheckedProgram): readonly RolloutUse[] {
  const keys = rolloutKeys(value, program);
  if (keys === null || value === undefined || symbol === undefined) return [];
  const placement = program.blockOf(symbol);
  if (placement === null || !isOf(placement, 'placement')) return [];
  return [{ block, key, keys, value, placement, symbol }];
}
