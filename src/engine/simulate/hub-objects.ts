import { base64Encode, utf8Encode } from '../../base/bytes.ts';
import { compareText, isJsonObject } from '../../base/json.ts';
import { type KubeObject, kindKey, parseApiVersion } from '../../kube/object.ts';
import { type Lookups, namespaceAsked } from '../predicate/lookup.ts';

/** Objects a hub has, to answer lookups of what is rendered in a namespace. What is not among them is not there. */
export type HubObjects = (namespace: string) => Lookups;

/** Makes objects findable; of several of one name the last counts. One without a namespace lies where it is asked for. */
export function hubObjectsOf(objects: readonly KubeObject[]): HubObjects {
  const byKind = new Map<string, Map<string, KubeObject>>();
  for (const object of objects) {
    const key = kindKey({ ...parseApiVersion(object.apiVersion), kind: object.kind });
    const ofKind = byKind.get(key) ?? new Map<string, KubeObject>();
    const { namespace = '', name } = object.metadata;
    byKind.set(key, ofKind.set(`${namespace}/${name}`, stored(object)));
  }
  return (own) => (question) => {
    const ofKind = byKind.get(kindKey(question)) ?? new Map<string, KubeObject>();
    const { name, labels } = question;
    const namespace = namespaceAsked(question, own);
    if (name !== null) {
      const object = ofKind.get(`${namespace}/${name}`) ?? ofKind.get(`/${name}`);
      return { state: 'read', objects: object === undefined ? [] : [object] };
    }
    const found = [...ofKind.values()].filter(
      ({ metadata }) =>
        (metadata.namespace ?? namespace) === namespace && hasLabels(metadata.labels ?? {}, labels),
    );
    return {
      state: 'read',
      objects: found.toSorted((a, b) => compareText(a.metadata.name, b.metadata.name)),
    };
  };
}

/** Whether an object with these labels is one of those asked for. */
export function hasLabels(
  labels: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  );
}

/** As an API server keeps it: `stringData` of a Secret is there for writing only. */
function stored(object: KubeObject): KubeObject {
  const { stringData, data } = object as { readonly stringData?: unknown; readonly data?: unknown };
  if (object.kind !== 'Secret' || !isJsonObject(stringData)) return object;
  const written = Object.entries(stringData).map(([key, value]): [string, string] => [
    key,
    base64Encode(utf8Encode(String(value))),
  ]);
  const { stringData: _, ...rest } = object as KubeObject & { readonly stringData?: unknown };
  const all = { ...(isJsonObject(data) && data), ...Object.fromEntries(written) };
  return { ...rest, data: all } as unknown as KubeObject;
}
