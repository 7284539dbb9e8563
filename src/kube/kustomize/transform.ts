import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { editObject, gvkOf, type Item, idOf, isNamespaced, withObject } from './item.ts';
import type { ImageEntry, Kustomization, LabelEntry, Texts } from './kustomization.ts';

/** Puts objects into a namespace; a Namespace is called as it. */
export function inNamespace(items: readonly Item[], namespace: string): readonly Item[] {
  const set = (): Json => namespace;
  return items.map((item) => {
    const { kind } = gvkOf(item.object);
    if (kind === 'Namespace')
      return withObject(item, editObject(item.object, 'metadata/name', true, set));
    const object = isNamespaced(item.object)
      ? editObject(item.object, 'metadata/namespace', true, set)
      : item.object;
    if (kind !== 'RoleBinding' && kind !== 'ClusterRoleBinding') return withObject(item, object);
    // The account every namespace has moves with it; others move with their objects.
    const bound = editObject(object, 'subjects[]', false, (subject) =>
      isJsonObject(subject) && subject['kind'] === 'ServiceAccount' && subject['name'] === 'default'
        ? { ...subject, namespace }
        : subject,
    );
    return withObject(item, bound);
  });
}

const unnamed: ReadonlySet<string> = new Set([
  'CustomResourceDefinition',
  'APIService',
  'Namespace',
]);

/** Adds to names what stands before and after them. */
export function renamed(
  items: readonly Item[],
  { namePrefix, nameSuffix }: Pick<Kustomization, 'namePrefix' | 'nameSuffix'>,
): readonly Item[] {
  return items.map((item) => {
    if (unnamed.has(gvkOf(item.object).kind)) return item;
    const name = `${namePrefix}${idOf(item.object).name}${nameSuffix}`;
    return withObject(
      item,
      editObject(item.object, 'metadata/name', true, () => name),
    );
  });
}

/** Paths of labels by kind; `make` where they are written though they are not there (kustomize `commonlabels.go`). */
interface Place {
  readonly kinds: readonly string[];
  readonly path: string;
  readonly make: boolean;
}
const workloads = ['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet'];
const templateLabels: readonly Place[] = [
  {
    kinds: [...workloads, 'Job', 'ReplicationController'],
    path: 'spec/template/metadata/labels',
    make: true,
  },
  { kinds: ['CronJob'], path: 'spec/jobTemplate/metadata/labels', make: true },
  { kinds: ['CronJob'], path: 'spec/jobTemplate/spec/template/metadata/labels', make: true },
  { kinds: ['StatefulSet'], path: 'spec/volumeClaimTemplates[]/metadata/labels', make: true },
];
const spreadLabels = (kinds: readonly string[], root: string): readonly Place[] => [
  ...[
    'affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution[]/podAffinityTerm/labelSelector/matchLabels',
    'affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution[]/labelSelector/matchLabels',
    'affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution[]/podAffinityTerm/labelSelector/matchLabels',
    'affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution[]/labelSelector/matchLabels',
    'topologySpreadConstraints[]/labelSelector/matchLabels',
  ].map((path) => ({ kinds, path: `${root}/${path}`, make: false })),
];
const selectorLabels: readonly Place[] = [
  { kinds: ['Service', 'ReplicationController'], path: 'spec/selector', make: true },
  { kinds: workloads, path: 'spec/selector/matchLabels', make: true },
  { kinds: ['Job', 'PodDisruptionBudget'], path: 'spec/selector/matchLabels', make: false },
  { kinds: ['CronJob'], path: 'spec/jobTemplate/spec/selector/matchLabels', make: false },
  { kinds: ['NetworkPolicy'], path: 'spec/podSelector/matchLabels', make: false },
  { kinds: ['NetworkPolicy'], path: 'spec/ingress[]/from[]/podSelector/matchLabels', make: false },
  { kinds: ['NetworkPolicy'], path: 'spec/egress[]/to[]/podSelector/matchLabels', make: false },
  ...spreadLabels(['Deployment', 'StatefulSet'], 'spec/template/spec'),
];
const templateAnnotations: readonly Place[] = [
  {
    kinds: [...workloads, 'Job', 'ReplicationController'],
    path: 'spec/template/metadata/annotations',
    make: true,
  },
  { kinds: ['CronJob'], path: 'spec/jobTemplate/metadata/annotations', make: true },
  { kinds: ['CronJob'], path: 'spec/jobTemplate/spec/template/metadata/annotations', make: true },
];

