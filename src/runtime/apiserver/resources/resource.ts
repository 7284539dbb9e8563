import type { PrinterColumn } from '../../../kube/core.ts';
import type { ScalePaths } from '../../../kube/kinds.ts';
import { apiVersionOf, type KubeObject } from '../../../kube/object.ts';
import type { Schema } from '../../../kube/schema/schema.ts';
import type { Collection, Stored } from '../../store/store.ts';
import { type GroupName, Refusal } from '../refusal.ts';
import type { Conversion } from './conversion.ts';
import type { Rules } from './rules.ts';

/** A kind in one version, as it is served. Versions of a kind share their storage. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly status: boolean;
  readonly scale: ScalePaths | null;
  /** Others than status and scale. */
  readonly subresources: readonly string[];
  /** null: reviews are answered, not stored. */
  readonly storage: Collection | null;
  readonly rules: Rules;
  /** null: whatever it holds is kept as it is. */
  readonly schema: Schema | null;
  readonly columns: readonly PrinterColumn[] | null;
  /** Fields that selectors may name beside name and namespace. */
  readonly selectable: readonly string[];
  /** Said to clients of a deprecated version. */
  readonly warning: string | null;
  /** Whether a CustomResourceDefinition makes it. */
  readonly custom: boolean;
  /** Between this version and what is stored; absent: they are the same. */
  readonly conversion?: Conversion;
}

/** `apps/v1`, or `v1` for the core group. */
export function groupVersion(resource: {
  readonly group: string;
  readonly version: string;
}): string {
  return apiVersionOf(resource);
}

/** What messages about the resource name. */
export function resourceName({ group, plural }: Resource): GroupName {
  return { group, name: plural };
}

/** What messages about an object's content name: the kind as it is stored, events of events.k8s.io as those of core. */
export function kindName({ group, kind, storage }: Resource): GroupName {
  return { group: storage?.group ?? group, name: kind };
}

/** A stored object in the version that is asked for; where that takes a webhook, `convertAhead` comes before. */
export function shownIn({ conversion }: Resource, stored: Stored): Stored {
  return conversion === undefined ? stored : conversion.shown(stored);
}

/** The JSON of a stored object in the version that is asked for; the stored text itself where it is that already. */
export function textIn(resource: Resource, stored: Stored): string {
  return shownIn(resource, stored).text;
}

/** A stored object in the version that is asked for. INVARIANT: may be shared, nobody changes it. */
export function objectIn(resource: Resource, stored: Stored): KubeObject {
  return shownIn(resource, stored).object();
}

/** Sees to it that objects can be shown, where that takes a webhook; null: they can. */
export function convertAhead(
  { conversion }: Resource,
  stored: readonly Stored[],
): Promise<Refusal | null> | null {
  return conversion?.ahead?.(stored) ?? null;
}

/** The same for an object that is asked for by its name. */
export function convertAnew(
  { conversion }: Resource,
  stored: Stored,
): Promise<Refusal | null> | null {
  return conversion?.anew?.(stored) ?? null;
}

/** An object as it is written: in the version of the storage, what names it first. */
export function toStorage(
  { conversion }: Resource,
  object: KubeObject,
): KubeObject | Promise<KubeObject | Refusal> {
  const converted = conversion?.toStorage(object) ?? object;
  return converted instanceof Promise ? converted.then(inOrder) : inOrder(converted);
}

function inOrder(object: KubeObject): KubeObject;
function inOrder(object: KubeObject | Refusal): KubeObject | Refusal;
function inOrder(object: KubeObject | Refusal): KubeObject | Refusal {
  if (object instanceof Refusal) return object;
  const { apiVersion, kind, metadata, ...rest } = object;
  return { apiVersion, kind, metadata, ...rest };
}
