import { sha256Hex } from '../../base/hash.ts';
import { isJsonObject, type Json } from '../../base/json.ts';
import { type Lookup, lookupsIn } from '../../ir/lookup.ts';
import type { IrApp } from '../../ir/program.ts';
import { kindInfo, pluralOf } from '../../kube/kinds.ts';
import { type KubeObject, parseApiVersion, refOf } from '../../kube/object.ts';
import type { Cluster } from '../../runtime/client/cluster.ts';

/** A right an account lacks. `namespace` is empty for cluster-scoped resources. */
export interface MissingRight {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  /** Absent: all of them. */
  readonly name?: string;
}

export interface RightsInput {
  readonly hub: Cluster;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** What the account has to write. */
  readonly objects: readonly KubeObject[];
  /** Apps that are delivered as works. */
  readonly apps: readonly IrApp[];
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
  for (const app of input.apps) {
    const namespace = app.namespace || input.namespace;
    const group = 'work.open-cluster-management.io';
    need({ verb: 'create', group, resource: 'manifestworkreplicasets', namespace });
    for (const { object } of app.manifests) {
      for (const lookup of lookupsIn(object))
        for (const right of toLookUp(lookup, namespace)) need(right);
    }
  }
  const asked = [...needed.values()].map(async (right) =>
    (await isAllowed(input, right)) ? [] : [right],
  );
  return (await Promise.all(asked)).flat();
}

/** The right a lookup on the hub needs; none where only a cluster tells what it looks for. */
function toLookUp(lookup: Lookup, own: string): readonly MissingRight[] {
  const { at, apiVersion, kind, name, clusterScoped, namespace } = lookup;
  if (at !== 'hub' || namespace.op !== 'const' || (name !== null && name.op !== 'const')) return [];
  const { group } = parseApiVersion(apiVersion);
  const resource = kindInfo({ group, kind })?.plural ?? pluralOf(kind);
  const of = { group, resource, namespace: clusterScoped ? '' : String(namespace.value) || own };
  return [
    name === null ? { verb: 'list', ...of } : { verb: 'get', ...of, name: String(name.value) },
  ];
}

/** The `kubectl` lines that would give an account what it lacks: roles and bindings per namespace. */
export function grantLines(
  missing: readonly MissingRight[],
  account: { readonly namespace: string; readonly serviceAccount: string },
): readonly string[] {
  return [...new Set(missing.map((right) => right.namespace))].flatMap((place) => {
    const rights = missing.filter((right) => right.namespace === place);
    const [read, write] = [rights.filter(isRead), rights.filter((right) => !isRead(right))];
    const resources = [...new Set(write.map(({ resource, group }) => of(resource, group)))];
    const verbs = 'get,list,watch,create,update,patch,delete';
    return [
      ...(write.length === 0
        ? []
        : roleLines(place, `--verb=${verbs} --resource=${resources.join(',')}`, account)),
      ...Object.values(
        Object.groupBy(read, ({ verb, resource, group }) => `${verb} ${of(resource, group)}`),
      ).flatMap((reads) => roleLines(place, readWords(reads ?? []), account)),
    ];
  });
}

function isRead({ verb }: MissingRight): boolean {
  return verb === 'get' || verb === 'list';
}

/** Of one verb and resource: what is looked up, and nothing beside it. */
function readWords(reads: readonly MissingRight[]): string {
  const [first] = reads;
  const names = reads.flatMap(({ name }) =>
    name === undefined ? [] : [`--resource-name=${name}`],
  );
  const resource = of(first?.resource ?? '', first?.group ?? '');
  return [`--verb=${first?.verb ?? ''}`, `--resource=${resource}`, ...names].join(' ');
}

function roleLines(
  place: string,
  words: string,
  { namespace, serviceAccount }: { readonly namespace: string; readonly serviceAccount: string },
): readonly string[] {
  const account = `--serviceaccount=${namespace}:${serviceAccount}`;
  // Named after what it grants: a later grant of other rights makes a role beside it.
  const name = `${serviceAccount}-${sha256Hex(words).slice(0, 8)}`;
  if (place === '') {
    return [
      `kubectl create clusterrole ${name} ${words}`,
      `kubectl create clusterrolebinding ${name} --clusterrole=${name} ${account}`,
    ];
  }
  return [
    `kubectl create role ${name} -n ${place} ${words}`,
    `kubectl create rolebinding ${name} -n ${place} --role=${name} ${account}`,
  ];
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
        ...(right.name !== undefined && { name: right.name }),
      },
    },
  };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const answer = await input.hub.request('POST', path, review);
  const status = answer.ok && isJsonObject(answer.value) ? answer.value['status'] : undefined;
  return !isJsonObject(status) || status['allowed'] === true;
}
