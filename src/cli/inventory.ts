import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isJsonObject } from '../base/json.ts';
import type { Inventory } from '../engine/inventory/inventory.ts';
import { fromObjects } from '../engine/inventory/objects.ts';
import type { KubeObject } from '../kube/object.ts';
import type { ManagedClusterAddOn } from '../kube/ocm/addon.ts';
import type {
  AddOnPlacementScore,
  ManagedCluster,
  ManagedClusterSet,
  ManagedClusterSetBinding,
  PlacementDecision,
} from '../kube/ocm/cluster.ts';
import { parseYaml } from '../kube/yaml.ts';
import { type ConnectionOptions, connected } from './connection.ts';
import { CommandFailure, exit, type Io } from './io.ts';
import { readText, shown, WorkspaceReader } from './workspace.ts';

/** What a folder of YAML says about a fleet. */
export interface Recorded {
  readonly clusters: readonly ManagedCluster[];
  readonly sets: readonly ManagedClusterSet[];
  readonly bindings: readonly ManagedClusterSetBinding[];
  readonly scores: readonly AddOnPlacementScore[];
  readonly addons: readonly ManagedClusterAddOn[];
  /** What was decided when it was recorded. */
  readonly decisions: readonly PlacementDecision[];
  /** Everything, also what is none of these. */
  readonly objects: readonly KubeObject[];
}

/** Where a command has its clusters from. */
export interface InventoryOptions extends ConnectionOptions {
  readonly inventory?: string;
  readonly live?: boolean;
}

/** The inventory a command is given: recorded, or that of the hub as it is now. */
export async function inventoryGiven(options: InventoryOptions, io: Io): Promise<Recorded> {
  const { inventory, live = false } = options;
  if (live === (inventory !== undefined)) {
    throw new CommandFailure(exit.usage, `give --inventory FILE or --live; ${howToRecord}`);
  }
  if (inventory !== undefined) return readInventory(inventory, io);
  const { takeSnapshot } = await import('./snapshot/take.ts');
  const hub = await connected(options, io);
  const taken = await takeSnapshot(hub);
  hub.close();
  if (!taken.ok) throw new CommandFailure(exit.environment, taken.message);
  return sortObjects(taken.objects);
}

const howToRecord =
  '`ocm inventory snapshot > inventory.yaml` records the clusters of a hub, `--live` asks it now';

/** Reads recorded objects from files or folders of YAML or JSON. Refuses what is no object, and an inventory without clusters. */
export function readInventory(path: string, io: Io): Recorded {
  const recorded = sortObjects(readObjects(path, io).map(withoutEmptyItems));
  if (recorded.clusters.length === 0) {
    const kinds = [...new Set(recorded.objects.map(({ kind }) => kind))].slice(0, 5).join(', ');
    const found = kinds === '' ? 'nothing' : kinds;
    throw new CommandFailure(
      exit.no,
      `${path} is no inventory: it holds ${found}, and no ManagedCluster; \`kubectl get managedclusters -o yaml\` writes one`,
    );
  }
  return recorded;
}

// A dash with nothing after it is easily left in a list, and says nothing; no API server would show one.
function withoutEmptyItems<T>(value: T): T {
  if (Array.isArray(value)) {
    return value.filter((item) => item !== null).map(withoutEmptyItems) as T;
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withoutEmptyItems(item)]);
  return Object.fromEntries(entries) as T;
}

/** All objects of a file, or of the `.yaml`, `.yml` and `.json` files below a folder; lists are opened. */
export function readObjects(path: string, io: Io): readonly KubeObject[] {
  const full = resolve(io.cwd, path);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new CommandFailure(exit.environment, `cannot read ${path}: it does not exist`);
  }
  if (!stat.isDirectory()) return objectsIn(full, io);
  return new WorkspaceReader(full)
    .list('**/*.{yaml,yml,json}')
    .flatMap((file) => objectsIn(join(full, file), io));
}

/** Sorts objects by what an inventory is made of. */
export function sortObjects(objects: readonly KubeObject[]): Recorded {
  const of = <T extends KubeObject>(kind: string) =>
    objects.filter((object) => object.kind === kind) as unknown as readonly T[];
  return {
    clusters: of('ManagedCluster'),
    sets: of('ManagedClusterSet'),
    bindings: of('ManagedClusterSetBinding'),
    scores: of('AddOnPlacementScore'),
    addons: of('ManagedClusterAddOn'),
    decisions: of('PlacementDecision'),
    objects,
  };
}

/** The engine's inventory of recorded clusters, with sets of the program over those of the recording. */
export function inventoryOf(
  recorded: Recorded,
  declared: readonly ManagedClusterSet[] = [],
): Inventory {
  const names = new Set(declared.map(({ metadata }) => metadata.name));
  const others = recorded.sets.filter(({ metadata }) => !names.has(metadata.name));
  return fromObjects({ ...recorded, sets: [...declared, ...others] });
}

function objectsIn(file: string, io: Io): readonly KubeObject[] {
  const text = readText(file, io.cwd);
  const read = parseYaml(text);
  const name = shown(file, io.cwd);
  if (!read.ok) {
    const line = text.slice(0, read.offset).split('\n').length;
    throw new CommandFailure(exit.no, `${name}:${line}: ${read.message}`);
  }
  return read.documents.flatMap(({ value, start }) => {
    if (isJsonObject(value) && typeof value['kind'] === 'string') {
      const { items } = value;
      if (value['kind'].endsWith('List') && Array.isArray(items)) return items.filter(isObject);
      if (isObject(value)) return [value];
    }
    const line = text.slice(0, start).split('\n').length;
    throw new CommandFailure(exit.no, `${name}:${line}: this is no Kubernetes object`);
  }) as unknown as readonly KubeObject[];
}

function isObject(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { kind, metadata } = value;
  return typeof kind === 'string' && isJsonObject(metadata) && typeof metadata['name'] === 'string';
}
