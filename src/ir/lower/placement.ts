import {
  type DecisionGroup,
  type Placement,
  type PlacementSpec,
  type PrioritizerPolicy,
  placementKind,
  type ScoreCoordinate,
  type TaintEffect,
  type Toleration,
} from '../../kube/ocm/cluster.ts';
import type { IrExpr } from '../expr.ts';
import { guardAnnotations } from '../guard.ts';
import type { IrPlacement, IrPrioritizerPolicy, IrToleration, Origin } from '../program.ts';
import { type LoweredDecl, objectOf, type Remark, refOfDecl } from './lowered.ts';
import { lowerPredicates, lowerSelector, type Refusal } from './predicate/predicates.ts';

/** Upstream's own word for "somebody else decides" (api cluster/v1beta1 types_placement.go). */
export const schedulingDisabled =
  'cluster.open-cluster-management.io/experimental-scheduling-disable';

/**
 * A Placement that selects exactly what the declaration does, or a refusal that names the condition upstream cannot
 * express. `via: engine` is not refused: upstream's scheduler leaves such a Placement alone.
 */
export function lowerPlacement(decl: IrPlacement): LoweredDecl {
  const byEngine = decl.via === 'engine';
  const remark = remarker(decl);
  const predicates = lowerPredicates(decl.where);
  const groups = decl.groups.map((group) => ({ group, selector: lowerSelector(group.where) }));
  const refused = [
    ...(predicates.ok ? [] : [remark('OCM3001', predicates.refusal)]),
    ...groups.flatMap(({ selector }) => (selector.ok ? [] : [remark('OCM3102', selector.refusal)])),
    ...(decl.prioritizerPolicy?.configurations ?? []).flatMap(({ by }) =>
      by.type === 'Expr' ? [remark('OCM3001', { what: 'a computed score', origin: null })] : [],
    ),
  ];
  if (refused.length > 0 && !byEngine) return { objects: [], refused, remarks: [] };
  const decisionGroups = groups.flatMap(({ group, selector }): DecisionGroup[] =>
    selector.ok ? [{ groupName: group.name, groupClusterSelector: clusterSelector(selector) }] : [],
  );
  const remarks = [
    ...groups.flatMap(({ selector }) =>
      selector.ok
        ? selector.widened.map(({ attribute: what, origin }) => remark('OCM3015', { what, origin }))
        : [],
    ),
    ...(byEngine ? [] : unreadKeys(decl)).map((what) => remark('OCM3007', { what, origin: null })),
    ...(byEngine ? [] : scoreRemarks(decl.where, remark)),
  ];
  const spec: PlacementSpec = {
    ...(decl.clusterSets.length > 0 ? { clusterSets: decl.clusterSets } : {}),
    ...(decl.numberOfClusters === null ? {} : { numberOfClusters: decl.numberOfClusters }),
    ...(decl.sortBy === null ? {} : { sortBy: decl.sortBy }),
    ...(predicates.ok && predicates.predicates.length > 0
      ? { predicates: predicates.predicates }
      : {}),
    ...(decl.prioritizerPolicy === null
      ? {}
      : { prioritizerPolicy: policyOf(decl.prioritizerPolicy) }),
    ...(decl.tolerations.length > 0 ? { tolerations: decl.tolerations.map(tolerationOf) } : {}),
    ...(decl.spread === undefined || decl.spread.length === 0
      ? {}
      : { spreadPolicy: { spreadConstraints: decl.spread } }),
    ...(decl.rescore === undefined ? {} : { scoreRateLimit: decl.rescore }),
    ...groupStrategy(decl, decisionGroups),
  };
  const annotations = {
    ...(byEngine ? { [schedulingDisabled]: 'true' } : {}),
    ...guardAnnotations(decl),
  };
  return {
    objects: [objectOf<Placement>(placementKind, decl, { spec }, annotations)],
    refused: [],
    remarks,
  };
}

/** Keys that become fields and annotations which no controller of upstream's reads. */
function unreadKeys({ sortBy, spread, rescore, guard }: IrPlacement): readonly string[] {
  return [
    ...(sortBy === 'Score' ? ['order'] : []),
    ...(spread !== undefined && spread.length > 0 ? ['spread'] : []),
    ...(rescore === undefined ? [] : ['rescore']),
    ...(guard === undefined ? [] : ['guard']),
  ];
}

function clusterSelector({
  label,
  claim,
}: Extract<ReturnType<typeof lowerSelector>, { ok: true }>) {
  return {
    ...(label === null ? {} : { labelSelector: label }),
    ...(claim === null ? {} : { claimSelector: claim }),
  };
}

function groupStrategy(
  { clustersPerDecisionGroup }: IrPlacement,
  decisionGroups: readonly DecisionGroup[],
): Pick<PlacementSpec, 'decisionStrategy'> {
  const strategy = {
    ...(clustersPerDecisionGroup === null ? {} : { clustersPerDecisionGroup }),
    ...(decisionGroups.length > 0 ? { decisionGroups } : {}),
  };
  if (Object.keys(strategy).length === 0) return {};
  return { decisionStrategy: { groupStrategy: strategy } };
}

// A score that only our engine computes is in the program alone.
function policyOf({ mode, configurations }: IrPrioritizerPolicy): PrioritizerPolicy {
  const written = configurations.flatMap(({ by, weight }) => {
    if (by.type === 'Expr') return [];
    const scoreCoordinate: ScoreCoordinate =
      by.type === 'BuiltIn'
        ? { type: by.type, builtIn: by.name }
        : { type: by.type, addOn: { resourceName: by.resource, scoreName: by.score } };
    return [{ scoreCoordinate, weight }];
  });
  return {
    ...(mode === null ? {} : { mode }),
    ...(written.length > 0 ? { configurations: written } : {}),
  };
}

function tolerationOf({ effect, ...toleration }: IrToleration): Toleration {
  return { ...toleration, ...(effect === undefined ? {} : { effect: effect as TaintEffect }) };
}

function remarker(decl: IrPlacement) {
  return (code: Remark['code'], { what, origin }: Refusal): Remark => ({
    code,
    decl: refOfDecl(decl),
    origin: origin ?? decl.origin,
    params: { what },
  });
}

function scoreRemarks(
  where: IrExpr,
  remark: (code: Remark['code'], refusal: Refusal) => Remark,
): readonly Remark[] {
  const origins: (Origin | null)[] = [];
  const open: unknown[] = [where];
  for (let of = open.pop(); of !== undefined; of = open.pop()) {
    if (typeof of !== 'object' || of === null) continue;
    if (isScore(of)) origins.push(of.origin ?? null);
    open.push(...Object.values(of));
  }
  return origins.map((origin) => remark('OCM3012', { what: 'score', origin }));
}

function isScore(value: object): value is { readonly origin?: Origin } {
  const { op, source } = value as { op?: unknown; source?: { from?: unknown } };
  return op === 'attribute' && source?.from === 'score';
}
