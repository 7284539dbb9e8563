import { compareText, isJsonObject } from '../../../base/json.ts';
import type { ManagedFieldsEntry } from '../../object.ts';
import { own } from '../../schema/own.ts';
import { decodeFields, encodeFields, type FieldSet, isEmptySet, union } from './field-set.ts';

/** Who owns fields: an entry of `metadata.managedFields` with its fields decoded. */
export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  readonly time: string | undefined;
  readonly fields: FieldSet;
}
/** By `managerKey`. */
export type Managers = ReadonlyMap<string, Manager>;

/** What tells managers apart: appliers have one entry whatever the version, updaters one for each. */
export function managerKey(of: Omit<Manager, 'time' | 'fields'>): string {
  const version = of.operation === 'Apply' ? '' : of.apiVersion;
  return JSON.stringify([of.manager, of.operation, version, of.subresource]);
}

/** The managers in `managedFields`; null where some entry is malformed. */
export function decodeManagers(entries: unknown): Managers | null {
  if (entries === undefined || entries === null) return new Map();
  if (!Array.isArray(entries)) return null;
  const managers = new Map<string, Manager>();
  for (const entry of entries) {
    const manager = decodeManager(entry);
    if (manager === null) return null;
    managers.set(managerKey(manager), manager);
  }
  return managers;
}

function decodeManager(entry: unknown): Manager | null {
  if (!isJsonObject(entry)) return null;
  const text = (field: string): string => {
    const value = own(entry, field);
    return typeof value === 'string' ? value : '';
  };
  const operation = own(entry, 'operation');
  const fields = decodeFields(own(entry, 'fieldsV1') ?? {});
  if (fields === null || (operation !== 'Apply' && operation !== 'Update')) return null;
  return {
    manager: text('manager'),
    operation,
    apiVersion: text('apiVersion'),
    subresource: text('subresource'),
    time: text('time') || undefined,
    fields,
  };
}

/** Managers as `managedFields`: appliers first, then by time; managers of nothing are left out. */
export function encodeManagers(managers: Managers): readonly ManagedFieldsEntry[] {
  return [...managers.values()]
    .filter((manager) => !isEmptySet(manager.fields))
    .sort(
      (a, b) =>
        compareText(a.operation, b.operation) ||
        compareText(a.time ?? '', b.time ?? '') ||
        compareText(a.manager, b.manager) ||
        compareText(a.apiVersion, b.apiVersion) ||
        compareText(a.subresource, b.subresource),
    )
    .map((of) => ({
      manager: of.manager,
      operation: of.operation,
      apiVersion: of.apiVersion,
      ...(of.time === undefined ? {} : { time: of.time }),
      fieldsType: 'FieldsV1',
      fieldsV1: encodeFields(of.fields),
      ...(of.subresource === '' ? {} : { subresource: of.subresource }),
    }));
}

/** How many updaters are kept apart; the oldest beyond that share one entry for each version. */
const mostUpdaters = 10;
const ancient = 'ancient-changes';

/** Keeps the number of updaters bounded (apimachinery `managedfields/internal/capmanagers.go`). */
export function capUpdaters(managers: Managers): Managers {
  const updaters = [...managers.entries()]
    .filter(([, of]) => of.operation === 'Update' && !isEmptySet(of.fields))
    .sort(([, a], [, b]) => compareText(a.time ?? '', b.time ?? ''));
  let surplus = updaters.length - mostUpdaters;
  if (surplus <= 0) return managers;
  const out = new Map(managers);
  const first = new Map<string, string>();
  for (const [key, of] of updaters) {
    if (surplus <= 0) break;
    const opener = first.get(of.apiVersion);
    if (opener === undefined) {
      first.set(of.apiVersion, key);
      continue;
    }
    const identity = { ...of, manager: ancient, subresource: '' };
    const bucketKey = managerKey(identity);
    const bucket = out.get(bucketKey) ?? out.get(opener);
    if (bucketKey !== opener) out.delete(opener);
    out.delete(key);
    out.set(bucketKey, {
      ...identity,
      fields: bucket ? union(bucket.fields, of.fields) : of.fields,
    });
    surplus--;
  }
  return out;
}

/** A manager as conflicts name it: `"kubectl-client-side-apply" using apps/v1`. */
export function managerText(of: Manager): string {
  const name = JSON.stringify(of.manager);
  const part = of.subresource === '' ? '' : ` with subresource ${JSON.stringify(of.subresource)}`;
  return `${name}${part}${of.operation === 'Update' ? ` using ${of.apiVersion}` : ''}`;
}
