import { quoteGo } from '../../../kube/go-text.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { Authorizer } from '../authz/role-index.ts';
import { forbidden, type Refusal } from '../refusal.ts';
import { mastersGroup } from '../request/requester.ts';
import { struct, textOf } from '../resources/builtin/fields.ts';
import { resourceName } from '../resources/resource.ts';
import type { Admission, AdmissionInput } from './admission.ts';
import { organizationsOf } from './certificate-subject.ts';

const clientSigner = 'kubernetes.io/kube-apiserver-client';

/** Who may approve and sign for whom, and what nobody may ask for (Kubernetes' plugin/pkg/admission/certificates). */
export function certificateAdmission(authorizer: Authorizer): Admission {
  return {
    name: 'Certificates',
    validate: (input) => {
      const { resource, object, old, subresource } = input;
      const isRequest = resource.plural === 'certificatesigningrequests';
      if (resource.group !== 'certificates.k8s.io' || !isRequest || object === null) return null;
      if (old === null) return subjectFault(input, object);
      if (subresource === 'approval') return signerFault(authorizer, input, old, 'approve');
      return subresource === 'status' && signs(object, old)
        ? signerFault(authorizer, input, old, 'sign')
        : null;
    },
  };
}

function signs(object: KubeObject, old: KubeObject): boolean {
  const certificate = (of: KubeObject) => textOf(struct(of, 'status')['certificate']);
  return certificate(object) !== certificate(old);
}

function subjectFault({ resource, name }: AdmissionInput, object: KubeObject): Refusal | null {
  const spec = struct(object, 'spec');
  if (spec['signerName'] !== clientSigner) return null;
  const pem = Buffer.from(textOf(spec['request']), 'base64').toString('latin1');
  const organizations = organizationsOf(pem);
  if (organizations === null) {
    return forbidden(resourceName(resource), name, 'failed to parse CSR');
  }
  if (!organizations.includes(mastersGroup)) return null;
  const why = `use of ${clientSigner} signer with ${mastersGroup} group is not allowed`;
  return forbidden(resourceName(resource), name, why);
}

/** The right to approve or sign is one to the signer, or to all of its domain. */
function signerFault(
  authorizer: Authorizer,
  { requester, resource, name }: AdmissionInput,
  old: KubeObject,
  verb: 'approve' | 'sign',
): Refusal | null {
  const signer = textOf(struct(old, 'spec')['signerName']);
  const domain = signer.split('/', 1)[0] ?? '';
  const allowed = [signer, `${domain}/*`].some(
    (of) =>
      authorizer.authorize(requester, {
        ...{ verb, group: 'certificates.k8s.io', resource: 'signers', subresource: '' },
        ...{ namespace: '', name: of },
      }).allowed,
  );
  if (allowed) return null;
  const why = `user not permitted to ${verb} requests with signerName ${quoteGo(signer)}`;
  return forbidden(resourceName(resource), name, why);
}
