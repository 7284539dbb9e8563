import { blocksOf } from '../bind/lookup.ts';
import type { BlockSymbol, Module } from '../bind/program.ts';
import type { LabelNode } from '../syntax/ast.ts';

/** The text of a label that is a plain name or a string without interpolation. */
export function plainLabel(label: LabelNode | null | undefined): string | null {
  if (label?.kind === 'path') {
    const [only, ...more] = label.words;
    return more.length === 0 ? (only?.text ?? null) : null;
  }
  if (label?.kind !== 'string') return null;
  const [only, ...more] = label.parts;
  return typeof only === 'string' && more.length === 0 ? only : null;
}

/** Names of the decision groups of a placement. */
export function groupsOfPlacement({ block }: BlockSymbol): readonly string[] {
  return block.children.flatMap((child) => {
    if (child.child !== 'block' || child.block.construct !== 'group') return [];
    const name = plainLabel(child.block.labels[0]);
    return name === null ? [] : [name];
  });
}

/** Whether a placement may have a group of that name: its groups are known by now unless their names are computed. */
export function mayHaveGroup(placement: BlockSymbol, name: string): boolean {
  return placement.block.children.some(
    (child) => child.child !== 'block' || [null, name].includes(plainLabel(child.block.labels[0])),
  );
}

/** Names of all decision groups of a module. */
export function groupNames(module: Module): readonly string[] {
  return [...new Set(blocksOf('Placement', module).flatMap(groupsOfPlacement))];
}

/** Whether some placement of a module has a group of that name. */
export function hasGroup({ name, module }: GroupQuestion): boolean {
  return blocksOf('Placement', module).some((each) => groupsOfPlacement(each).includes(name));
}

export interface GroupQuestion {
  readonly name: string;
  readonly module: Module;
}
