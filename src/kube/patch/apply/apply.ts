import { formatInstant, type Instant } from '../../../base/instant.ts';
import { type JsonObject, jsonEqual } from '../../../base/json.ts';
import type { KubeObject, ManagedFieldsEntry } from '../../object.ts';
import { tooDeep } from '../../schema/depth.ts';
import type { Shape } from '../shape.ts';
import { type Comparison, changed, compare } from './compare.ts';
import { configOf, contentOf, type Part, withContent, withManagedFields } from './content.ts';
import {
  difference,
  type FieldSet,
  intersection,
  isEmptySet,
  noFields,
  pathsOf,
  pathText,
  union,
} from './field-set.ts';
import { applyFault, fieldsOf } from './fields-of.ts';
import {
  capUpdaters,
  decodeManagers,
  encodeManagers,
  type Manager,
  type Managers,
  managerKey,
  managerText,
} from './managers.ts';
import { merge } from './merge.ts';
import { removeFields, withFieldsOnTheWay } from './remove.ts';

/** Who writes, and what. */
export interface FieldWriter {
  readonly manager: string;
  /** `main` where the kind has a status subresource, `whole` where it has none. */
  readonly part: Part;
  /** Name of the subresource written through, empty for the object itself. */
  readonly subresource?: string;
  readonly now: Instant;
}

export interface ApplyInput {
  /** The object as it is; null where it does not exist. */
  readonly live: KubeObject | null;
  /** The configuration; of it `metadata.managedFields` is ignored. */
  readonly config: KubeObject;
  readonly shape: Shape;
  readonly writer: FieldWriter;
  /** Take fields from other managers. */
  readonly force?: boolean;
}
export type ApplyOutcome =
  /** `object` carries the new `managedFields`; defaults and validation are still to come. */
  | { readonly ok: true; readonly object: KubeObject }
  /** 409, reason Conflict, with causes FieldManagerConflict. */
  | {
      readonly ok: false;
      readonly why: 'conflict';
      readonly message: string;
      readonly causes: readonly { readonly message: string; readonly field: string }[];
    }
  /** The configuration cannot be merged. */
  | { readonly ok: false; readonly why: 'invalid'; readonly message: string };

/**
 * Server-side apply: lays a configuration over an object, drops what the manager applied before and no longer does
 * unless somebody else owns it, and keeps track of who owns what (structured-merge-diff `merge.Updater.Apply`).
 */
export function applyConfig(input: ApplyInput): ApplyOutcome {
  const { config, shape, writer } = input;
  const { part } = writer;
  const content = configOf(config, part);
  if (tooDeep(config)) return { ok: false, why: 'invalid', message: 'it is nested too deep' };
  const fault = applyFault(content, shape);
  if (fault !== null) {
    return { ok: false, why: 'invalid', message: typedFault(config, fault) };
  }
  const before = contentOf(input.live, part);
  const managers = new Map(ownersOf(input));
  const identity = identityOf(writer, 'Apply', config.apiVersion);
  const key = managerKey(identity);
  const last = managers.get(key)?.fields ?? noFields;
  const time = formatInstant(writer.now);
  managers.set(key, { ...identity, time, fields: fieldsOf(content, shape) });
  const merged = merge(before, content, shape) as JsonObject;
  const pruned = pruneDropped({ merged, last, managers, shape });
  const taken = takeOver(managers, compare(before, pruned, shape), key);
  if (!input.force && taken.conflicts.length > 0) return refusal(taken.conflicts);
  const { apiVersion, kind, metadata } = config;
  const object = withContent(input.live ?? { apiVersion, kind, metadata }, part, pruned);
  return { ok: true, object: withManagedFields(object, encodeManagers(taken.managers)) };
}

export interface UpdateInput {
  /** The object as it was; null when it is created. */
  readonly live: KubeObject | null;
  /** The object as it is to be, with what the client sent as `managedFields`. */
  readonly object: KubeObject;
  readonly shape: Shape;
  readonly writer: FieldWriter;
}

/**
 * The object of a create, replace or patch with `managedFields` that say so: the writer owns what it changed, and
 * others lose it (structured-merge-diff `merge.Updater.Update`).
 */
export function trackUpdate(input: UpdateInput): KubeObject {
  const { live, object, shape, writer } = input;
  const managers = sentManagers(input);
  // of what nobody owned before nobody owns anything, until somebody applies (`skipnonapplied.go`)
  if (live !== null && managers.size === 0) return withManagedFields(object, []);
  if (tooDeep(object)) return withManagedFields(object, encodeManagers(managers));
  const { part } = writer;
  const comparison = compare(contentOf(live, part), contentOf(object, part), shape);
  const identity = identityOf(writer, 'Update', object.apiVersion);
  const key = managerKey(identity);
  const { managers: others } = takeOver(managers, comparison, key);
  const previous = others.get(key);
  const gained = changed(comparison);
  const fields = union(difference(previous?.fields ?? noFields, comparison.removed), gained);
  const time = isEmptySet(gained) ? previous?.time : formatInstant(writer.now);
  const all = new Map(others).set(key, { ...identity, time, fields });
  return withManagedFields(object, encodeManagers(capUpdaters(all)));
}

