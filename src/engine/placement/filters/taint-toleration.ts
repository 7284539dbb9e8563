import type { Instant } from '../../../base/instant.ts';
import { instant, parseInstant } from '../../../base/instant.ts';
import type { IrToleration } from '../../../ir/program.ts';
import type { ClusterTaint } from '../../../kube/ocm/cluster.ts';
import { type Candidates, drop } from '../../inventory/candidates.ts';
import type { ClusterFacts } from '../../inventory/facts.ts';
import { taintsOf } from '../../inventory/facts.ts';
import type { ClusterSubset } from '../../inventory/inventory.ts';
import { clusterFacts } from '../../inventory/inventory.ts';
import {
  alikeIn,
  both,
  examples,
  except,
  keptFor,
  named,
  passing,
} from '../../inventory/subset.ts';
import type { Compat } from '../../predicate/scope.ts';
import type { PipelineInput } from '../input.ts';
import { countTexts, mostExamined, type ReasonText } from '../reason.ts';
import { misconfigured } from '../status.ts';
import type { Filter } from './filter.ts';

const plugin = 'TaintToleration';

/** Keeps clusters all of whose taints are tolerated (ocm `pkg/placement/plugins/tainttoleration`). */
export const taintTolerationFilter: Filter = {
  name: plugin,
  problem: ({ placement: { tolerations }, compat }, nothing) => {
    if (nothing && compat === 'upstream') return null;
    const problem = tolerationProblem(tolerations, compat);
    return problem === null ? null : misconfigured(plugin, problem);
  },
  test: (input) => {
    const why = whyNot(input);
    return (cluster) => why(cluster) === undefined;
  },
  narrow,
  whyDropped,
  why: (cluster, input) => {
    const taint = whyNot(input)(cluster);
    return taint === undefined ? null : textOf(taint);
  },
};

function narrow(candidates: Candidates, input: PipelineInput): void {
  const { always, ifNew } = refusedBy(input);
  drop(candidates, always);
  if (ifNew.size > 0) drop(candidates, except(ifNew, named(input.inventory, input.decided)));
}

/** Clusters of all the inventory with a taint that is not tolerated: the same for everybody who tolerates the same. */
interface Refused {
  /** Whoever looks. */
  readonly always: ClusterSubset;
  /** Where they are not decided yet; these too. */
  readonly ifNew: ClusterSubset;
}

/** What is refused by who tolerates nothing. */
const untolerant = { native: 'refused native []', upstream: 'refused upstream []' } as const;

function refusedBy(input: PipelineInput): Refused {
  const { placement, inventory, compat } = input;
  const refused = (decided: boolean) =>
    passing(inventory, { from: 'taints' }, (cluster) => {
      return untolerated(cluster, input, decided) !== undefined;
    });
  const find = (): Refused => {
    const always = refused(true);
    return { always, ifNew: except(refused(false), always) };
  };
  const { tolerations } = placement;
  if (tolerations.length === 0) return keptFor(inventory, untolerant[compat], find);
  if (tolerations.some(({ tolerationSeconds }) => tolerationSeconds !== undefined)) return find();
  return keptFor(inventory, `refused ${compat} ${JSON.stringify(tolerations)}`, find);
}

/** Kinds of taints whose clusters are all counted; of more, some clusters are examples for all. */
const mostKinds = 64;

function whyDropped(
  among: ClusterSubset,
  kept: ClusterSubset,
  input: PipelineInput,
): readonly ReasonText[] {
  const { inventory } = input;
  const why = whyNot(input);
  const text = (cluster: ClusterFacts): string => {
    const taint = why(cluster);
    return taint === undefined ? 'not kept' : textOf(taint);
  };
  const kinds = alikeIn(inventory, { from: 'taints' }, mostKinds);
  if (kinds === null) {
    const some = examples(inventory, among, kept, mostExamined);
    return countTexts(some.map((cluster) => [cluster.name, text(cluster), 1]));
  }
  const dropped = except(among, kept);
  return countTexts(
    kinds.flatMap(({ clusters, example }) => {
      if (taintsOf(example).length === 0) return [];
      const those = both(clusters, dropped);
      const [first] = examples(inventory, those, kept, 1);
      return first === undefined ? [] : [[first.name, text(first), those.size] as const];
    }),
  );
}

/** For every cluster: the first of its taints that keeps the placement away. */
function whyNot(input: PipelineInput): (cluster: ClusterFacts) => ClusterTaint | undefined {
  const decided = decidedIn(input);
  return (cluster) => untolerated(cluster, input, decided.has(cluster.name));
}

// Clusters are asked about one by one, and there may be as many as are decided.
const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

