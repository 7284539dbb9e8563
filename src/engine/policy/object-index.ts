import type { KubeObject } from '../../kube/object.ts';
import { refKey, refOf } from '../../kube/object.ts';
import type { ObjectIndex, ObjectPlace } from './ports.ts';

/** Makes objects findable by identity, and by kind and namespace, in order of their names. */
export function indexObjects(objects: readonly KubeObject[]): ObjectIndex {
  const byRef = new Map<string, KubeObject>();
  const byPlace = new Map<string, KubeObject[]>();
  for (const object of objects) {
    const ref = refOf(object);
    const key = refKey(ref);
    if (byRef.has(key)) continue;
    byRef.set(key, object);
    const place = placeKey(ref);
    const list = byPlace.get(place);
    if (list === undefined) byPlace.set(place, [object]);
    else list.push(object);
  }
  for (const list of byPlace.values()) {
    list.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }
  return {
    get: (of) => byRef.get(refKey(of)),
    list: (place) => byPlace.get(placeKey(place)) ?? [],
  };
}

function placeKey({ group, kind, namespace }: ObjectPlace): string {
  return `${group}/${kind}/${namespace}`;
}
