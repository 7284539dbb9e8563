import type { IrExclusion, IrPolicySet } from '../../ir/program.ts';
import { blocksOf, type Checked } from '../check/checked.ts';
import { blockOf, knownValue, listOf, textOf } from '../check/known.ts';
import { metaOf } from './meta.ts';
import { bindingNamesOf, placementsOf } from './policy.ts';
import { textsOf } from './policy-values.ts';

/** A set of policies with what it leaves out (Rules 43, 44). */
export function emitPolicySet(block: Checked<'policyset'>): readonly IrPolicySet[] {
  const { values, children } = block;
  const exclusions = blocksOf(children, 'exclude').flatMap(exclusionOf);
  const names = bindingNamesOf(block);
  const set: IrPolicySet = {
    kind: 'policyset',
    ...metaOf(block),
    description: block.shaped.doc,
    policies: (listOf(values.policies) ?? []).flatMap((value) => blockOf(value)?.objectName ?? []),
    ...(exclusions.length === 0 ? {} : { exclusions }),
    on: placementsOf(values.on),
    ...(names.length === 0 ? {} : { bindingNames: names }),
  };
  return [set];
}

function exclusionOf({ values, reference }: Checked<'exclude'>): readonly IrExclusion[] {
  const policy = blockOf(reference ?? undefined);
  if (policy === undefined) return [];
  const reason = textOf(values.reason);
  return [
    {
      policy: policy.objectName,
      clusters: textsOf(knownValue(values.clusters)),
      ...(reason === undefined ? {} : { reason }),
    },
  ];
}
