import { type Instant, instant, parseInstant } from '../../../base/instant.ts';
import type { IrToleration } from '../../../ir/program.ts';
import type { ClusterTaint } from '../../../kube/ocm/cluster.ts';
import { type ClusterFacts, taintsOf } from '../../inventory/facts.ts';
import { clusterFacts } from '../../inventory/inventory.ts';
import type { Filter, PipelineInput } from '../pipeline.ts';
import { misconfigured } from '../status.ts';

const plugin = 'TaintToleration';

/** Keeps clusters all of whose taints are tolerated (ocm `pkg/placement/plugins/tainttoleration`). */
export const taintTolerationFilter: Filter = {
  name: plugin,
  filter: (among, input) => {
    if (among.length === 0) return { kept: among };
    const problem = problemOf(input.placement.tolerations);
    if (problem !== null) return { kept: [], status: misconfigured(plugin, problem) };
    const decided = new Set(input.decided);
    return { kept: among.filter((cluster) => untolerated(cluster, input, decided) === undefined) };
  },
  why: (cluster, input) => {
    const taint = untolerated(cluster, input, new Set(input.decided));
    return taint === undefined
      ? null
      : `taint ${taint.key}${taint.value ? `=${taint.value}` : ''}:${taint.effect} is not tolerated`;
  },
};

/**
 * When the first `tolerationSeconds` in use ends: of the clusters that are decided, the earliest end of the first
 * toleration that matches a taint. Then the placement has to be looked at again.
 */
export function tolerationEnds(input: PipelineInput): Instant | null {
  let first: Instant | null = null;
  for (const name of input.decided) {
    const cluster = clusterFacts(input.inventory, name);
    for (const taint of cluster === undefined ? [] : taintsOf(cluster)) {
      if (taint.effect === 'PreferNoSelect') continue;
      const toleration = input.placement.tolerations.find((one) =>
        tolerates(one, taint, input.now),
      );
      const end = toleration === undefined ? null : endOf(toleration, taint);
      if (end !== null && (first === null || end < first)) first = end;
    }
  }
  return first;
}

function problemOf(tolerations: readonly IrToleration[]): string | null {
  for (const { key = '', operator = '', value = '' } of tolerations) {
    if (key === '' && operator !== 'Exists') return 'If the key is empty, operator must be Exists.';
    if (operator === 'Exists' && value !== '') {
      return 'If the operator is Exists, the value should be empty.';
    }
  }
  return null;
}

function untolerated(
  cluster: ClusterFacts,
  { placement, now }: PipelineInput,
  decided: ReadonlySet<string>,
): ClusterTaint | undefined {
  return taintsOf(cluster).find((taint) => {
    if (taint.effect === 'PreferNoSelect') return false;
    if (taint.effect === 'NoSelectIfNew' && decided.has(cluster.name)) return false;
    return !placement.tolerations.some((one) => tolerates(one, taint, now));
  });
}

function tolerates(toleration: IrToleration, taint: ClusterTaint, now: Instant): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  const operator = toleration.operator ?? '';
  if (operator === '' || operator === 'Equal') {
    if ((toleration.value ?? '') !== (taint.value ?? '')) return false;
  } else if (operator !== 'Exists') return false;
  const end = endOf(toleration, taint);
  return end === null || now < end;
}

// int64 nanoseconds overflow above this many seconds upstream, and the toleration is long over.
const mostSeconds = 9_223_372_036;
const never = instant(Number.MIN_SAFE_INTEGER);

/** null: for ever. A taint without a time was added long ago. */
function endOf({ tolerationSeconds }: IrToleration, taint: ClusterTaint): Instant | null {
  if (tolerationSeconds === undefined) return null;
  const added = taint.timeAdded ? parseInstant(taint.timeAdded) : null;
  if (added === null || tolerationSeconds > mostSeconds) return never;
  return instant(added + tolerationSeconds * 1000);
}
