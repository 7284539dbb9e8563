import { compareText } from '../../../base/json.ts';
import { parseApiVersion, type Ref } from '../../../kube/object.ts';
import { type PolicyDependency, policyGroup } from '../../../kube/ocm/policy.ts';
import type { Snapshot } from '../../control/controller.ts';

/** Objects a template waits for. Kinds of OCM lie in the cluster's namespace unless they say where. */
export function dependencyRefs(
  dependencies: readonly PolicyDependency[],
  clusterName: string,
): readonly Ref[] {
  return dependencies.map((dependency) => refOf(dependency, clusterName));
}

/** Texts `Kind name` of what does not hold yet, sorted (policy.md §2.7). */
export function unmet(
  dependencies: readonly PolicyDependency[],
  clusterName: string,
  snapshot: Snapshot,
): readonly string[] {
  const names = dependencies
    .filter((dependency) => !isMet(dependency, clusterName, snapshot))
    .map(({ kind, name }) => `${kind} ${name}`);
  return [...new Set(names)].sort(compareText);
}

/** What is reported while something is not met. */
export function pendingMessage(names: readonly string[], ignorePending: boolean): string {
  const still = names.length === 1 ? '1 is' : `${names.length} are`;
  const text = `Dependencies were not satisfied: ${still} still pending (${names.join(', ')})`;
  return ignorePending ? `Compliant; ${text} but ignorePending is true` : `Pending; ${text}`;
}

function refOf({ apiVersion, kind, name, namespace }: PolicyDependency, clusterName: string): Ref {
  const { group, version } = parseApiVersion(apiVersion);
  const usual = group === policyGroup ? clusterName : '';
  return { group, version, kind, namespace: namespace || usual, name };
}

function isMet(dependency: PolicyDependency, clusterName: string, snapshot: Snapshot): boolean {
  const seen = snapshot.look(refOf(dependency, clusterName), 'cluster');
  if (seen.state !== 'present') return false;
  const status = seen.object.status as { readonly compliant?: unknown } | undefined;
  return status?.compliant === dependency.compliance;
}
