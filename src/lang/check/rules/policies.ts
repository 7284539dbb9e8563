import type { BlockSymbol } from '../../bind/program.ts';
import { blocksOf, type Checked, type CheckedProgram, isOf } from '../checked.ts';
import { blockOf, listOf, textOf } from '../known.ts';

export type Policy = Checked<'policy'>;
export type PolicySet = Checked<'policyset'>;
/** A template with keys of its own. */
export type Engine = Checked<'config' | 'operator' | 'certificate'>;

const complianceTypes: ReadonlySet<string> = new Set(['musthave', 'mustonlyhave', 'mustnothave']);

/** Whether a block is a `musthave` or its kin. */
export function isObjectTemplate({ construct }: Checked): boolean {
  return complianceTypes.has(construct);
}

/** The templates of a policy that upstream's own engines look at. */
export function enginesOf({ children }: Policy): readonly Engine[] {
  return children.filter(
    (child): child is Engine =>
      isOf(child, 'config') || isOf(child, 'operator') || isOf(child, 'certificate'),
  );
}

/** Object templates with the block they stand in: the policy, or one of its configs. */
export function objectTemplatesOf(
  policy: Policy,
): readonly { readonly object: Checked; readonly within: Checked }[] {
  const blocks: readonly Checked[] = [policy, ...blocksOf(policy.children, 'config')];
  return blocks.flatMap((within) =>
    within.children.filter(isObjectTemplate).map((object) => ({ object, within })),
  );
}

/** Whether violations of a template are mended somewhere (Rule 42): what an imported one says counts without the policy's. */
export function isEnforced(policy: Policy, within: Checked): boolean {
  const mode = textOf(policy.values.mode);
  if (mode === 'enforce' || placementsOf(policy.values.enforce).length > 0) return true;
  return mode === undefined && isOf(within, 'config') && textOf(within.values.mode) === 'enforce';
}

/** The placements a key refers to. */
export function placementsOf(typed: Policy['values']['on']): readonly BlockSymbol[] {
  return (listOf(typed) ?? []).flatMap((value) => blockOf(value) ?? []);
}

/** The sets that place their members, of the root module. */
export function placedSets({ blocks }: CheckedProgram): readonly PolicySet[] {
  return blocksOf(blocks, 'policyset').filter((set) => placementsOf(set.values.on).length > 0);
}

/** The policies that sets place, as their blocks. */
export function placedMembers(program: CheckedProgram): ReadonlySet<unknown> {
  const members = placedSets(program).flatMap(({ values }) => listOf(values.policies) ?? []);
  return new Set(members.map((value) => blockOf(value)?.block));
}

/** Whether a policy is a member of a set. */
export function isMember(set: PolicySet, policy: Policy): boolean {
  return (listOf(set.values.policies) ?? []).some(
    (value) => blockOf(value)?.block === policy.shaped,
  );
}

/** Every placement that puts a policy on clusters: its own, and those of its sets. */
export function whereaboutsOf(policy: Policy, program: CheckedProgram): readonly BlockSymbol[] {
  const sets = placedSets(program).filter((set) => isMember(set, policy));
  return [policy, ...sets].flatMap(({ values }) => placementsOf(values.on));
}
