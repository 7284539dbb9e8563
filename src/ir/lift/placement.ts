import type { Json, JsonObject } from '../../base/json.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { IrExpr } from '../expr.ts';
import { guardOf, withoutGuard } from '../guard.ts';
import { schedulingDisabled } from '../lower/placement.ts';
import type {
  IrDecisionGroup,
  IrPlacement,
  IrPrioritizer,
  IrPrioritizerPolicy,
  IrSpread,
  IrToleration,
} from '../program.ts';
import {
  integerAt,
  labelled,
  listAt,
  nodeOf,
  objectAt,
  objectsAt,
  selectorAt,
  textAt,
  textsAt,
  wordAt,
} from './read.ts';

const anyCluster: IrExpr = { op: 'const', type: 'bool', value: true };

/**
 * A Placement as IR: selectors and CEL verbatim (docs/adr/0003), what the IR has no place for left out. `lift` keeps
 * that in `raw`; the engine has no use for it.
 */
export function liftPlacement(object: KubeObject): IrPlacement {
  const spec = objectAt(object.spec);
  const strategy = objectAt(objectAt(spec['decisionStrategy'])['groupStrategy']);
  const size = strategy['clustersPerDecisionGroup'];
  const lifted: IrPlacement = {
    kind: 'placement',
    ...nodeOf(object),
    clusterSets: textsAt(spec['clusterSets']),
    where: liftPredicates(spec['predicates']),
    numberOfClusters: integerAt(spec['numberOfClusters']),
    prioritizerPolicy: policyOf(spec['prioritizerPolicy']),
    sortBy: wordAt(spec['sortBy'], ['ClusterName', 'Score']),
    tolerations: objectsAt(spec['tolerations'], tolerationOf),
    groups: objectsAt(strategy['decisionGroups'], groupOf),
    clustersPerDecisionGroup: integerAt(size) ?? textAt(size),
    via: null,
  };
  const { labels, annotations } = object.metadata;
  const { spreadPolicy, scoreRateLimit } = spec;
  const rare = labels ?? annotations ?? spreadPolicy ?? scoreRateLimit;
  return rare === undefined ? lifted : { ...lifted, ...rarelyThere(object, spec) };
}

/** Does a Placement say that somebody else than upstream's scheduler decides? */
export function isSchedulingDisabled({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[schedulingDisabled] === 'true';
}

// No predicates select every cluster; each predicate is an `and` of its selectors, as they are.
function liftPredicates(predicates: Json | undefined): IrExpr {
  const args = objectsAt(predicates, liftPredicate);
  return args.length === 0 ? anyCluster : { op: 'or', args };
}

function liftPredicate({ requiredClusterSelector }: JsonObject): IrExpr {
  return { op: 'and', args: selectorExprs(objectAt(requiredClusterSelector)) };
}

function selectorExprs(selector: JsonObject): readonly IrExpr[] {
  const label = selectorAt(selector['labelSelector']);
  const claim = selectorAt(selector['claimSelector']);
  const exprs: IrExpr[] = [];
  if (label !== null) exprs.push({ op: 'selector', over: 'label', selector: label });
  if (claim !== null) exprs.push({ op: 'selector', over: 'claim', selector: claim });
  for (const source of textsAt(objectAt(selector['celSelector'])['celExpressions'])) {
    exprs.push({ op: 'cel', source });
  }
  return exprs;
}

function rarelyThere(object: KubeObject, spec: JsonObject): Partial<IrPlacement> {
  const { annotations, ...labels } = labelled(object);
  const guarded = annotations === undefined ? {} : guardOf(annotations);
  const { spreadPolicy, scoreRateLimit } = spec;
  return {
    ...labels,
    ...(annotations === undefined ? {} : { annotations: withoutGuard(annotations, guarded) }),
    ...guarded,
    ...spreadOf(spreadPolicy),
    ...(typeof scoreRateLimit === 'string' ? { rescore: scoreRateLimit } : {}),
  };
}

function policyOf(value: Json | undefined): IrPrioritizerPolicy | null {
  if (value === undefined || value === null) return null;
  const { mode, configurations } = objectAt(value);
  return {
    mode: textAt(mode),
    configurations: objectsAt(configurations, prioritizerOf),
  };
}

// Without the API server's defaults an absent weight is Go's zero.
function prioritizerOf({ scoreCoordinate, weight }: JsonObject): IrPrioritizer {
  const { type, builtIn, addOn } = objectAt(scoreCoordinate);
  const { resourceName, scoreName } = objectAt(addOn);
  const by: IrPrioritizer['by'] =
    type === 'AddOn'
      ? { type, resource: textAt(resourceName) ?? '', score: textAt(scoreName) ?? '' }
      : { type: 'BuiltIn', name: textAt(builtIn) ?? '' };
  return { by, weight: integerAt(weight) ?? 0 };
}

function tolerationOf(of: JsonObject): IrToleration {
  const { key, operator, value, effect, tolerationSeconds } = of;
  return {
    ...(typeof key === 'string' ? { key } : {}),
    ...(typeof operator === 'string' ? { operator } : {}),
    ...(typeof value === 'string' ? { value } : {}),
    ...(typeof effect === 'string' ? { effect } : {}),
    ...(Number.isSafeInteger(tolerationSeconds)
      ? { tolerationSeconds: Number(tolerationSeconds) }
      : {}),
  };
}

// One that says what the IR cannot is kept in `raw` as a whole.
function spreadOf(of: Json | undefined): Pick<IrPlacement, 'spread'> {
  const spread = listAt(objectAt(of)['spreadConstraints'])
    .map(objectAt)
    .flatMap(({ topologyKey, topologyKeyType, maxSkew, whenUnsatisfiable }): IrSpread[] => {
      const type = wordAt(topologyKeyType, ['Label', 'Claim']);
      const skew = integerAt(maxSkew);
      const otherwise = wordAt(whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']);
      if (typeof topologyKey !== 'string' || type === null) return [];
      return [
        {
          topologyKey,
          topologyKeyType: type,
          ...(skew === null ? {} : { maxSkew: skew }),
          ...(otherwise === null ? {} : { whenUnsatisfiable: otherwise }),
        },
      ];
    });
  return spread.length === 0 ? {} : { spread };
}

function groupOf({ groupName, groupClusterSelector }: JsonObject): IrDecisionGroup {
  const where = selectorExprs(objectAt(groupClusterSelector)).filter(({ op }) => op === 'selector');
  return { name: textAt(groupName) ?? '', where: { op: 'and', args: where } };
}
