import type { Span } from '../../../base/span.ts';
import { usualBindingName } from '../../../ir/lower/policy-binding.ts';
import { problem } from '../../diagnostics.ts';
import { secondary } from '../../place.ts';
import { blocksOf, type Checked } from '../checked.ts';
import type { Session } from '../session.ts';
import { placementsOf } from './policies.ts';
import { keySpan, type ProgramRule, reportOn } from './rule.ts';

/** OCM2026 and OCM2006: `@binding` names a binding there is, and one name is of one placement only (Rule 43). */
export const bindings: ProgramRule = ({ blocks }, session) => {
  const first = new Map<string, Bound>();
  for (const block of [...blocksOf(blocks, 'policy'), ...blocksOf(blocks, 'policyset')]) {
    checkNotes(block, session);
    for (const bound of boundOf(block)) {
      const key = `${block.namespace}/${bound.name}`;
      const other = first.get(key);
      if (other === undefined) first.set(key, bound);
      else if (other.placement !== bound.placement || other.enforce !== bound.enforce) {
        const at = secondary(other.block.shaped.place, other.span, 'first declared here');
        const params = { sort: 'binding', name: bound.name };
        const advice = { secondary: [at] };
        reportOn(block, problem('OCM2006', bound.span, params, advice), session);
      }
    }
  }
};

type Bindable = Checked<'policy'> | Checked<'policyset'>;
interface Bound {
  readonly block: Bindable;
  readonly name: string;
  readonly placement: string;
  readonly enforce: boolean;
  readonly span: Span;
}

function checkNotes(block: Bindable, session: Session): void {
  const names = [...placementsOf(block.values.on), ...enforcing(block)].map(
    ({ objectName }) => objectName,
  );
  for (const { placement, span } of block.noted.bindings) {
    if (names.includes(placement.objectName)) continue;
    const params = { key: '@binding', other: `\`${placement.name}\`, which it is not placed on` };
    reportOn(block, problem('OCM2026', span, params), session);
  }
}

function enforcing(block: Bindable) {
  return 'enforce' in block.values ? placementsOf(block.values.enforce) : [];
}

function boundOf(block: Bindable): readonly Bound[] {
  const on = placementsOf(block.values.on).map(({ objectName }) => objectName);
  const subject = block.construct === 'policy' ? 'Policy' : 'PolicySet';
  const bound = (enforce: boolean) => (placement: string) => {
    const note = block.noted.bindings.find(
      (each) => each.placement.objectName === placement && on.includes(placement) === !enforce,
    );
    const usual = usualBindingName(block.name, subject, { placement, enforce });
    const span = note?.span ?? keySpan(block, enforce ? 'enforce' : 'on');
    return { block, name: note?.name ?? usual, placement, enforce, span };
  };
  return [
    ...on.map(bound(false)),
    ...enforcing(block).map(({ objectName }) => bound(true)(objectName)),
  ];
}
