import type { IrExpr, IrSource } from '../../ir/expr.ts';
import { lowerSelector } from '../../ir/lower/predicate/predicates.ts';
import { isStandardSet, standardSetSelectors } from '../../kube/ocm/standard-sets.ts';
import { isReference, type Reference } from '../fold/value.ts';
import type { Shaped } from '../shape/decl.ts';
import type { Context, Local } from './context.ts';
import { blockOf } from './known.ts';
import { elaborateTruth } from './logic.ts';
import type { Session } from './session.ts';
import { irOf, isBroken, type Typed } from './typed.ts';

type Selector = Extract<IrSource, { readonly from: 'sets' }>['selector'];

/**
 * The right side of `prod in cluster.sets`, with how the set that is asked for chooses its members: upstream knows labels
 * only (§7). Anything else stays as it is.
 */
export function askedOf(set: Typed, sets: IrExpr, context: Context, session: Session): IrExpr {
  if (sets.op !== 'attribute' || sets.source.from !== 'sets' || context.ofMembers === true) {
    return sets;
  }
  const value = set.known ? set.value : undefined;
  if (value === undefined || !isReference(value) || value.refers !== 'ClusterSet') return sets;
  const selector = selectorOf(value, context, session);
  return selector === undefined ? sets : { ...sets, source: { from: 'sets', selector } };
}

/** `cluster.sets.contains(prod)` is `prod in cluster.sets`; null for any other list. */
export function askedToContain(
  [sets, set]: readonly Typed[],
  context: Context,
  session: Session,
): Extract<IrExpr, { readonly op: 'in' }> | null {
  if (sets === undefined || sets.known || set === undefined) return null;
  const right = askedOf(set, sets.ir, context, session);
  return right === sets.ir ? null : { op: 'in', left: irOf(set), right };
}

function selectorOf(set: Reference, context: Context, session: Session): Selector {
  const symbol = blockOf(set);
  if (symbol === undefined) return isStandardSet(set.name) ? standardOf(set.name) : undefined;
  const { members } = (symbol.block as Shaped<'clusterset'>).keys;
  if (members === null) return null;
  if (members.value.kind === 'name' && members.value.name.text === 'exclusive') return null;
  const inside: Context = {
    ...context,
    file: symbol.file,
    place: symbol.block.place,
    namespace: symbol.file.namespace,
    locals: symbol.variables as Local | null,
    present: null,
    cluster: true,
    cel: new Set(),
    usage: null,
    abstract: false,
    // Its mistakes are said where it stands; and what is in a set cannot be told by sets.
    call: context.call ?? { place: context.place, span: symbol.span, depth: 0 },
    ofMembers: true,
  };
  const typed = elaborateTruth(members.value, inside, session);
  const lowered = isBroken(typed) ? null : lowerSelector(irOf(typed));
  // What no set can be is an error there, and enough.
  return lowered?.ok === true ? (lowered.label ?? {}) : null;
}

function standardOf(name: keyof typeof standardSetSelectors): Selector {
  const selector = standardSetSelectors[name];
  return 'labelSelector' in selector ? selector.labelSelector : null;
}
