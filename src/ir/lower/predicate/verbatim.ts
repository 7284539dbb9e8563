import type { LabelSelector } from '../../../kube/object.ts';
import type { ClusterPredicate } from '../../../kube/ocm/cluster.ts';
import type { IrExpr } from '../../expr.ts';

/**
 * The predicates an expression was lifted from: an `or` of `and`s of selectors and CEL as an upstream object holds them
 * (docs/adr/0003). Null where it was not; then it is lowered.
 */
export function verbatimPredicates(where: IrExpr): readonly ClusterPredicate[] | null {
  if (where.op !== 'or' || where.args.length === 0) return null;
  const predicates: ClusterPredicate[] = [];
  for (const part of where.args) {
    const predicate = part.op === 'and' ? verbatimPredicate(part.args) : null;
    if (predicate === null) return null;
    predicates.push(predicate);
  }
  return predicates;
}

/** The label and claim selector a group's condition was lifted from, or null. */
export function selectorsOf(
  where: IrExpr,
): { readonly label: LabelSelector | null; readonly claim: LabelSelector | null } | null {
  if (where.op !== 'and') return null;
  const predicate = verbatimPredicate(where.args)?.requiredClusterSelector;
  if (predicate === undefined || predicate.celSelector !== undefined) return null;
  return { label: predicate.labelSelector ?? null, claim: predicate.claimSelector ?? null };
}

// Labels, then claims, then CEL, each at most once: what one requiredClusterSelector has room for.
function verbatimPredicate(parts: readonly IrExpr[]): ClusterPredicate | null {
  const [label, claim] = ['label' as const, 'claim' as const].map((over) =>
    parts.filter((part) => part.op === 'selector' && part.over === over),
  );
  const cel = parts.filter((part) => part.op === 'cel');
  const counted = (label?.length ?? 0) + (claim?.length ?? 0) + cel.length;
  if (counted !== parts.length || (label?.length ?? 0) > 1 || (claim?.length ?? 0) > 1) return null;
  return {
    requiredClusterSelector: {
      ...selectorField('labelSelector', label?.[0]),
      ...selectorField('claimSelector', claim?.[0]),
      ...(cel.length > 0
        ? { celSelector: { celExpressions: cel.map(({ source }) => source) } }
        : {}),
    },
  };
}

function selectorField(field: 'labelSelector' | 'claimSelector', part: IrExpr | undefined) {
  return part?.op === 'selector' ? { [field]: part.selector } : {};
}
