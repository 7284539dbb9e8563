import { formatInstant } from '../../../base/instant.ts';
import {
  type CertificateSigningRequest,
  certificateSigningRequestKind,
} from '../../../kube/core.ts';
import { type KubeObject, type Ref, refOf } from '../../../kube/object.ts';
import { addonNameLabel } from '../../../kube/ocm/addon.ts';
import { clusterNameLabel } from '../../../kube/ocm/cluster.ts';
import {
  agentPrefix,
  clientSigner,
  clientUsages,
  managedClustersGroup,
  parseAgentUser,
} from '../../../kube/ocm/registration.ts';
import {
  type Action,
  type Controller,
  done,
  type Outcome,
  watch,
} from '../../control/controller.ts';
import { type CertificateRequest, readCertificateRequest } from './certificate-request.ts';
import type { RegistrationOptions } from './options.ts';

/** Agents' requests and no add-ons', which the add-on manager approves: what this controller reads. */
export const agentRequestSelector = `${clusterNameLabel},!${addonNameLabel}`;

/**
 * Approves certificate requests of agents (ocm pkg/registration/register/csr/approve_reconciler.go): a renewal by the agent
 * itself where a SubjectAccessReview allows it, a first request where a listed user makes it. Anything else is left to an
 * administrator.
 */
export function approvalController(options: RegistrationOptions): Controller {
  const users = new Set(options.autoApprovedUsers);
  return {
    name: 'registration-approval',
    watches: [
      watch({
        kind: certificateSigningRequestKind,
        labelSelector: agentRequestSelector,
        keys: ({ metadata, spec }) => (spec?.signerName === clientSigner ? [metadata.name] : []),
      }),
    ],
    reconcile: (name, snapshot, now): Outcome => {
      const csr = snapshot.get(certificateSigningRequestKind, '', name);
      if (csr?.spec === undefined || isDecided(csr)) return done;
      const read = recognize(csr, options);
      if (!read.ok) return { actions: [ignored(csr, read.why)] };
      const approve: Action = { do: 'approve', object: approved(csr, formatInstant(now)) };
      if (csr.spec.username === read.request.commonName) {
        const review = renewalReview(csr);
        if (snapshot.attempt(refOf(review))?.failure === null) {
          const message = `managed cluster csr "${name}" is auto approved by hub csr controller`;
          return { actions: [approve, told(csr, 'ManagedClusterCSRAutoApproved', message)] };
        }
        return { actions: [{ do: 'create', object: review }] };
      }
      if (!users.has(csr.spec.username ?? '')) return done;
      const message = `managed cluster "${read.cluster}" is auto approved.`;
      return { actions: [approve, told(csr, 'ManagedClusterAutoApproved', message)] };
    },
  };
}

/** A request of an agent for its own cluster, or why it is none. */
export type Recognized =
  | { readonly ok: true; readonly cluster: string; readonly request: CertificateRequest }
  | { readonly ok: false; readonly why: string };

/** Checks a request as upstream does, and beyond that whatever would make the certificate good for more. */
export function recognize(
  { metadata, spec }: CertificateSigningRequest,
  { compat }: RegistrationOptions,
): Recognized {
  const cluster = metadata.labels?.[clusterNameLabel];
  if (!cluster || spec?.signerName !== clientSigner) return { ok: false, why: 'it is no agent’s' };
  const read = readCertificateRequest(Buffer.from(spec.request, 'base64').toString('utf8'));
  if (!read.ok) return read;
  const { commonName, organizations } = read.request;
  const own = organizations.filter((organization) => organization !== managedClustersGroup);
  if (own.length !== 1 || own[0] !== `${agentPrefix}${cluster}`) {
    return { ok: false, why: `its organizations are not those of cluster ${cluster}` };
  }
  if (parseAgentUser(commonName)?.cluster !== cluster) {
    return { ok: false, why: `its common name is not that of an agent of cluster ${cluster}` };
  }
  const why = compat === 'upstream' ? null : excess(spec);
  return why === null ? { ok: true, cluster, request: read.request } : { ok: false, why };
}

const longest = 366 * 24 * 60 * 60;

function excess(spec: NonNullable<CertificateSigningRequest['spec']>): string | null {
  const known: readonly string[] = clientUsages;
  const usages = spec.usages ?? [];
  if (!usages.includes('client auth') || usages.some((usage) => !known.includes(usage))) {
    return 'its usages are not those of a client';
  }
  return (spec.expirationSeconds ?? 0) > longest ? 'it asks for more than a year' : null;
}

function isDecided({ status }: CertificateSigningRequest): boolean {
  return (status?.conditions ?? []).some(({ type }) => type === 'Approved' || type === 'Denied');
}

function approved(csr: CertificateSigningRequest, at: string): CertificateSigningRequest {
  const condition = {
    type: 'Approved',
    status: 'True',
    reason: 'AutoApprovedByHubCSRApprovingController',
    message: 'Auto approving Managed cluster agent certificate after SubjectAccessReview.',
    lastUpdateTime: at,
  } as const;
  return {
    ...csr,
    status: { ...csr.status, conditions: [...(csr.status?.conditions ?? []), condition] },
  };
}

/** May whoever asks renew certificates? They may once their cluster is accepted (rbac.ts). */
function renewalReview({ metadata, spec }: CertificateSigningRequest): KubeObject {
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: { name: `renew-${metadata.uid ?? metadata.name}` },
    spec: {
      user: spec?.username ?? '',
      uid: spec?.uid ?? '',
      groups: spec?.groups ?? [],
      extra: spec?.extra ?? {},
      resourceAttributes: {
        group: 'register.open-cluster-management.io',
        resource: 'managedclusters',
        subresource: 'clientcertificates',
        verb: 'renew',
      },
    },
  };
}

function told(csr: CertificateSigningRequest, reason: string, message: string): Action {
  return { do: 'record', about: refOf(csr), reason, message };
}

function ignored(csr: CertificateSigningRequest, why: string): Action {
  const about: Ref = refOf(csr);
  const message = `the request was left alone: ${why}`;
  return { do: 'record', about, type: 'Warning', reason: 'CSRNotRecognized', message };
}
