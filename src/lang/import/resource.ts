import { isJsonObject, type JsonObject } from '../../base/json.ts';
import { type KubeObject, refKey, refOf } from '../../kube/object.ts';
import { findBuiltInKind } from '../bind/kinds.ts';
import type { PrintContext } from './context.ts';
import { printManifest } from './manifest.ts';
import type { Entry } from './tree.ts';

/** Any object as it is; null where its kind has no name in the language. */
export function printResource(object: KubeObject, context: PrintContext): Entry | null {
  const source = context.sourceOf(refKey(refOf(object)));
  const body = inNamespace(object, context.namespace);
  return printManifest('resource', body, { source, context }, { templates: false });
}

// The compiler puts an object into the namespace of its file unless its kind is known to have none; that is left
// unsaid, and "none" is said aloud.
function inNamespace(object: KubeObject, namespace: string): JsonObject {
  const json = object as unknown as JsonObject;
  const { metadata } = json;
  if (namespace === '' || !isJsonObject(metadata)) return json;
  const own = metadata['namespace'];
  if (own === namespace && !isClusterScoped(object)) {
    const { namespace: _namespace, ...rest } = metadata;
    return { ...json, metadata: rest };
  }
  if (own !== undefined || isClusterScoped(object)) return json;
  return { ...json, metadata: { ...metadata, namespace: '' } };
}

function isClusterScoped({ kind }: KubeObject): boolean {
  const found = findBuiltInKind(kind);
  return found !== null && 'kind' in found && found.kind.namespaced === false;
}
