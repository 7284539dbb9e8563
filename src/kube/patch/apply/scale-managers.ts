import type { ManagedFieldsEntry } from '../../object.ts';
import {
  difference,
  type FieldSet,
  fieldSetBuilder,
  insert,
  intersection,
  isEmptySet,
} from './field-set.ts';
import { decodeManagers, encodeManagers, type Manager, managerKey } from './managers.ts';

/** Where a kind keeps its replicas, by `apiVersion`; null: that version has no scale. */
export type ReplicasPaths = ReadonlyMap<string, readonly string[] | null>;

const scaleVersion = 'autoscaling/v1';
const replicasOfScale = fieldSet(['spec', 'replicas']);

function fieldSet(path: readonly string[]): FieldSet {
  const set = fieldSetBuilder();
  insert(
    set,
    path.map((name) => `f:${name}`),
  );
  return set;
}

function has(set: FieldSet, field: FieldSet): boolean {
  return !isEmptySet(intersection(set, field));
}

/** Who owns the replicas of an object, as `managedFields` of its Scale (apimachinery `managedfields/scalehandler.go`). */
export function scaleEntries(
  entries: readonly ManagedFieldsEntry[] | undefined,
  paths: ReplicasPaths,
): readonly ManagedFieldsEntry[] {
  const owners = new Map<string, Manager>();
  for (const [key, manager] of decodeManagers(entries) ?? []) {
    const path = paths.get(manager.apiVersion) ?? null;
    if (path === null || !has(manager.fields, fieldSet(path))) continue;
    owners.set(key, { ...manager, apiVersion: scaleVersion, fields: replicasOfScale });
  }
  return encodeManagers(owners);
}

/**
 * `managedFields` of an object after its Scale was written: who no longer owns the replicas there loses them here, and
 * who got them has an entry of its own.
 */
export function entriesOfScaled(input: {
  readonly entries: readonly ManagedFieldsEntry[] | undefined;
  /** Of the Scale, as the write left them. */
  readonly scale: readonly ManagedFieldsEntry[] | undefined;
  readonly paths: ReplicasPaths;
  /** The version of the object that was asked for. */
  readonly apiVersion: string;
}): readonly ManagedFieldsEntry[] {
  const { paths, apiVersion } = input;
  const before = decodeManagers(input.entries) ?? new Map<string, Manager>();
  const scaled = new Map(decodeManagers(input.scale) ?? []);
  const after = new Map<string, Manager>();
  for (const [key, manager] of before) {
    const path = paths.get(manager.apiVersion);
    // who manages a version that is not known manages nothing
    if (path === undefined) continue;
    const replicas = path === null ? null : fieldSet(path);
    if (replicas === null || !has(manager.fields, replicas)) after.set(key, manager);
    else if (scaled.delete(key)) after.set(key, manager);
    else after.set(key, { ...manager, fields: difference(manager.fields, replicas) });
  }
  const path = paths.get(apiVersion) ?? null;
  for (const [key, manager] of scaled) {
    if (path === null || !has(manager.fields, replicasOfScale)) continue;
    const owner = { ...manager, apiVersion, fields: fieldSet(path), time: before.get(key)?.time };
    after.set(managerKey({ ...manager, apiVersion: scaleVersion }), owner);
  }
  return encodeManagers(after);
}
