import type { IrOf } from '../../ir/program.ts';
import type { Name, World } from './world.ts';

/** Where a policy is placed, and where it mends what it finds. */
export interface Placing {
  readonly placed: ReadonlySet<string>;
  readonly enforced: ReadonlySet<string>;
}

/**
 * Where a policy goes: to the clusters of its own placements and of the sets it is in; a placement of `enforce` only
 * changes what its clusters do (Rules 43 and 44; as `hub/policy` reads the bindings).
 */
export function placingOf(policy: IrOf<'policy'>, world: World): Placing {
  const placed = new Set<string>();
  if (!policy.disabled) {
    for (const name of policy.on) {
      for (const cluster of selected({ ...policy, name }, world)) placed.add(cluster);
    }
    for (const cluster of bySets(policy, world)) placed.add(cluster);
  }
  if (policy.remediation === 'enforce') return { placed, enforced: placed };
  const enforced = new Set<string>();
  for (const name of policy.enforceOn) {
    for (const cluster of selected({ ...policy, name }, world)) {
      if (placed.has(cluster)) enforced.add(cluster);
    }
  }
  return { placed, enforced };
}

function bySets(policy: IrOf<'policy'>, world: World): readonly string[] {
  const sets = world.model.policySets.filter(
    ({ namespace, policies }) => namespace === policy.namespace && policies.includes(policy.name),
  );
  return sets.flatMap(({ on, namespace, exclusions = [] }) => {
    const excluded = new Set(
      exclusions.flatMap((one) => (one.policy === policy.name ? one.clusters : [])),
    );
    return on
      .flatMap((name) => selected({ namespace, name }, world))
      .filter((cluster) => !excluded.has(cluster));
  });
}

function selected({ namespace, name }: Name, world: World): readonly string[] {
  return world.decide({ namespace, name })?.selected ?? [];
}
