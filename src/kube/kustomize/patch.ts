import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { kindInfo } from '../kinds.ts';
import { shapeOf } from '../patch/built-in-shapes.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { fieldShape, type Shape } from '../patch/shape.ts';
import { strategicMergePatch } from '../patch/strategic.ts';
import { editObject, gvkOf, type Item, idOf, withObject } from './item.ts';
import type { PatchEntry, Target, Unusable } from './kustomization.ts';

/** Applies one patch: operations of a JSON patch, or objects that are merged. */
export function patched(
  items: readonly Item[],
  entry: PatchEntry,
  documents: readonly Json[],
): readonly Item[] | Unusable {
  const [first] = documents;
  if (Array.isArray(first)) {
    return entry.target === null
      ? { problem: 'a JSON patch needs a `target`' }
      : byOperations(items, entry.target, first);
  }
  let result = items;
  for (const document of documents) {
    if (document === null) continue;
    if (!isJsonObject(document)) return { problem: 'a patch is neither an object nor a list' };
    const next = byObject(result, entry, document);
    if ('problem' in next) return next;
    result = next;
  }
  return result;
}

function byOperations(
  items: readonly Item[],
  target: Target,
  operations: Json,
): readonly Item[] | Unusable {
  const chosen = select(items, target);
  if ('problem' in chosen) return chosen;
  const made: Item[] = [];
  for (const item of items) {
    if (!chosen.items.has(item)) {
      made.push(item);
      continue;
    }
    const done = jsonPatch(item.object, operations);
    if (!done.ok) return { problem: `a JSON patch of ${shown(item)} fails: ${done.message}` };
    if (!isJsonObject(done.value))
      return { problem: `a JSON patch leaves nothing of ${shown(item)}` };
    made.push(withObject(item, done.value));
  }
  return made;
}

function byObject(
  items: readonly Item[],
  { target, allowNameChange, allowKindChange }: PatchEntry,
  patch: JsonObject,
): readonly Item[] | Unusable {
  let chosen: ReadonlySet<Item>;
  if (target === null) {
    const { group, kind } = gvkOf(patch);
    const id = idOf(patch);
    const space = id.namespace || 'default';
    const found = items.filter((item) => {
      const of = gvkOf(item.object);
      const isNamed = item.ids.some(
        ({ name, namespace }) => name === id.name && (namespace || 'default') === space,
      );
      return of.group === group && of.kind === kind && isNamed;
    });
    if (found.length !== 1) {
      const many = found.length === 0 ? 'there is no' : 'there are several of';
      return { problem: `a patch is for ${kind} ${id.name}, and ${many} such object` };
    }
    chosen = new Set(found);
  } else {
    const selected = select(items, target);
    if ('problem' in selected) return selected;
    chosen = selected.items;
  }
  const made: Item[] = [];
  for (const item of items) {
    if (!chosen.has(item)) {
      made.push(item);
      continue;
    }
    if (patch['$patch'] === 'delete') continue;
    const merged = merge(item.object, patch);
    if ('problem' in merged) return merged;
    // Which object it is stays as it is, unless that was allowed.
    const { name } = idOf(item.object);
    let object = merged.object;
    if (!allowNameChange) object = editObject(object, 'metadata/name', true, () => name);
    if (!allowKindChange) object = { ...object, kind: item.object['kind'] ?? null };
    made.push(withObject(item, { ...object, apiVersion: item.object['apiVersion'] ?? null }));
  }
  return made;
}

function merge(object: JsonObject, patch: JsonObject): { readonly object: JsonObject } | Unusable {
  const kind = gvkOf(object);
  const info = kindInfo(kind);
  const isBuiltIn = info !== undefined && !kind.group.includes('open-cluster-management');
  if (!isBuiltIn) {
    const merged = mergePatch(object, patch);
    return isJsonObject(merged) ? { object: merged } : { problem: 'a patch leaves no object' };
  }
  const shape = shapeOf(kind);
  const done = strategicMergePatch(object, patch, shape);
  if (!done.ok) return { problem: `a patch does not fit: ${done.message}` };
  const ordered = inOrder(done.value, patch, shape);
  return { object: isJsonObject(ordered) ? ordered : done.value };
}

