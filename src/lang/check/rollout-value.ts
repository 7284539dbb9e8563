import type { BlockSymbol } from '../bind/program.ts';
import { isReference, type Value } from '../fold/value.ts';
import type { Around } from './checked.ts';
import { blockOf, fieldsOf, knownValue } from './known.ts';

/** What a rollout says, whether it is a block or stands inline: the value of a key, where it is written. */
export type RolloutKeys = (key: string) => Value | undefined;

/** The keys of a rollout a value means; null where it is none. */
export function rolloutKeys(value: Value | undefined, program: Around): RolloutKeys | null {
  if (value === undefined) return null;
  const symbol: BlockSymbol | undefined = isReference(value) ? blockOf(value) : undefined;
  if (symbol !== undefined) {
    const block = program.blockOf(symbol);
    if (block === null) return null;
    const values = block.values as Readonly<Record<string, Parameters<typeof knownValue>[0]>>;
    return (key) => knownValue(values[key]);
  }
  const fields = fieldsOf(value);
  return fields === undefined ? null : (key) => fields.get(key);
}
