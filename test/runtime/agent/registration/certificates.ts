import { agentGroups, agentUser } from '../../../../src/kube/ocm/registration.ts';
import type { HubCredential } from '../../../../src/runtime/agent/registration/hub-credential.ts';
import {
  type CertificateAndKey,
  createAuthority,
  createClientCsr,
  issueClientCertificate,
  signClientRequest,
} from '../../../../src/runtime/certificates/authority.ts';

/** Whole seconds: certificates know no finer time. */
export const start = Date.UTC(2026, 0, 1);
export const hour = 3_600_000;

const validity = { notBefore: start, notAfter: start + 10 * hour };
let authority: Promise<CertificateAndKey> | undefined;

export function testAuthority(): Promise<CertificateAndKey> {
  authority ??= createAuthority('test', { notBefore: start - hour, notAfter: start + 1000 * hour });
  return authority;
}

export async function credentialOf(clusterName: string, agentName = 'a'): Promise<HubCredential> {
  const identity = {
    commonName: agentUser(clusterName, agentName),
    organizations: agentGroups(clusterName),
  };
  const issued = await issueClientCertificate(await testAuthority(), identity, validity);
  const hub = { cluster: 'hub', server: 'https://127.0.0.1:1', proxyUrl: null, caPem: 'CA' };
  return { clusterName, agentName, hub, ...issued };
}

/** Signs a request as the hub's cluster would, from an instant on for ten hours. */
export async function sign(requestPem: string, from = start): Promise<string> {
  const of = { notBefore: from, notAfter: from + 10 * hour };
  const signed = await signClientRequest(await testAuthority(), requestPem, of);
  if (!signed.ok) throw new Error(signed.why);
  return signed.certificatePem;
}

export { createClientCsr };
