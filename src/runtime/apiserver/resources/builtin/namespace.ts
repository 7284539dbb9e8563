import type { KubeObject } from '../../../../kube/object.ts';
import type { Rules } from '../rules.ts';
import { field, struct, texts, withFields } from './fields.ts';

const nameLabel = 'kubernetes.io/metadata.name';

/** Namespaces are emptied by whoever serves the finalizer `kubernetes` before they go (pkg/registry/core/namespace). */
export const namespaceRules: Partial<Rules> = {
  returnsDeleted: true,
  prepareCreate: (object) => {
    const spec = struct(object, 'spec');
    const finalizers = texts(spec['finalizers']);
    return withFields(named(object), {
      spec: {
        ...spec,
        finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'],
      },
      status: { phase: 'Active' },
    });
  },
  prepareUpdate: (object, old) =>
    withFields(named(object), {
      spec: { ...struct(object, 'spec'), finalizers: struct(old, 'spec')['finalizers'] },
      status: field(old, 'status'),
    }),
  prepareDelete: (object) =>
    withFields(object, { status: { ...struct(object, 'status'), phase: 'Terminating' } }),
  lingers: (object) => texts(struct(object, 'spec')['finalizers']).length > 0,
  subresource: {
    finalize: {
      prepare: (object, old) => withFields(object, { status: field(old, 'status') }),
    },
  },
};

function named(object: KubeObject): KubeObject {
  const { metadata } = object;
  if (metadata.labels?.[nameLabel] === metadata.name || metadata.name === '') return object;
  const labels = { ...metadata.labels, [nameLabel]: metadata.name };
  return { ...object, metadata: { ...metadata, labels } };
}
