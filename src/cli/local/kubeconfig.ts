import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a kubeconfig with one cluster, one user and one context says. */
export interface KubeconfigOptions {
  /** Name of the context, its cluster and its user. */
  readonly name: string;
  readonly server: string;
  readonly caPem?: string;
  readonly user:
    | { readonly token: string }
    | { readonly certificatePem: string; readonly keyPem: string };
  readonly namespace?: string;
}

/** The text of a kubeconfig. JSON, which is YAML too. */
export function kubeconfig({ name, server, caPem, user, namespace }: KubeconfigOptions): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const credentials =
    'token' in user
      ? { token: user.token }
      : {
          'client-certificate-data': base64(user.certificatePem),
          'client-key-data': base64(user.keyPem),
        };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [
      {
        name,
        cluster: {
          server,
          ...(caPem !== undefined && { 'certificate-authority-data': base64(caPem) }),
        },
      },
    ],
    users: [{ name, user: credentials }],
    contexts: [{ name, context: { cluster: name, user: name, ...(namespace && { namespace }) } }],
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** Writes a file with a secret in it: 0600 in folders 0700, and never half. */
export function writeSecretFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}

/** Address and CA of the current context's server in a kubeconfig this program wrote. */
export function serverOf(file: string): { readonly address: string; readonly caPem?: string } {
  const config = JSON.parse(readFileSync(file, 'utf8'));
  const server = config.clusters[0].cluster;
  const ca = server['certificate-authority-data'];
  return {
    address: server.server,
    ...(ca && { caPem: Buffer.from(ca, 'base64').toString('utf8') }),
  };
}
