import type { Namespace } from '../../../kube/core.ts';
import type { Store } from '../../store/store.ts';
import { forbidden, notFound, Refusal } from '../refusal.ts';
import { resourceName } from '../resources/resource.ts';
import type { Admission, AdmissionInput } from './admission.ts';

const immortal = ['default', 'kube-system', 'kube-public'];

/** Objects live in namespaces that exist and are not about to go (apiserver's NamespaceLifecycle). */
export function namespaceLifecycle(store: Store): Admission {
  return {
    name: 'NamespaceLifecycle',
    validate: (input) => {
      const { operation, resource, name } = input;
      if (resource.group === '' && resource.plural === 'namespaces') {
        if (operation !== 'DELETE' || !immortal.includes(name)) return null;
        return forbidden(resourceName(resource), name, 'this namespace may not be deleted');
      }
      if (operation === 'DELETE' || !resource.namespaced) return null;
      return inLivingNamespace(store, input);
    },
  };
}

function inLivingNamespace(store: Store, input: AdmissionInput): Refusal | null {
  const { operation, resource, namespace, name } = input;
  const key = { group: '', resource: 'namespaces', namespace: '', name: namespace };
  const found = store.get(key);
  if (found === undefined) return notFound({ group: '', name: 'namespaces' }, namespace);
  if (operation !== 'CREATE') return null;
  const { status } = found.object() as Namespace;
  if (status?.phase !== 'Terminating') return null;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const refusal = forbidden(resourceName(resource), name, why);
  const message = `namespace ${namespace} is being terminated`;
  const causes = [{ reason: 'NamespaceTerminating', message, field: 'metadata.namespace' }];
  return new Refusal(refusal.code, refusal.reason, refusal.message, { ...refusal.details, causes });
}