/** Lists that are merged by key have the patch's items first, in its order (kyaml `merge2`). */
function inOrder(value: Json, patch: Json | undefined, shape: Shape): Json {
  if (isJsonObject(value) && isJsonObject(patch)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, of]) => {
        const inside = Object.hasOwn(patch, key) ? patch[key] : undefined;
        return [
          key,
          inside === undefined ? (of ?? null) : inOrder(of ?? null, inside, fieldShape(shape, key)),
        ];
      }),
    );
  }
  if (!Array.isArray(value) || !Array.isArray(patch) || shape.of !== 'list') return value;
  const names =
    shape.patchKey === undefined ? shape.keys.map(({ name }) => name) : [shape.patchKey];
  const keyOf = (item: Json): string =>
    JSON.stringify(names.map((name) => (isJsonObject(item) ? (item[name] ?? null) : item)));
  const items = value as readonly Json[];
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  const first = (patch as readonly Json[]).flatMap((item): readonly Json[] => {
    const merged = byKey.get(keyOf(item));
    byKey.delete(keyOf(item));
    return merged === undefined ? [] : [inOrder(merged, item, shape.item)];
  });
  return [...first, ...byKey.values()];
}

function shown({ object }: Item): string {
  return `${gvkOf(object).kind} ${idOf(object).name}`;
}

/** The items a target means; its texts are patterns, of which `.*` is known here. */
function select(
  items: readonly Item[],
  target: Target,
): { readonly items: ReadonlySet<Item> } | Unusable {
  const { group, version, kind, name, namespace, labelSelector, annotationSelector } = target;
  for (const text of [group, version, kind, name, namespace]) {
    if (/[[\](){}|+?^$\\]|(^|[^.])\*/.test(text)) {
      return {
        problem: `the pattern \`${text}\` of a target is not known here: use a name, or \`.*\``,
      };
    }
  }
  const labels = requirementsOf(labelSelector);
  const annotations = requirementsOf(annotationSelector);
  if (labels === null || annotations === null) {
    const text = labels === null ? labelSelector : annotationSelector;
    return { problem: `the selector \`${text}\` of a target is not known here: use \`key=value\`` };
  }
  const chosen = items.filter((item) => {
    const of = gvkOf(item.object);
    const isKind = fits(group, of.group) && fits(version, of.version) && fits(kind, of.kind);
    const isNamed = item.ids.some(
      (id) => fits(name, id.name) && fits(namespace, id.namespace || 'default'),
    );
    const isMarked = meets(item, 'labels', labels) && meets(item, 'annotations', annotations);
    return isKind && isNamed && isMarked;
  });
  return { items: new Set(chosen) };
}

/** Whether a text is as a pattern of plain pieces with `.*` between says; an empty pattern says nothing. */
function fits(pattern: string, text: string): boolean {
  if (pattern === '') return true;
  const pieces = pattern.split('.*');
  const [first = '', ...rest] = pieces;
  if (rest.length === 0) return text === first;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

interface Requirement {
  readonly key: string;
  readonly value: string | null;
  readonly negated: boolean;
}

function requirementsOf(text: string): readonly Requirement[] | null {
  if (text.trim() === '') return [];
  const requirements: Requirement[] = [];
  for (const part of text.split(',')) {
    const match = /^\s*(!?)([\w./-]+)\s*(?:(=|==|!=)\s*([\w.-]*))?\s*$/.exec(part);
    if (match === null) return null;
    const [, not = '', key = '', by, value = ''] = match;
    if (not === '!' && by !== undefined) return null;
    requirements.push({
      key,
      value: by === undefined ? null : value,
      negated: not === '!' || by === '!=',
    });
  }
  return requirements;
}

function meets(item: Item, field: 'labels' | 'annotations', all: readonly Requirement[]): boolean {
  const metadata = item.object['metadata'];
  const texts = isJsonObject(metadata) && isJsonObject(metadata[field]) ? metadata[field] : {};
  return all.every(({ key, value, negated }) => {
    const there = Object.hasOwn(texts, key);
    const holds = value === null ? there : there && texts[key] === value;
    return holds !== negated;
  });
}
