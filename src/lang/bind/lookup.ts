import type { Unit } from '../place.ts';
import { type Sort, sortHeads } from '../schema/types.ts';
import {
  type AliasSymbol,
  type BlockSymbol,
  blockKey,
  isVisible,
  type Module,
  type ModuleFile,
  type ValueSymbol,
} from './program.ts';

/** A value or alias a bare name means in a file (Rule 19, step 4). */
export function findValue(name: string, file: ModuleFile): ValueSymbol | AliasSymbol | null {
  const value = file.module.values.get(name);
  if (value !== undefined && isVisible(value, file)) return value;
  return file.aliases.get(name) ?? null;
}

/** Whether blocks of a sort are told apart by namespace. */
function isNamespaced(sort: Sort): boolean {
  return sort !== 'ClusterSet';
}

/** The block a name means as a reference to a sort: in the namespace first, then in the module's other ones (step 5). */
export function findBlock(
  name: string,
  sort: Sort,
  namespace: string,
  module: Module,
  from: Unit,
): BlockSymbol | null {
  const table = module.blocks.get(sortHeads[sort]);
  if (table === undefined) return null;
  const here = table.get(blockKey(isNamespaced(sort) ? namespace : '', name));
  if (here !== undefined) return isVisible(here, from) ? here : null;
  for (const symbol of table.values()) {
    if (symbol.name === name && isVisible(symbol, from)) return symbol;
  }
  return null;
}

/** All blocks of a sort in a module. */
export function blocksOf(sort: Sort, module: Module): readonly BlockSymbol[] {
  return [...(module.blocks.get(sortHeads[sort])?.values() ?? [])];
}

/** Names that a bare word could mean as a value, for suggestions. */
export function valueNames(file: ModuleFile): readonly string[] {
  const values = [...file.module.values.values()].filter((symbol) => isVisible(symbol, file));
  return [...values.map(({ name }) => name), ...file.aliases.keys()];
}
