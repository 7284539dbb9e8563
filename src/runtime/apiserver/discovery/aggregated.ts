import type { Resource } from '../resources/resource.ts';
import { type Group, subresourcesOf } from './resources.ts';

/** `/api` and `/apis` in one document with everything (apidiscovery.k8s.io). */
export function aggregatedDiscovery(version: 'v2' | 'v2beta1', groups: readonly Group[]): unknown {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: { ...(name !== '' && { name }), creationTimestamp: null },
      versions: versions.map((each) => ({
        version: each.name,
        resources: each.resources.map(resourceOf),
        freshness: 'Current',
      })),
    })),
  };
}

/** The content type clients recognise the document by. */
export function aggregatedType(version: 'v2' | 'v2beta1'): string {
  return `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
}

function resourceOf(resource: Resource): unknown {
  const { group, version, kind, plural, namespaced, singular, verbs } = resource;
  const { shortNames, categories } = resource;
  const subresources = subresourcesOf(resource).map((part) => ({
    subresource: part.name,
    responseKind: { group: part.group, version: part.version, kind: part.kind },
    verbs: part.verbs,
  }));
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && { subresources }),
  };
}