/** Whether two states of an object differ in nothing but the times of their managed fields: then none is written. */
export function sameButTimes(a: KubeObject, b: KubeObject): boolean {
  const timeless = ({ time: _, ...entry }: ManagedFieldsEntry) => entry;
  const bare = (object: KubeObject) => ({
    ...object,
    metadata: { ...object.metadata, managedFields: object.metadata.managedFields?.map(timeless) },
  });
  return jsonEqual(bare(a), bare(b));
}

function identityOf(
  writer: FieldWriter,
  operation: 'Apply' | 'Update',
  apiVersion: string,
): Omit<Manager, 'time' | 'fields'> {
  return {
    manager: writer.manager,
    operation,
    apiVersion,
    subresource: writer.subresource ?? '',
  };
}

/** Who owns the live object; fields from before anybody applied belong to a manager of their own. */
function ownersOf({ live, shape, writer }: ApplyInput): Managers {
  if (live === null) return new Map();
  const managers = decodeManagers(live.metadata.managedFields) ?? new Map();
  if (managers.size > 0) return managers;
  const content = contentOf(live, 'whole');
  const fields = changed(compare({}, content, shape));
  const before = identityOf(
    { ...writer, manager: 'before-first-apply', subresource: '' },
    'Update',
    live.apiVersion,
  );
  return new Map([[managerKey(before), { ...before, time: formatInstant(writer.now), fields }]]);
}

/** The managers of a request: as sent, none when it asks to forget them (`[{}]`), else those of the live object. */
function sentManagers({ live, object, writer }: UpdateInput): Managers {
  const sent: readonly unknown[] | undefined = object.metadata.managedFields;
  if (writer.part !== 'status' && Array.isArray(sent)) {
    if (sent.length === 1 && jsonEqual(sent[0], {})) return new Map();
    const managers = decodeManagers(sent);
    if (managers !== null && managers.size > 0) return managers;
  }
  return decodeManagers(live?.metadata.managedFields) ?? new Map();
}

interface Taken {
  readonly managers: Managers;
  readonly conflicts: readonly { readonly manager: Manager; readonly fields: FieldSet }[];
}

/** Takes what changed from all managers but one, and says from whom something was taken that still exists. */
function takeOver(managers: Managers, comparison: Comparison, except: string): Taken {
  const gained = changed(comparison);
  const conflicts: { manager: Manager; fields: FieldSet }[] = [];
  const left = new Map<string, Manager>();
  for (const [key, manager] of managers) {
    if (key === except) {
      left.set(key, manager);
      continue;
    }
    const lost = intersection(manager.fields, gained);
    if (!isEmptySet(lost)) conflicts.push({ manager, fields: lost });
    const fields = difference(difference(manager.fields, lost), comparison.removed);
    if (!isEmptySet(fields)) left.set(key, { ...manager, fields });
  }
  return { managers: left, conflicts };
}

interface Pruning {
  readonly merged: JsonObject;
  /** What the applying manager owned before. */
  readonly last: FieldSet;
  readonly managers: Managers;
  readonly shape: Shape;
}

/** Drops what the manager no longer applies and nobody else owns. */
function pruneDropped({ merged, last, managers, shape }: Pruning): JsonObject {
  if (isEmptySet(last)) return merged;
  const full = (set: FieldSet) => withFieldsOnTheWay(set, shape);
  const present = full(fieldsOf(merged, shape));
  const without = removeFields(merged, full(last), shape);
  const owned = full(
    [...managers.values()].reduce((all, each) => union(all, each.fields), noFields),
  );
  const spared = union(full(fieldsOf(without, shape)), owned);
  const restored = removeFields(merged, difference(present, spared), shape);
  const remaining = full(fieldsOf(restored, shape));
  const dropped = intersection(difference(present, remaining), full(last));
  return removeFields(merged, dropped, shape) as JsonObject;
}

function refusal(conflicts: Taken['conflicts']): ApplyOutcome {
  const each = conflicts
    .flatMap(({ manager, fields }) =>
      pathsOf(fields).map((path) => ({ who: managerText(manager), field: pathText(path) })),
    )
    .sort((a, b) => (a.who < b.who ? -1 : a.who > b.who ? 1 : 0));
  const causes = each.map(({ who, field }) => ({ message: `conflict with ${who}`, field }));
  const [first] = each;
  if (each.length === 1 && first) {
    const message = `Apply failed with 1 conflict: conflict with ${first.who}: ${first.field}`;
    return { ok: false, why: 'conflict', message, causes };
  }
  const texts = [...new Set(each.map(({ who }) => who))].map((who) => {
    const fields = each.filter((conflict) => conflict.who === who);
    return `conflicts with ${who}:\n${fields.map(({ field }) => `- ${field}`).join('\n')}`;
  });
  const message = `Apply failed with ${each.length} conflicts: ${texts.join('\n')}`;
  return { ok: false, why: 'conflict', message, causes };
}

function typedFault({ apiVersion, kind, metadata }: KubeObject, fault: string): string {
  const { namespace = '', name } = metadata;
  return `failed to create typed patch object (${namespace}/${name}; ${apiVersion}, Kind=${kind}): ${fault}`;
}
