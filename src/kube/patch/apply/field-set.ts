import { compareText, isJsonObject, type JsonObject, stableJson } from '../../../base/json.ts';
import { maxDepth } from '../../schema/depth.ts';

/**
 * A set of fields, as `managedFields` keeps them (FieldsV1). An element of a path is its text there: `f:name`,
 * `k:{…}` of a list entry, `v:…` of a member of a set, `i:…` of a place.
 */
export interface FieldSet {
  readonly members: ReadonlySet<string>;
  /** INVARIANT: none is empty. */
  readonly children: ReadonlyMap<string, FieldSet>;
}

/** A set that is being filled. */
export interface FieldSetBuilder {
  readonly members: Set<string>;
  readonly children: Map<string, FieldSetBuilder>;
}

export const noFields: FieldSet = { members: new Set(), children: new Map() };

/** An empty set to fill. */
export function fieldSetBuilder(): FieldSetBuilder {
  return { members: new Set(), children: new Map() };
}

/** Adds one path to a set; the empty path is no field. */
export function insert(into: FieldSetBuilder, path: readonly string[]): void {
  let node = into;
  for (const element of path.slice(0, -1)) {
    let child = node.children.get(element);
    if (child === undefined) {
      child = fieldSetBuilder();
      node.children.set(element, child);
    }
    node = child;
  }
  const last = path.at(-1);
  if (last !== undefined) node.members.add(last);
}

export function isEmptySet(set: FieldSet): boolean {
  return set.members.size === 0 && set.children.size === 0;
}

/** What lies below an element. */
export function below(set: FieldSet, element: string): FieldSet {
  return set.children.get(element) ?? noFields;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) return b;
  if (isEmptySet(b)) return a;
  const children = new Map(a.children);
  for (const [element, child] of b.children) {
    children.set(element, union(below(a, element), child));
  }
  return { members: new Set([...a.members, ...b.members]), children };
}

export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return a;
  return {
    members: new Set([...a.members].filter((element) => !b.members.has(element))),
    children: mapChildren(a, (child, element) => difference(child, below(b, element))),
  };
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return noFields;
  return {
    members: new Set([...a.members].filter((element) => b.members.has(element))),
    children: mapChildren(a, (child, element) => intersection(child, below(b, element))),
  };
}

/** A set with each child changed; children that become empty are left out. */
export function mapChildren(
  set: FieldSet,
  change: (child: FieldSet, element: string) => FieldSet,
): ReadonlyMap<string, FieldSet> {
  const children = new Map<string, FieldSet>();
  for (const [element, child] of set.children) {
    const next = change(child, element);
    if (!isEmptySet(next)) children.set(element, next);
  }
  return children;
}

/** Every path of a set: at each step its members in order of text, then what is below them. */
export function pathsOf(set: FieldSet): readonly (readonly string[])[] {
  const members = [...set.members].sort(compareText).map((element) => [element]);
  const children = [...set.children.keys()].sort(compareText);
  return [
    ...members,
    ...children.flatMap((element) =>
      pathsOf(below(set, element)).map((path) => [element, ...path]),
    ),
  ];
}

/** A path as Kubernetes prints it in conflicts: `.spec.containers[name="web"].image`. */
export function pathText(path: readonly string[]): string {
  return path.map(elementText).join('');
}

function elementText(element: string): string {
  const value = element.slice(2);
  switch (element.slice(0, 2)) {
    case 'f:':
      return `.${value}`;
    case 'k:': {
      const keys: unknown = parsed(value);
      if (!isJsonObject(keys)) return `[${value}]`;
      const pairs = Object.keys(keys)
        .sort(compareText)
        .map((key) => `${key}=${JSON.stringify(keys[key])}`);
      return `[${pairs.join(',')}]`;
    }
    case 'v:':
      return `[=${value}]`;
    default:
      return `[${value}]`;
  }
}

/** A set as FieldsV1. */
export function encodeFields(set: FieldSet): JsonObject {
  const elements = [...new Set([...set.members, ...set.children.keys()])].sort(compareText);
  return Object.fromEntries(
    elements.map((element) => {
      const child = set.children.get(element);
      if (child === undefined) return [element, {}];
      const own = set.members.has(element) ? { '.': {} } : {};
      return [element, { ...own, ...encodeFields(child) }];
    }),
  );
}

/** The set of FieldsV1; null where it is none. */
export function decodeFields(fields: unknown): FieldSet | null {
  return decode(fields, 0);
}

function decode(fields: unknown, depth: number): FieldSet | null {
  if (!isJsonObject(fields) || depth > maxDepth) return null;
  const members = new Set<string>();
  const children = new Map<string, FieldSet>();
  for (const [key, value] of Object.entries(fields)) {
    if (key === '.') continue;
    const element = canonical(key);
    const child = decode(value, depth + 1);
    if (element === null || child === null || !isJsonObject(value)) return null;
    if (isEmptySet(child) || Object.hasOwn(value, '.')) members.add(element);
    if (!isEmptySet(child)) children.set(element, child);
  }
  return { members, children };
}

/** The one spelling of an element, so that equal elements are equal texts. */
function canonical(key: string): string | null {
  const value = key.slice(2);
  switch (key.slice(0, 2)) {
    case 'f:':
      return key;
    case 'i:':
      return /^-?\d{1,9}$/.test(value) ? key : null;
    case 'k:':
    case 'v:': {
      const of = parsed(value);
      return of === undefined ? null : `${key.slice(0, 2)}${stableJson(of)}`;
    }
    default:
      return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
