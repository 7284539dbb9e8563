import { kindsOf } from './kind-info.ts';

const reviewVerbs = ['create'];

/** Roles and bindings. */
export const rbacKinds = kindsOf('rbac.authorization.k8s.io', 'v1', [
  { kind: 'ClusterRole', cluster: true },
  { kind: 'ClusterRoleBinding', cluster: true },
  { kind: 'Role' },
  { kind: 'RoleBinding' },
]);

/** Who am I. */
export const authenticationKinds = kindsOf('authentication.k8s.io', 'v1', [
  { kind: 'SelfSubjectReview', cluster: true, verbs: reviewVerbs },
  { kind: 'TokenReview', cluster: true, verbs: reviewVerbs },
]);

/** May I. */
export const authorizationKinds = kindsOf('authorization.k8s.io', 'v1', [
  { kind: 'LocalSubjectAccessReview', verbs: reviewVerbs },
  { kind: 'SelfSubjectAccessReview', cluster: true, verbs: reviewVerbs },
  { kind: 'SelfSubjectRulesReview', cluster: true, verbs: reviewVerbs },
  { kind: 'SubjectAccessReview', cluster: true, verbs: reviewVerbs },
]);

/** Certificates. */
export const certificatesKinds = kindsOf('certificates.k8s.io', 'v1', [
  {
    kind: 'CertificateSigningRequest',
    cluster: true,
    short: ['csr'],
    status: true,
    subresources: ['approval'],
  },
]);
