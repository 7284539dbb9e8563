import { apiVersionOf } from '../../../kube/object.ts';
import type { Resource } from '../resources/resource.ts';
import { type Group, subresourcesOf } from './resources.ts';

/** `/api`: versions of the core group. */
export function apiVersions(address: string): unknown {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
  };
}

/** `/apis`: the named groups. */
export function apiGroupList(groups: readonly Group[]): unknown {
  const named = groups.filter(({ name }) => name !== '').map(groupEntry);
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: named };
}

/** `/apis/<group>`. */
export function apiGroup(group: Group): unknown {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) };
}

function groupEntry({ name, versions }: Group) {
  const all = versions.map(({ name: version }) => ({
    groupVersion: apiVersionOf({ group: name, version }),
    version,
  }));
  return { name, versions: all, preferredVersion: all[0] };
}

/** `/api/v1` and `/apis/<group>/<version>`: the resources of one version. */
export function apiResourceList(groupVersion: string, resources: readonly Resource[]): unknown {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: resources.flatMap((resource) => [entryOf(resource), ...partsOf(resource)]),
  };
}

function entryOf(resource: Resource): unknown {
  const { plural, singular, namespaced, kind, verbs, shortNames, categories } = resource;
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  };
}

function partsOf(resource: Resource): readonly unknown[] {
  const own = apiVersionOf(resource);
  return subresourcesOf(resource).map(({ name, group, version, kind, verbs }) => ({
    name: `${resource.plural}/${name}`,
    singularName: '',
    namespaced: resource.namespaced,
    ...(apiVersionOf({ group, version }) !== own && { group, version }),
    kind,
    verbs,
  }));
}
