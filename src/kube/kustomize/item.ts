import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { kindInfo } from '../kinds.ts';
import { parseApiVersion } from '../object.ts';

/** An object on its way through a kustomization. */
export interface Item {
  readonly object: JsonObject;
  /** What it was called at each step, first to last; the last is what it is called now. */
  readonly ids: readonly Id[];
  /** Whether its name gets a suffix by its content at the end. */
  readonly hashed: boolean;
}
export interface Id {
  readonly name: string;
  readonly namespace: string;
}

/** An object as it was read or made. */
export function itemOf(object: JsonObject, hashed = false): Item {
  return { object, ids: [idOf(object)], hashed };
}

/** The item with another object; its name is remembered. */
export function withObject(item: Item, object: JsonObject): Item {
  const [id, last] = [idOf(object), item.ids.at(-1)];
  const isSame = last?.name === id.name && last.namespace === id.namespace;
  return { ...item, object, ids: isSame ? item.ids : [...item.ids, id] };
}

/** Name and namespace of an object. */
export function idOf(object: JsonObject): Id {
  const metadata = object['metadata'];
  const { name, namespace } = isJsonObject(metadata) ? metadata : {};
  return {
    name: typeof name === 'string' ? name : '',
    namespace: typeof namespace === 'string' ? namespace : '',
  };
}

/** Group, version and kind of an object. */
export function gvkOf(object: JsonObject): { group: string; version: string; kind: string } {
  const { apiVersion, kind } = object;
  return { ...parseApiVersion(String(apiVersion)), kind: typeof kind === 'string' ? kind : '' };
}

/** Whether an object lives in a namespace; kinds nobody knows do. */
export function isNamespaced(object: JsonObject): boolean {
  return kindInfo(gvkOf(object))?.namespaced !== false;
}

/** Sets what lies at a path; `make`: what is missing on the way is made. A name with `[]` is each item of a list. */
export function edit(
  value: Json | undefined,
  path: readonly string[],
  make: boolean,
  change: (value: Json | undefined) => Json | undefined,
): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (step === '[]') {
    if (!Array.isArray(value)) return value;
    return value.map((each: Json) => edit(each, rest, make, change) ?? each);
  }
  if (!isJsonObject(value)) {
    if (!make || (value !== undefined && value !== null)) return value;
    return edit({}, path, make, change);
  }
  const before = Object.hasOwn(value, step) ? value[step] : undefined;
  if (before === undefined && !make) return value;
  const after = edit(before, rest, make, change);
  if (after === before || after === undefined) return value;
  return Object.fromEntries([
    ...Object.entries(value).filter(([key]) => key !== step),
    [step, after],
  ]);
}

/** The same of an object. */
export function editObject(
  object: JsonObject,
  path: string,
  make: boolean,
  change: (value: Json | undefined) => Json | undefined,
): JsonObject {
  const steps = path
    .split('/')
    .flatMap((step) => (step.endsWith('[]') ? [step.slice(0, -2), '[]'] : [step]));
  const edited = edit(object, steps, make, change);
  return isJsonObject(edited) ? edited : object;
}
