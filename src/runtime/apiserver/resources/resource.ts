import type { JsonObject } from '../../../base/json.ts';
import type { PrinterColumn } from '../../../kube/core.ts';
import type { ScalePaths } from '../../../kube/kinds.ts';
import { apiVersionOf, type KubeObject } from '../../../kube/object.ts';
import type { Schema } from '../../../kube/schema/schema.ts';
import type { Collection, Stored } from '../../store/store.ts';
import { printJson } from '../../store/text.ts';
import type { GroupName } from '../refusal.ts';
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
  /** The version objects are written in. */
  readonly storageVersion: string;
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
  /** Between this version and that of the storage; absent: only `apiVersion` differs. */
  readonly convert?: Conversion;
}

/** Both ways between a served version and the stored one. */
export interface Conversion {
  readonly toStorage: (object: JsonObject) => JsonObject;
  readonly fromStorage: (object: JsonObject) => JsonObject;
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

/** The JSON of a stored object in the version that is asked for; the stored text itself where it is that already. */
export function textIn(resource: Resource, stored: Stored): string {
  if (stored.text.startsWith(`{"apiVersion":${JSON.stringify(apiVersionOf(resource))},`)) {
    return stored.text;
  }
  return printJson(objectIn(resource, stored));
}

/** A stored object in the version that is asked for. INVARIANT: may be shared, nobody changes it. */
export function objectIn(resource: Resource, stored: Stored): KubeObject {
  const object = stored.object();
  const apiVersion = apiVersionOf(resource);
  if (object.apiVersion === apiVersion && resource.convert === undefined) return object;
  const converted = resource.convert?.fromStorage(object as unknown as JsonObject) ?? object;
  return { ...(converted as unknown as KubeObject), apiVersion, kind: resource.kind };
}

/** An object as it is written: in the version of the storage, what names it first. */
export function toStorage(resource: Resource, object: KubeObject): KubeObject {
  const apiVersion = apiVersionOf({
    group: resource.storage?.group ?? '',
    version: resource.storageVersion,
  });
  const converted = resource.convert?.toStorage(object as unknown as JsonObject) ?? object;
  const { apiVersion: _version, kind, metadata, ...rest } = converted as unknown as KubeObject;
  return { apiVersion, kind, metadata, ...rest };
}
