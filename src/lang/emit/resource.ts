import { isJsonObject } from '../../base/json.ts';
import type { IrResource } from '../../ir/program.ts';
import type { Checked } from '../check/checked.ts';
import { objectOf } from './manifest.ts';
import { metaOf } from './meta.ts';

/**
 * Any other object on the hub, as it is; a namespaced one without a namespace gets that of its file, one with an empty
 * namespace has none, as an API server reads it.
 */
export function emitResource(block: Checked<'resource'>): readonly IrResource[] {
  const written = objectOf(block);
  if (written === null) return [];
  const metadata = isJsonObject(written['metadata']) ? written['metadata'] : {};
  const own = metadata['namespace'];
  const isNamespaced = block.kind?.namespaced !== false;
  const namespace = typeof own === 'string' ? own : isNamespaced ? block.context.namespace : '';
  const { namespace: _own, ...others } = metadata;
  const object =
    own === ''
      ? { ...written, metadata: others }
      : namespace === '' || own !== undefined
        ? written
        : { ...written, metadata: { ...metadata, namespace } };
  return [{ kind: 'resource', ...metaOf(block), namespace, object }];
}
