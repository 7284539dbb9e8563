import {
  type CertificateSigningRequest,
  certificateSigningRequestKind,
} from '../../../kube/core.ts';
import { addonNameLabel } from '../../../kube/ocm/addon.ts';
import { clusterNameLabel } from '../../../kube/ocm/cluster.ts';
import {
  agentGroups,
  agentUser,
  clientSigner,
  clientUsages,
} from '../../../kube/ocm/registration.ts';
import { createClientCsr } from '../../certificates/authority.ts';
import type { Cluster } from '../../client/cluster.ts';
import type { Clock } from '../../control/clock.ts';
import type { Log } from '../../control/log.ts';
import { awaitObject } from './await-object.ts';
import { readClientCertificate } from './certificate.ts';
import type { CredentialFolder } from './credential-folder.ts';
import type { PendingRequest } from './hub-credential.ts';

/** More requests of one cluster than this may not wait on a hub (ocm pkg/registration/register/csr/csr.go). */
const mostPending = 10;

export interface RequestInput {
  readonly hub: Cluster;
  readonly clusterName: string;
  readonly agentName: string;
  /** Where the key waits for its certificate. */
  readonly folder: CredentialFolder;
  /** Seconds the certificate shall last; the signer's own choice where absent. */
  readonly expirationSeconds?: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export type RequestOutcome =
  | { readonly ok: true; readonly certificatePem: string; readonly keyPem: string }
  | { readonly ok: false; readonly why: string };

/** Asks the hub for a client certificate and waits until it is approved and signed, or denied. */
export async function requestCertificate(input: RequestInput): Promise<RequestOutcome> {
  const { folder, log, clusterName } = input;
  const kept = await keptRequest(input);
  const made = kept === null ? await makeRequest(input) : { ok: true as const, pending: kept };
  if (!made.ok) return made;
  const { pending } = made;
  log('info', 'waiting for the hub to approve and sign the certificate request', {
    request: pending.name,
    cluster: clusterName,
  });
  const ended = await awaitObject<CertificateSigningRequest, RequestOutcome>({
    ...input,
    cluster: input.hub,
    kind: certificateSigningRequestKind,
    name: pending.name,
    when: (csr) => outcomeOf(csr, pending),
    onRefused: ({ reason, message }) =>
      log('warn', 'cannot read the certificate request', { reason, message }),
  });
  if (ended === null) return { ok: false, why: 'stopped' };
  if (!ended.ok) folder.dropPending();
  return ended;
}

/** A request of an earlier run that is still on the hub. */
async function keptRequest({ hub, folder }: RequestInput): Promise<PendingRequest | null> {
  const pending = folder.loadPending();
  if (pending === null) return null;
  const answer = await hub.get(certificateSigningRequestKind, '', pending.name);
  if (answer.ok && answer.value.metadata.uid === pending.uid) return pending;
  if (answer.ok || answer.status === 404) folder.dropPending();
  return null;
}

async function makeRequest(
  input: RequestInput,
): Promise<
  | { readonly ok: true; readonly pending: PendingRequest }
  | { readonly ok: false; readonly why: string }
> {
  const { hub, clusterName, agentName, folder, expirationSeconds } = input;
  const waiting = await countPending(hub, clusterName);
  if (waiting >= mostPending) {
    const why = 'Stop creating csr since there are too many csr created already on hub';
    return { ok: false, why };
  }
  const { keyPem, csrPem } = await createClientCsr({
    commonName: agentUser(clusterName, agentName),
    organizations: agentGroups(clusterName),
  });
  const csr = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: {
      name: '',
      generateName: `${clusterName}-`,
      labels: { [clusterNameLabel]: clusterName },
    },
    spec: {
      request: Buffer.from(csrPem, 'utf8').toString('base64'),
      signerName: clientSigner,
      usages: clientUsages,
      ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
    },
  } satisfies CertificateSigningRequest;
  const answer = await hub.create<CertificateSigningRequest>(csr);
  if (!answer.ok) return { ok: false, why: `Failed to create CSR ${answer.message}` };
  const { name, uid = '' } = answer.value.metadata;
  const pending = { name, uid, keyPem };
  folder.savePending(pending);
  return { ok: true, pending };
}

/** Only those nobody has decided on: upstream counts finished ones too, and then waits for somebody to delete them. */
async function countPending(hub: Cluster, clusterName: string): Promise<number> {
  const labelSelector = `${clusterNameLabel}=${clusterName},!${addonNameLabel}`;
  const listed = await hub.list(certificateSigningRequestKind, { labelSelector });
  if (!listed.ok) return 0;
  return listed.value.items.filter(({ status }) => (status?.conditions ?? []).length === 0).length;
}

function outcomeOf(
  csr: CertificateSigningRequest | undefined,
  { name, uid, keyPem }: PendingRequest,
): RequestOutcome | undefined {
  if (csr === undefined || csr.metadata.uid !== uid) {
    return { ok: false, why: `certificate request ${name} was deleted` };
  }
  const ended = csr.status?.conditions?.find(({ type }) => type === 'Denied' || type === 'Failed');
  if (ended !== undefined) {
    const reason = ended.message || ended.reason || 'no reason given';
    return {
      ok: false,
      why: `certificate request ${name} was ${ended.type.toLowerCase()}: ${reason}`,
    };
  }
  if (!csr.status?.certificate) return undefined;
  const certificatePem = Buffer.from(csr.status.certificate, 'base64').toString('utf8');
  return readClientCertificate(certificatePem, keyPem) === null
    ? { ok: false, why: `private key does not match with the certificate in csr: ${name}` }
    : { ok: true, certificatePem, keyPem };
}
