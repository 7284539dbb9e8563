import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { apiVersionOf, type Kind, type KubeObject, type ObjectMeta } from '../../kube/object.ts';
import type { DeclKind, IrDecl, Origin } from '../program.ts';

/** One object, and the declaration it stands for. */
export interface LoweredObject {
  readonly object: KubeObject;
  readonly decl: DeclRef;
  readonly origin: Origin;
}

/** Names a declaration. */
export interface DeclRef {
  readonly kind: DeclKind;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Something to say about a lowered declaration. `lang` has the texts: OCM3001 (cannot be pushed down), OCM3102 (not
 * allowed in a group), OCM3007 (accepted by the CRD, not read upstream), OCM3012 (a score's expiry is ignored
 * upstream), OCM3015 (`NotIn` also matches foreign values), OCM3301 (a value per cluster in a replica set).
 */
export interface Remark {
  readonly code: 'OCM3001' | 'OCM3007' | 'OCM3012' | 'OCM3015' | 'OCM3102' | 'OCM3301';
  readonly decl: DeclRef;
  readonly origin: Origin;
  readonly params: Readonly<Record<string, string>>;
}

/** What one declaration becomes. A refused one becomes nothing. */
export interface LoweredDecl {
  readonly objects: readonly KubeObject[];
  readonly refused: readonly Remark[];
  readonly remarks: readonly Remark[];
}

/** The name of a declaration. */
export function refOfDecl({ kind, namespace, name }: IrDecl): DeclRef {
  return { kind, namespace, name };
}

/** A declaration that becomes these objects. */
export function objects(...of: readonly KubeObject[]): LoweredDecl {
  return { objects: of, refused: [], remarks: [] };
}

/** An object of a declaration: its name, namespace, labels and annotations, with `raw` merged over it. */
export function objectOf<T extends KubeObject>(
  kind: Kind<T>,
  decl: IrDecl,
  content: Omit<T, 'apiVersion' | 'kind' | 'metadata'>,
  annotations: Readonly<Record<string, string>> = {},
): KubeObject {
  const object = {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: metadataOf(decl, annotations),
    ...content,
  };
  return decl.raw === undefined ? object : withRaw(object, decl.raw);
}

/** Merges `raw` over an object, deeply, lists replaced; what the object is stays (Rule 64). */
export function withRaw(object: KubeObject, raw: JsonObject): KubeObject {
  const { apiVersion, kind, metadata } = object;
  const merged = merge(object as unknown as JsonObject, raw) as unknown as KubeObject;
  const identity = {
    name: metadata.name,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  };
  return { ...merged, apiVersion, kind, metadata: { ...merged.metadata, ...identity } };
}

/** Merges JSON objects deeply; lists and scalars of `over` win. */
export function merge(under: JsonObject, over: JsonObject): JsonObject {
  const merged = new Map(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const before: Json | undefined = merged.get(key);
    merged.set(key, isJsonObject(before) && isJsonObject(value) ? merge(before, value) : value);
  }
  return Object.fromEntries(merged);
}

function metadataOf(
  { name, namespace, labels, annotations }: IrDecl,
  made: Readonly<Record<string, string>>,
): ObjectMeta {
  const all = { ...made, ...annotations };
  return {
    name,
    ...(namespace === '' ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(Object.keys(all).length > 0 || annotations !== undefined ? { annotations: all } : {}),
  };
}
