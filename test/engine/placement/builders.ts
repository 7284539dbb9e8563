import type { Instant } from '../../../src/base/instant.ts';
import { parseInstant } from '../../../src/base/instant.ts';
import type { HubObjects } from '../../../src/engine/inventory/objects.ts';
import { fromObjects } from '../../../src/engine/inventory/objects.ts';
import type { PipelineInput } from '../../../src/engine/placement/input.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import type { IrPlacement, IrPrioritizer } from '../../../src/ir/program.ts';
import type { ManagedCluster } from '../../../src/kube/ocm/cluster.ts';
import { cluster, everything } from '../inventory/builders.ts';

export function at(time: string): Instant {
  const instant = parseInstant(time);
  if (instant === null) throw new Error(`no time: ${time}`);
  return instant;
}

export const now = at('2030-01-01T00:00:00Z');

/** A placement in namespace `ns` that takes every cluster, changed. */
export function placement(changes: Partial<IrPlacement> = {}): IrPlacement {
  return {
    kind: 'placement',
    name: 'p',
    namespace: 'ns',
    origin: { file: 0, span: { start: 0, end: 0 } },
    clusterSets: [],
    where: { op: 'const', type: 'bool', value: true },
    numberOfClusters: null,
    prioritizerPolicy: null,
    sortBy: null,
    tolerations: [],
    groups: [],
    clustersPerDecisionGroup: null,
    via: null,
    ...changes,
  };
}

/** The input of a placement bound to the set `all` of every cluster; nothing is decided yet. */
export function inputOf(
  clusters: readonly ManagedCluster[] | HubObjects,
  changes: Partial<IrPlacement> = {},
  more: Partial<PipelineInput> = {},
): PipelineInput {
  const objects = 'clusters' in clusters ? clusters : { clusters };
  return {
    placement: placement(changes),
    inventory: fromObjects({ sets: [everything], ...objects }),
    boundSets: ['all'],
    decided: [],
    othersDecided: new Map(),
    now,
    compat: 'native',
    ...more,
  };
}

/** Clusters named `c1` to `cN`, padded so that their order is that of their numbers. */
export function fleet(size: number): readonly ManagedCluster[] {
  const width = String(size).length;
  return Array.from({ length: size }, (_, i) => cluster(`c${String(i + 1).padStart(width, '0')}`));
}

export const label = (key: string, value: string): IrExpr => ({
  op: 'selector',
  over: 'label',
  selector: { matchLabels: { [key]: value } },
});

export function exactly(...configurations: readonly IrPrioritizer[]) {
  return { prioritizerPolicy: { mode: 'Exact', configurations } } as const;
}

export function builtIn(name: string, weight = 1): IrPrioritizer {
  return { by: { type: 'BuiltIn', name }, weight };
}

export function addOn(score: string, weight = 1): IrPrioritizer {
  return { by: { type: 'AddOn', resource: 'load', score }, weight };
}
