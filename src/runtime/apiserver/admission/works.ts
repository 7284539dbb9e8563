import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../../base/json.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { workGroup } from '../../../kube/ocm/work.ts';
import { printJson } from '../../store/text.ts';
import type { Authorizer } from '../authz/role-index.ts';
import { badRequest, type Refusal } from '../refusal.ts';
import { struct, structs, textOf } from '../resources/builtin/fields.ts';
import type { Admission, AdmissionInput } from './admission.ts';

/** Of all manifests of a work together; upstream's default. */
const maxManifestBytes = 500 * 1024;

/** What upstream's webhooks see to for works and sets of works (ocm/pkg/work/webhook). */
export function workAdmission(authorizer: Authorizer): Admission {
  return {
    name: 'Works',
    validate: (input) => {
      const { resource, subresource, object, old } = input;
      if (resource.group !== workGroup || subresource !== '' || object === null) return null;
      // a work that is about to go must be able to lose its finalizers, whatever it holds
      if (old !== null && jsonEqual(object.spec, old.spec)) return null;
      if (resource.plural === 'manifestworks') {
        return workFault(struct(object, 'spec')) ?? executorFault(authorizer, input, object);
      }
      if (resource.plural !== 'manifestworkreplicasets') return null;
      const template = struct(object, 'spec')['manifestWorkTemplate'];
      return isJsonObject(template) ? workFault(template) : null;
    },
  };
}

function workFault(spec: JsonObject): Refusal | null {
  const workload = isJsonObject(spec['workload']) ? spec['workload'] : {};
  const manifests = structs(workload['manifests']);
  if (manifests.length === 0) return badRequest('manifests should not be empty');
  const size = manifests.reduce((sum, each) => sum + Buffer.byteLength(printJson(each)), 0);
  if (size > maxManifestBytes) {
    return badRequest(
      `the size of manifests is ${size} bytes which exceeds the ${maxManifestBytes} limit`,
    );
  }
  const seen = new Set<string>();
  for (const manifest of manifests) {
    const refusal = manifestFault(manifest, seen);
    if (refusal !== null) return refusal;
  }
  return null;
}

function manifestFault(manifest: JsonObject, seen: Set<string>): Refusal | null {
  const metadata: Json | undefined = manifest['metadata'];
  const of = (field: string) => (isJsonObject(metadata) ? textOf(metadata[field]) : '');
  const [apiVersion, kind] = [textOf(manifest['apiVersion']), textOf(manifest['kind'])];
  if (kind === '') return badRequest("Object 'Kind' is missing in a manifest");
  if (of('name') === '') return badRequest('name must be set in manifest');
  if (of('generateName') !== '') {
    return badRequest('generateName must not be set in manifest');
  }
  const key = `${apiVersion}/${kind}/${of('namespace')}/${of('name')}`;
  if (seen.has(key)) {
    return badRequest(
      `duplicate manifest for resource ${of('namespace')}/${of('name')} with resource type ${apiVersion}.${kind}`,
    );
  }
  seen.add(key);
  return null;
}

/** Who names an executor must be allowed to act as it. */
function executorFault(
  authorizer: Authorizer,
  { requester, old, namespace }: AdmissionInput,
  object: KubeObject,
): Refusal | null {
  const executor = struct(object, 'spec')['executor'];
  if (!isJsonObject(executor)) return null;
  if (old !== null && jsonEqual(executor, struct(old, 'spec')['executor'])) return null;
  const subject = isJsonObject(executor['subject']) ? executor['subject'] : {};
  const account = subject['serviceAccount'];
  if (!isJsonObject(account)) return badRequest('executor service account can not be nil');
  const [of, name] = [textOf(account['namespace']), textOf(account['name'])];
  const attempted = {
    ...{ verb: 'execute-as', group: workGroup, resource: 'manifestworks', subresource: '' },
    ...{ namespace, name: `system:serviceaccount:${of}:${name}` },
  };
  if (authorizer.authorize(requester, attempted).allowed) return null;
  return badRequest(
    `user ${requester.name} cannot manipulate the Manifestwork with executor ${of}/${name} in namespace ${namespace}`,
  );
}
