import type { Instant } from '../../../base/instant.ts';
import { agentUser } from '../../../kube/ocm/registration.ts';
import { formatKubeconfig, type Kubeconfig, loadKubeconfig } from '../../client/kubeconfig.ts';
import { readClientCertificate } from './certificate.ts';

/** What a joined agent keeps: who it is, how it reaches its hub, and its certificate. */
export interface HubCredential {
  readonly clusterName: string;
  readonly agentName: string;
  readonly hub: HubAddress;
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** How a hub is reached. A credential is good for one hub only. */
export interface HubAddress {
  /** Name of the cluster entry of the bootstrap kubeconfig, which tells hubs with equal addresses apart. */
  readonly cluster: string;
  readonly server: string;
  readonly proxyUrl: string | null;
  readonly caPem: string | null;
}

/** A request that waits for approval, so that a restarted agent goes on waiting and does not ask again. */
export interface PendingRequest {
  readonly name: string;
  readonly uid: string;
  readonly keyPem: string;
}

/** Names of the files (or keys of the Secret), as upstream has them (ocm pkg/registration/register/common.go). */
export const credentialFiles = {
  kubeconfig: 'kubeconfig',
  clusterName: 'cluster-name',
  agentName: 'agent-name',
  certificate: 'tls.crt',
  key: 'tls.key',
} as const;

export function addressOf({ cluster, server, proxyUrl, caPem }: Kubeconfig): HubAddress {
  return { cluster, server, proxyUrl, caPem };
}

/**
 * Why a credential cannot be used, null where it can: another hub than the bootstrap kubeconfig's, another cluster or agent,
 * a key that does not fit, or expired.
 */
export function whyUnusable(
  credential: HubCredential,
  wanted: { readonly hub: HubAddress; readonly clusterName: string; readonly agentName?: string },
  now: Instant,
): string | null {
  const { hub } = credential;
  for (const part of ['server', 'cluster', 'proxyUrl', 'caPem'] as const) {
    if (hub[part] !== wanted.hub[part]) return `the bootstrap kubeconfig has another ${part}`;
  }
  const { agentName = credential.agentName } = wanted;
  const certificate = readClientCertificate(credential.certificatePem, credential.keyPem);
  if (certificate === null) return 'certificate and key do not fit';
  if (certificate.commonName !== agentUser(wanted.clusterName, agentName)) {
    return `the certificate is that of ${certificate.commonName}`;
  }
  return certificate.notAfter <= now ? 'the certificate has expired' : null;
}

/** The kubeconfig to store beside certificate and key: it names them as files. */
export function storedKubeconfig({ hub }: HubCredential): string {
  const { certificate, key } = credentialFiles;
  return kubeconfigText(hub, { certificateFile: certificate, keyFile: key });
}

/** A kubeconfig that needs no files. */
export function inlineKubeconfig({ hub, certificatePem, keyPem }: HubCredential): string {
  return kubeconfigText(hub, { certificatePem, keyPem });
}

function kubeconfigText(
  hub: HubAddress,
  credential: Parameters<typeof formatKubeconfig>[0]['credential'],
): string {
  return formatKubeconfig({
    context: 'default-context',
    cluster: hub.cluster,
    user: 'default-auth',
    namespace: 'configuration',
    server: hub.server,
    ...(hub.proxyUrl === null ? {} : { proxyUrl: hub.proxyUrl }),
    ...(hub.caPem === null ? {} : { caPem: hub.caPem }),
    credential,
  });
}

/** Puts stored texts together again; null where something is missing or cannot be read. */
export async function readCredential(
  read: (file: string) => string | null,
): Promise<HubCredential | null> {
  const kubeconfig = read(credentialFiles.kubeconfig);
  const clusterName = read(credentialFiles.clusterName);
  const agentName = read(credentialFiles.agentName);
  const certificatePem = read(credentialFiles.certificate);
  const keyPem = read(credentialFiles.key);
  if (!kubeconfig || !clusterName || !agentName || !certificatePem || !keyPem) return null;
  const loaded = await loadKubeconfig({ text: kubeconfig });
  if (!loaded.ok) return null;
  return { clusterName, agentName, hub: addressOf(loaded.kubeconfig), certificatePem, keyPem };
}

/** The texts to store. */
export function credentialTexts(credential: HubCredential): Readonly<Record<string, string>> {
  return {
    [credentialFiles.clusterName]: credential.clusterName,
    [credentialFiles.agentName]: credential.agentName,
    [credentialFiles.kubeconfig]: storedKubeconfig(credential),
    [credentialFiles.key]: credential.keyPem,
    [credentialFiles.certificate]: credential.certificatePem,
  };
}
