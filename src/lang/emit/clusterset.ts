import type { IrClusterSet } from '../../ir/program.ts';
import type { LabelSelector } from '../../kube/object.ts';
import type { Checked } from '../check/checked.ts';
import { labelSelector, toSelector } from '../check/selector.ts';
import { metaOf } from './meta.ts';

/** A cluster set; members that are not exclusive are a selector of labels (OCM3102 said what is none). */
export function emitClusterset(block: Checked<'clusterset'>): readonly IrClusterSet[] {
  return [{ kind: 'clusterset', ...metaOf(block), selector: selectorOf(block) }];
}

function selectorOf({ values: { members } }: Checked<'clusterset'>): LabelSelector | null {
  if (members === null || members.known) return null;
  const selected = toSelector(members.ir);
  return selected.ok ? labelSelector(selected.labels) : null;
}
