import { compareText } from '../../../base/json.ts';
import type { ProgramObject, ProgramStatus } from '../../../ir/program-object.ts';
import { kindInfo } from '../../../kube/kinds.ts';
import { type KubeObject, refOf } from '../../../kube/object.ts';
import type { Wanted } from '../declared.ts';
import type { Place } from './kinds.ts';

type Inventory = ProgramStatus['inventory'];

/** Where a Program says its objects are. */
export function placesOf({ status }: ProgramObject): readonly Place[] {
  return (status?.inventory ?? []).flatMap(({ group, kind, version, namespaces }) => {
    const known = version ?? kindInfo({ group, kind })?.version;
    if (known === undefined) return [];
    const of = { group, version: known, kind };
    return (namespaces.length === 0 ? [''] : namespaces).map((namespace) => ({
      kind: of,
      namespace,
    }));
  });
}

/** Places of what is wanted and of what is owned still. */
export function inventoryOf(
  wanted: readonly Wanted[],
  owned: readonly KubeObject[],
  unread: readonly Place[],
): Inventory {
  const entries = new Map<string, { version: string; namespaces: Set<string> }>();
  const add = (group: string, kind: string, version: string, namespace: string): void => {
    const entry = entries.get(`${group}/${kind}`) ?? { version, namespaces: new Set() };
    if (namespace !== '') entry.namespaces.add(namespace);
    entries.set(`${group}/${kind}`, entry);
  };
  for (const { ref } of wanted) add(ref.group, ref.kind, ref.version, ref.namespace);
  for (const object of owned) {
    const { group, kind, version, namespace } = refOf(object);
    add(group, kind, version, namespace);
  }
  for (const { kind, namespace } of unread) add(kind.group, kind.kind, kind.version, namespace);
  return [...entries]
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, { version, namespaces }]) => ({
      group: key.slice(0, key.lastIndexOf('/')),
      version,
      kind: key.slice(key.lastIndexOf('/') + 1),
      namespaces: [...namespaces].sort(compareText),
    }));
}

/** Whether a place of the wider inventory is missing in the narrower: then it must be written down before it is used. */
export function grows(before: Inventory, after: Inventory): boolean {
  const known = new Set(before.flatMap(entryKeys));
  return after.flatMap(entryKeys).some((key) => !known.has(key));
}

function entryKeys({ group, kind, namespaces }: Inventory[number]): readonly string[] {
  return (namespaces.length === 0 ? [''] : namespaces).map((of) => `${group}/${kind}/${of}`);
}