function decidedIn({ decided }: PipelineInput): ReadonlySet<string> {
  const known = sets.get(decided);
  if (known !== undefined) return known;
  const made = new Set(decided);
  sets.set(decided, made);
  return made;
}

function textOf({ key, value, effect }: ClusterTaint): string {
  return `taint ${key}${value ? `=${value}` : ''}:${effect} is not tolerated`;
}

/**
 * When the first `tolerationSeconds` in use ends: of the decided clusters that are still tolerated, the earliest end of
 * the first toleration that matches a taint. Then the placement has to be looked at again.
 */
export function tolerationEnds(input: PipelineInput, names: Iterable<string>): Instant | null {
  let first: Instant | null = null;
  const decided = decidedIn(input);
  for (const name of names) {
    const cluster = clusterFacts(input.inventory, name);
    const end = cluster && endOfTolerance(cluster, input, decided.has(name));
    if (end && (first === null || end < first)) first = end;
  }
  return first;
}

function endOfTolerance(
  cluster: ClusterFacts,
  input: PipelineInput,
  decided: boolean,
): Instant | null {
  const taints = taintsOf(cluster);
  if (taints.length === 0 || untolerated(cluster, input, decided) !== undefined) return null;
  let first: Instant | null = null;
  for (const taint of taints) {
    if (isHarmless(taint, decided)) continue;
    const toleration = input.placement.tolerations.find((one) => tolerates(one, taint, input));
    const end = toleration === undefined ? null : endOf(toleration, taint, input);
    if (end !== null && (first === null || end < first)) first = end;
  }
  return first;
}

const operators: ReadonlySet<string> = new Set(['', 'Equal', 'Exists']);

/** What is wrong with some tolerations; null where nothing is. */
export function tolerationProblem(
  tolerations: readonly IrToleration[],
  compat: Compat,
): string | null {
  for (const { key = '', operator = '', value = '' } of tolerations) {
    if (key === '' && operator !== 'Exists') return 'If the key is empty, operator must be Exists.';
    if (operator === 'Exists' && value !== '') {
      return 'If the operator is Exists, the value should be empty.';
    }
    // Upstream takes any, and one it does not know tolerates nothing.
    if (compat === 'native' && !operators.has(operator)) {
      return `The operator is neither Exists nor Equal: ${operator}`;
    }
  }
  return null;
}

/** The taints of a cluster that keep the placement away. */
export function untoleratedTaints(
  cluster: ClusterFacts,
  input: PipelineInput,
): readonly ClusterTaint[] {
  const decided = decidedIn(input).has(cluster.name);
  return taintsOf(cluster).filter(
    (taint) => !isHarmless(taint, decided) && !isTolerated(taint, input),
  );
}

/** The first taint of a cluster that keeps the placement away. */
function untolerated(
  cluster: ClusterFacts,
  input: PipelineInput,
  decided: boolean,
): ClusterTaint | undefined {
  return taintsOf(cluster).find(
    (taint) => !isHarmless(taint, decided) && !isTolerated(taint, input),
  );
}

function isHarmless({ effect }: ClusterTaint, decided: boolean): boolean {
  return effect === 'PreferNoSelect' || (effect === 'NoSelectIfNew' && decided);
}

/** Does some toleration of the placement match the taint now? */
export function isTolerated(taint: ClusterTaint, input: PipelineInput): boolean {
  return input.placement.tolerations.some((one) => tolerates(one, taint, input));
}

type Moment = Pick<PipelineInput, 'now' | 'compat'>;

function tolerates(toleration: IrToleration, taint: ClusterTaint, moment: Moment): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  const operator = toleration.operator ?? '';
  if (operator === '' || operator === 'Equal') {
    if ((toleration.value ?? '') !== (taint.value ?? '')) return false;
  } else if (operator !== 'Exists') return false;
  const end = endOf(toleration, taint, moment);
  return end === null || moment.now < end;
}

/** Above this many seconds int64 nanoseconds overflow upstream, and the toleration is long over. */
const mostSeconds = 9_223_372_036;
const longAgo = instant(Number.MIN_SAFE_INTEGER);

// null: for ever. A taint without a time was added long ago.
function endOf(
  { tolerationSeconds }: IrToleration,
  taint: ClusterTaint,
  { compat }: Moment,
): Instant | null {
  if (tolerationSeconds === undefined) return null;
  const added = taint.timeAdded ? parseInstant(taint.timeAdded) : null;
  if (added === null) return longAgo;
  if (Math.abs(tolerationSeconds) > mostSeconds && compat === 'upstream') return longAgo;
  return instant(added + tolerationSeconds * 1000);
}