function merged(texts: Texts) {
  return (value: Json | undefined): Json => ({ ...(isJsonObject(value) ? value : {}), ...texts });
}

function everywhere(item: Item, root: string, places: readonly Place[], texts: Texts): Item {
  if (Object.keys(texts).length === 0) return item;
  const { kind } = gvkOf(item.object);
  let object = editObject(item.object, root, true, merged(texts));
  for (const { kinds, path, make } of places) {
    if (kinds.includes(kind)) object = editObject(object, path, make, merged(texts));
  }
  return withObject(item, object);
}

/** Adds labels: to objects, and where it is said to templates and selectors. */
export function labelled(
  items: readonly Item[],
  { pairs, includeSelectors, includeTemplates }: LabelEntry,
): readonly Item[] {
  const places = [
    ...(includeSelectors || includeTemplates ? templateLabels : []),
    ...(includeSelectors ? selectorLabels : []),
  ];
  return items.map((item) => everywhere(item, 'metadata/labels', places, pairs));
}

/** Adds annotations to objects and to what they make. */
export function annotated(items: readonly Item[], texts: Texts): readonly Item[] {
  return items.map((item) => everywhere(item, 'metadata/annotations', templateAnnotations, texts));
}

const scaled: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
]);

/** Sets how many replicas something of a name has; null where there is nothing of that name. */
export function withReplicas(
  items: readonly Item[],
  name: string,
  count: number,
): readonly Item[] | null {
  let found = false;
  const made = items.map((item) => {
    const isMeant = scaled.has(gvkOf(item.object).kind) && item.ids.some((id) => id.name === name);
    if (!isMeant) return item;
    found = true;
    return withObject(
      item,
      editObject(item.object, 'spec/replicas', true, () => count),
    );
  });
  return found ? made : null;
}

/** Replaces images of containers, wherever an object has containers. */
export function withImages(items: readonly Item[], image: ImageEntry): readonly Item[] {
  return items.map((item) => {
    if (gvkOf(item.object).kind === 'CustomResourceDefinition') return item;
    return withObject(item, inContainers(item.object, image) as JsonObject);
  });
}

function inContainers(value: Json, image: ImageEntry): Json {
  if (Array.isArray(value)) return value.map((each: Json) => inContainers(each, image));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, of]) => {
      if (of === undefined) return [key, null];
      const isList = (key === 'containers' || key === 'initContainers') && Array.isArray(of);
      return [
        key,
        isList ? of.map((each: Json) => container(each, image)) : inContainers(of, image),
      ];
    }),
  );
}

function container(value: Json, entry: ImageEntry): Json {
  const { image } = isJsonObject(value) ? value : {};
  if (!isJsonObject(value) || typeof image !== 'string') return value;
  return { ...value, image: imageOf(image, entry) };
}

function imageOf(image: string, { name, newName, newTag, tagSuffix, digest }: ImageEntry): string {
  const at = image.indexOf('@');
  const [ref, oldDigest] = at < 0 ? [image, ''] : [image.slice(0, at), image.slice(at)];
  const colon = ref.lastIndexOf(':');
  const hasTag = colon > ref.lastIndexOf('/');
  const [own, tag] = hasTag ? [ref.slice(0, colon), ref.slice(colon)] : [ref, ''];
  if (own !== name) return image;
  const base = newName ?? own;
  if (newTag !== null && digest !== null) return `${base}:${newTag}@${digest}`;
  if (newTag !== null) return `${base}:${newTag}`;
  if (digest !== null) return `${base}@${digest}`;
  return `${base}${tag}${tagSuffix !== null && tag !== '' ? tagSuffix : ''}${oldDigest}`;
}
