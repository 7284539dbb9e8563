import { isJsonObject, type Json } from '../../base/json.ts';
import type { CustomResourceDefinition } from '../../kube/core.ts';
import { type KubeObject, refOf } from '../../kube/object.ts';
import { customResourceDefinitions } from '../../kube/schema/definitions.ts';
import type { Cluster } from '../../runtime/client/cluster.ts';
import { CommandFailure, exit } from '../io.ts';
import { until } from './wait.ts';

/** Whose definitions these are: those of others (upstream's operators) are left as they are. */
const fieldManager = 'ocm-definitions';

/** Kinds an agent needs on its cluster; upstream's klusterlet operator brings the same. */
const agentKinds = new Set([
  'AppliedManifestWork',
  'ClusterClaim',
  'ConfigurationPolicy',
  'Policy',
]);

/** The definitions an agent brings to its cluster. */
export function agentDefinitions(): readonly CustomResourceDefinition[] {
  return customResourceDefinitions().filter(({ spec }) => agentKinds.has(spec.names.kind));
}

/** Brings CustomResourceDefinitions that are missing or ours, and waits until they are served. */
export async function bringDefinitions(
  cluster: Cluster,
  definitions: readonly KubeObject[],
): Promise<void> {
  for (const definition of definitions) {
    const { namespace, name, ...kind } = refOf(definition);
    const live = await cluster.get(kind, namespace, name);
    const managers = live.ok ? (live.value.metadata.managedFields ?? []) : [];
    if (live.ok && !managers.some(({ manager }) => manager === fieldManager)) continue;
    const answer = await cluster.apply(definition, { fieldManager, force: true });
    if (!answer.ok) {
      throw new CommandFailure(
        exit.environment,
        `${cluster.address} refuses the kind ${name}: ${answer.message}`,
      );
    }
  }
  await Promise.all(definitions.map((definition) => established(cluster, definition)));
}

/** Waits until a CustomResourceDefinition is served. */
async function established(cluster: Cluster, definition: KubeObject): Promise<void> {
  const { group, version, kind, name } = refOf(definition);
  const probe = async () => {
    const answer = await cluster.get({ group, version, kind }, '', name);
    const status = answer.ok ? answer.value.status : undefined;
    const conditions = isJsonObject(status) ? status['conditions'] : undefined;
    const is = (condition: Json) =>
      isJsonObject(condition) &&
      condition['type'] === 'Established' &&
      condition['status'] === 'True';
    return Array.isArray(conditions) && conditions.some(is) ? true : undefined;
  };
  const wait = { signal: new AbortController().signal, timeoutMillis: 10_000 };
  if (await until(probe, wait)) return;
  throw new CommandFailure(exit.environment, `${name} is not served after 10 s`);
}
