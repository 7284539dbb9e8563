import { instant } from '../../src/base/instant.ts';
import {
  compileClusterCel,
  runClusterCel,
  unwrapped,
} from '../../src/engine/cel/cluster-selector.ts';
import { isError } from '../../src/engine/cel/value.ts';
import type { AddOnPlacementScore, ManagedCluster } from '../../src/kube/ocm/cluster.ts';

interface CelInput {
  readonly expression: string;
  readonly cluster: ManagedCluster;
  readonly scores?: readonly AddOnPlacementScore[];
}

/** Answers one case of the conformance suite `cel`. */
export function answer(input: unknown): unknown {
  const { expression, cluster, scores = [] } = input as CelInput;
  const compiled = compileClusterCel(expression);
  if (!compiled.ok) return { class: 'compile-error', message: compiled.message };
  const { name } = cluster.metadata;
  const own = scores.filter(({ metadata }) => metadata.namespace === name);
  const facts = { name, cluster, scores: own, sets: [] };
  const scope = { now: instant(Date.UTC(2030, 0, 1)), compat: 'upstream' } as const;
  const result = runClusterCel(compiled.program, facts, scope);
  const { cost } = result;
  const value = unwrapped(result.value);
  if (typeof value === 'boolean') return { match: value, class: String(value), cost };
  if (isError(value)) {
    return { match: false, class: 'runtime-error', error: value.message, cost };
  }
  return { match: false, class: 'not-bool', cost };
}
