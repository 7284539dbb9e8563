import { compareText } from '../../base/json.ts';
import type { KubeObject, Ref } from '../../kube/object.ts';
import { refKey, refOf } from '../../kube/object.ts';
import type { ObjectIndex, ObjectPlace, Reads } from './ports.ts';

/** An index that remembers what it was asked for. */
export interface RecordingIndex extends ObjectIndex {
  readonly reads: () => Reads;
}

/** Makes objects findable by identity, and by kind and namespace, in order of their names. */
export function indexObjects(
  objects: readonly KubeObject[],
  namespaces: readonly KubeObject[],
): RecordingIndex {
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
    list.sort((a, b) => compareText(a.metadata.name, b.metadata.name));
  }
  const read = { objects: new Map<string, Ref>(), lists: new Map<string, ObjectPlace>() };
  let askedForNamespaces = false;
  return {
    get: ({ group, version, kind, namespace, name }) => {
      const ref = { group, version, kind, namespace, name };
      read.objects.set(refKey(ref), ref);
      return byRef.get(refKey(ref));
    },
    list: ({ group, version, kind, namespace }) => {
      const place = { group, version, kind, namespace };
      read.lists.set(placeKey(place), place);
      return byPlace.get(placeKey(place)) ?? [];
    },
    namespaces: () => {
      askedForNamespaces = true;
      return namespaces;
    },
    reads: () => ({
      objects: [...read.objects.values()],
      lists: [...read.lists.values()],
      namespaces: askedForNamespaces,
    }),
  };
}

function placeKey({ group, kind, namespace }: Omit<ObjectPlace, 'version'>): string {
  return `${group}/${kind}/${namespace}`;
}
