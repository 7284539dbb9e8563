import { compareText } from '../../../base/json.ts';
import type { Resource } from '../resources/resource.ts';
import { compareApiVersions } from './version-order.ts';

/** A subresource as discovery names it; `group` and `version` where its kind lives elsewhere. */
export interface Subresource {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

const partVerbs = ['get', 'patch', 'update'];

/** The subresources of a resource that are served. */
export function subresourcesOf(resource: Resource): readonly Subresource[] {
  const { group, version, kind } = resource;
  const own = { group, version, kind };
  const others = resource.subresources.map((name): Subresource => {
    if (name === 'token') {
      const request = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' };
      return { ...request, name, verbs: ['create'] };
    }
    return { ...own, name, verbs: name === 'finalize' ? ['update'] : partVerbs };
  });
  const scale = { name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale' };
  return [
    ...others,
    ...(resource.scale === null ? [] : [{ ...scale, verbs: partVerbs }]),
    ...(resource.status ? [{ ...own, name: 'status', verbs: partVerbs }] : []),
  ];
}

/** A group with its versions, the preferred one first. */
export interface Group {
  readonly name: string;
  readonly versions: readonly { readonly name: string; readonly resources: readonly Resource[] }[];
}

/** All groups in the order of the catalog: built-in ones first, so that short names are theirs. */
export function groupsOf(resources: readonly Resource[]): readonly Group[] {
  const groups = new Map<string, Map<string, Resource[]>>();
  for (const resource of resources) {
    const versions = groups.get(resource.group) ?? new Map<string, Resource[]>();
    groups.set(resource.group, versions);
    versions.set(resource.version, [...(versions.get(resource.version) ?? []), resource]);
  }
  return [...groups].map(([name, versions]) => ({
    name,
    versions: [...versions]
      .map(([version, all]) => ({ name: version, resources: all.sort(byPlural) }))
      .sort((a, b) => compareApiVersions(a.name, b.name)),
  }));
}

function byPlural(a: Resource, b: Resource): number {
  return compareText(a.plural, b.plural);
}
