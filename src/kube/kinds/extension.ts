import { kindsOf } from './kind-info.ts';

const extensions = ['api-extensions'];

/** Kinds of kinds. */
export const apiextensionsKinds = kindsOf('apiextensions.k8s.io', 'v1', [
  {
    kind: 'CustomResourceDefinition',
    cluster: true,
    short: ['crd', 'crds'],
    categories: extensions,
    status: true,
  },
]);

/** Aggregated API servers. */
export const apiregistrationKinds = kindsOf('apiregistration.k8s.io', 'v1', [
  { kind: 'APIService', cluster: true, categories: extensions, status: true },
]);

/** Admission. */
export const admissionKinds = kindsOf('admissionregistration.k8s.io', 'v1', [
  { kind: 'MutatingWebhookConfiguration', cluster: true, categories: extensions },
  {
    kind: 'ValidatingAdmissionPolicy',
    plural: 'validatingadmissionpolicies',
    cluster: true,
    categories: extensions,
    status: true,
  },
  { kind: 'ValidatingAdmissionPolicyBinding', cluster: true, categories: extensions },
  { kind: 'ValidatingWebhookConfiguration', cluster: true, categories: extensions },
]);
