import { sha256Hex } from '../../base/hash.ts';
import { isJsonObject, type Json } from '../../base/json.ts';
import { kindInfo } from '../../kube/kinds.ts';
import { type KubeObject, refOf } from '../../kube/object.ts';
import type { Cluster } from '../../runtime/client/cluster.ts';

/** A right an account lacks. `namespace` is empty for cluster-scoped resources. */
export interface MissingRight {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
}

export interface RightsInput {
  readonly hub: Cluster;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** What the account has to write. */
  readonly objects: readonly KubeObject[];
  /** Namespaces whose apps are delivered as works. */
  readonly appNamespaces: readonly string[];
}

/** The rights a program needs and its account does not have; empty too where the hub does not tell. */
export async function missingRights(input: RightsInput): Promise<readonly MissingRight[]> {
  const needed = new Map<string, MissingRight>();
  const need = (right: MissingRight) => needed.set(JSON.stringify(right), right);
  for (const object of input.objects) {
    const { group, kind, namespace } = refOf(object);
    const info = kindInfo({ group, kind });
    if (info === undefined) continue;
    for (const verb of ['create', 'patch']) need({ verb, group, resource: info.plural, namespace });
    if (kind === 'ManagedClusterSetBinding') {
      need({ verb: 'create', group, resource: 'managedclustersets/bind', namespace: '' });
    }
  }
  for (const namespace of input.appNamespaces) {
    const group = 'work.open-cluster-management.io';
    need({ verb: 'create', group, resource: 'manifestworkreplicasets', namespace });
  }
  const asked = [...needed.values()].map(async (right) =>
    (await isAllowed(input, right)) ? [] : [right],
  );
  return (await Promise.all(asked)).flat();
}

/** The `kubectl` lines that would give an account what it lacks: one role and one binding per namespace. */
export function grantLines(
  missing: readonly MissingRight[],
  { namespace, serviceAccount }: { readonly namespace: string; readonly serviceAccount: string },
): readonly string[] {
  const account = `--serviceaccount=${namespace}:${serviceAccount}`;
  return [...new Set(missing.map((right) => right.namespace))].flatMap((place) => {
    const rights = missing.filter((right) => right.namespace === place);
    const resources = [...new Set(rights.map(({ resource, group }) => of(resource, group)))];
    const list = resources.join(',');
    const verbs = 'get,list,watch,create,update,patch,delete';
    // Named after what it grants: a later grant of other rights makes a role beside it.
    const name = `${serviceAccount}-${sha256Hex(list).slice(0, 8)}`;
    if (place === '') {
      return [
        `kubectl create clusterrole ${name} --verb=${verbs} --resource=${list}`,
        `kubectl create clusterrolebinding ${name} --clusterrole=${name} ${account}`,
      ];
    }
    return [
      `kubectl create role ${name} -n ${place} --verb=${verbs} --resource=${list}`,
      `kubectl create rolebinding ${name} -n ${place} --role=${name} ${account}`,
    ];
  });
}

/** `resource.group/subresource`, as kubectl wants it. */
function of(resource: string, group: string): string {
  const [plural = '', sub] = resource.split('/');
  const full = group === '' ? plural : `${plural}.${group}`;
  return sub === undefined ? full : `${full}/${sub}`;
}

async function isAllowed(input: RightsInput, right: MissingRight): Promise<boolean> {
  const [resource = '', subresource = ''] = right.resource.split('/');
  const { namespace, serviceAccount } = input;
  const review: Json = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: `system:serviceaccount:${namespace}:${serviceAccount}`,
      groups: [
        'system:serviceaccounts',
        `system:serviceaccounts:${namespace}`,
        'system:authenticated',
      ],
      resourceAttributes: {
        verb: right.verb,
        group: right.group,
        resource,
        ...(subresource && { subresource }),
        ...(right.namespace && { namespace: right.namespace }),
      },
    },
  };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const answer = await input.hub.request('POST', path, review);
  const status = answer.ok && isJsonObject(answer.value) ? answer.value['status'] : undefined;
  return !isJsonObject(status) || status['allowed'] === true;
}
