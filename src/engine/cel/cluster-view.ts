import { formatInstant, parseInstant } from '../../base/instant.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import type { ManagedCluster } from '../../kube/ocm/cluster.ts';
import { formatQuantity, parseQuantity } from '../../kube/quantity.ts';

/** How one field of upstream's Go type shows in JSON. */
type Field = readonly [name: string, of: Shape, whenEmpty: 'omit' | 'keep'];
type Shape =
  | 'text'
  | 'int'
  | 'bool'
  | 'time'
  | 'texts'
  | 'quantities'
  | 'json'
  | { readonly list: readonly Field[] }
  | { readonly object: readonly Field[] };

const conditions: readonly Field[] = [
  ['type', 'text', 'keep'],
  ['status', 'text', 'keep'],
  ['observedGeneration', 'int', 'omit'],
  ['lastTransitionTime', 'time', 'keep'],
  ['reason', 'text', 'keep'],
  ['message', 'text', 'keep'],
];
const ownerReferences: readonly Field[] = [
  ['apiVersion', 'text', 'keep'],
  ['kind', 'text', 'keep'],
  ['name', 'text', 'keep'],
  ['uid', 'text', 'keep'],
  ['controller', 'json', 'omit'],
  ['blockOwnerDeletion', 'json', 'omit'],
];
const managedFields: readonly Field[] = [
  ['manager', 'text', 'omit'],
  ['operation', 'text', 'omit'],
  ['apiVersion', 'text', 'omit'],
  ['time', 'time', 'omit'],
  ['fieldsType', 'text', 'omit'],
  ['fieldsV1', 'json', 'omit'],
  ['subresource', 'text', 'omit'],
];
const metadata: readonly Field[] = [
  ['name', 'text', 'omit'],
  ['generateName', 'text', 'omit'],
  ['namespace', 'text', 'omit'],
  ['selfLink', 'text', 'omit'],
  ['uid', 'text', 'omit'],
  ['resourceVersion', 'text', 'omit'],
  ['generation', 'int', 'omit'],
  ['creationTimestamp', 'time', 'omit'],
  ['deletionTimestamp', 'time', 'omit'],
  ['deletionGracePeriodSeconds', 'json', 'omit'],
  ['labels', 'texts', 'omit'],
  ['annotations', 'texts', 'omit'],
  ['ownerReferences', { list: ownerReferences }, 'omit'],
  ['finalizers', 'json', 'omit'],
  ['managedFields', { list: managedFields }, 'omit'],
];
const spec: readonly Field[] = [
  [
    'managedClusterClientConfigs',
    {
      list: [
        ['url', 'text', 'keep'],
        ['caBundle', 'text', 'omit'],
      ],
    },
    'omit',
  ],
  ['hubAcceptsClient', 'bool', 'keep'],
  ['leaseDurationSeconds', 'int', 'omit'],
  [
    'taints',
    {
      list: [
        ['key', 'text', 'keep'],
        ['value', 'text', 'omit'],
        ['effect', 'text', 'keep'],
        ['timeAdded', 'time', 'keep'],
      ],
    },
    'omit',
  ],
];
const namedValue: readonly Field[] = [
  ['name', 'text', 'omit'],
  ['value', 'text', 'omit'],
];
const status: readonly Field[] = [
  ['conditions', { list: conditions }, 'keep'],
  ['capacity', 'quantities', 'omit'],
  ['allocatable', 'quantities', 'omit'],
  ['version', { object: [['kubernetes', 'text', 'omit']] }, 'keep'],
  ['clusterClaims', { list: namedValue }, 'omit'],
  [
    'managedNamespaces',
    {
      list: [
        ['name', 'text', 'keep'],
        ['clusterSet', 'text', 'keep'],
        ['conditions', { list: conditions }, 'omit'],
      ],
    },
    'omit',
  ],
];
const cluster: readonly Field[] = [
  ['metadata', { object: metadata }, 'keep'],
  ['spec', { object: spec }, 'keep'],
  ['status', { object: status }, 'keep'],
];

const views = new WeakMap<ManagedCluster, JsonObject>();

/**
 * A ManagedCluster as CEL sees it: what upstream's Go type keeps of it (api `cluster/v1/types.go`). Unknown fields are
 * dropped, quantities canonical, times in UTC; empty labels are absent, `status` and its conditions always there.
 */
export function clusterView(object: ManagedCluster): JsonObject {
  const known = views.get(object);
  if (known !== undefined) return known;
  const view = read(object, cluster);
  views.set(object, view);
  return view;
}

function read(from: unknown, fields: readonly Field[]): JsonObject {
  const object = isJsonObject(from) ? from : {};
  const view: Record<string, Json> = Object.create(null);
  for (const [name, shape, whenEmpty] of fields) {
    const value = readShape(Object.hasOwn(object, name) ? object[name] : undefined, shape);
    if (value.empty && whenEmpty === 'omit') continue;
    view[name] = value.json;
  }
  return view;
}

function readShape(json: Json | undefined, shape: Shape): { json: Json; empty: boolean } {
  switch (shape) {
    case 'text':
      return typeof json === 'string' ? { json, empty: json === '' } : { json: '', empty: true };
    case 'int':
      return typeof json === 'number' ? { json, empty: json === 0 } : { json: 0, empty: true };
    case 'bool':
      return { json: json === true, empty: json !== true };
    case 'time':
      return readTime(json);
    case 'texts':
      return readTexts(json);
    case 'quantities':
      return readQuantities(json);
    case 'json':
      return { json: json ?? null, empty: isEmpty(json) };
    default:
      return readNested(json, shape);
  }
}

function readNested(
  json: Json | undefined,
  shape: { readonly list: readonly Field[] } | { readonly object: readonly Field[] },
): { json: Json; empty: boolean } {
  if ('object' in shape) return { json: read(json, shape.object), empty: false };
  if (!Array.isArray(json)) return { json: null, empty: true };
  return { json: json.map((item: Json) => read(item, shape.list)), empty: json.length === 0 };
}

// A list that was never set is null; one that is set and empty stays an empty list where it is kept at all.
function isEmpty(json: Json | undefined): boolean {
  return json === undefined || json === null || (Array.isArray(json) && json.length === 0);
}

function readTime(json: Json | undefined): { json: Json; empty: boolean } {
  const at = typeof json === 'string' ? parseInstant(json) : null;
  return at === null ? { json: null, empty: true } : { json: formatInstant(at), empty: false };
}

function readTexts(json: Json | undefined): { json: Json; empty: boolean } {
  if (!isJsonObject(json)) return { json: null, empty: true };
  return { json, empty: Object.keys(json).length === 0 };
}

function readQuantities(json: Json | undefined): { json: Json; empty: boolean } {
  if (!isJsonObject(json)) return { json: null, empty: true };
  const view: Record<string, Json> = Object.create(null);
  for (const [name, value] of Object.entries(json)) {
    const text = typeof value === 'string' ? value.trim() : value;
    const known = typeof text === 'string' || typeof text === 'number';
    const quantity = known ? parseQuantity(text) : null;
    if (quantity !== null) view[name] = formatQuantity(quantity);
  }
  return { json: view, empty: Object.keys(view).length === 0 };
}
