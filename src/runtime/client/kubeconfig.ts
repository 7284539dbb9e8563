import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { isJsonObject, type JsonObject } from '../../base/json.ts';

/** How to reach one API server and as whom: one context of a kubeconfig. */
export interface Kubeconfig {
  readonly context: string;
  /** The name of the cluster entry, which tells hubs with equal addresses apart. */
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string;
  readonly server: string;
  readonly proxyUrl: string | null;
  /** PEM; null where the system's authorities are meant. */
  readonly caPem: string | null;
  /** Loaded by @kubernetes/client-node, which knows certificates, tokens, exec plugins and identity providers. */
  readonly config: KubeConfig;
}

/** What a kubeconfig is read from; without path and text as kubectl does: KUBECONFIG, then ~/.kube/config, then the pod. */
export interface KubeconfigInput {
  readonly path?: string;
  readonly text?: string;
  readonly context?: string;
}
export type KubeconfigOutcome =
  | { readonly ok: true; readonly kubeconfig: Kubeconfig }
  | { readonly ok: false; readonly why: string };

/** Reads a kubeconfig. @kubernetes/client-node is loaded on first use: it costs up to half a second. */
export async function loadKubeconfig(input: KubeconfigInput = {}): Promise<KubeconfigOutcome> {
  try {
    const config = await load(input);
    if (input.context !== undefined) config.setCurrentContext(input.context);
    return describe(config, input.path);
  } catch (error) {
    const where =
      input.path ?? (input.text === undefined ? 'the default kubeconfig' : 'kubeconfig');
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, why: `cannot read ${where}: ${reason}` };
  }
}

async function load({ path, text }: KubeconfigInput): Promise<KubeConfig> {
  const { KubeConfig: Config, loadYaml } = await import('@kubernetes/client-node');
  const config = new Config();
  if (path === undefined && text === undefined) {
    config.loadFromDefault();
    return config;
  }
  const content = text ?? readFileSync(path ?? '', 'utf8');
  const document: unknown = loadYaml(content);
  if (!isJsonObject(document)) throw new Error('it is not a kubeconfig');
  config.loadFromString(content);
  const folder = path === undefined ? null : dirname(path);
  if (folder !== null) config.makePathsAbsolute(folder);
  useTokenFiles(config, document, folder);
  return config;
}

/** client-node 2.0.1 looks for `token-file`, but clientcmd's key is `tokenFile`; such a token is read again as it changes. */
function useTokenFiles(config: KubeConfig, document: JsonObject, folder: string | null): void {
  const entries = Array.isArray(document['users']) ? document['users'] : [];
  for (const entry of entries) {
    const of = isJsonObject(entry) ? entry['user'] : undefined;
    const file = isJsonObject(of) ? of['tokenFile'] : undefined;
    if (typeof file !== 'string' || !isJsonObject(entry)) continue;
    const user = config.users.find(({ name }) => name === entry['name']);
    if (user === undefined || user.token) continue;
    const tokenFile = folder === null || isAbsolute(file) ? file : join(folder, file);
    Object.assign(user, { authProvider: { name: 'tokenFile', config: { tokenFile } } });
  }
}

function describe(config: KubeConfig, path: string | undefined): KubeconfigOutcome {
  const name = config.getCurrentContext();
  const context = config.getContextObject(name);
  const of = path === undefined ? 'the kubeconfig' : path;
  if (context === null) return { ok: false, why: `${of} has no context \`${name ?? ''}\`` };
  const cluster = config.getCluster(context.cluster);
  if (cluster === null) return { ok: false, why: `${of} has no cluster \`${context.cluster}\`` };
  if (!URL.canParse(cluster.server)) {
    return { ok: false, why: `${of}: the server of cluster \`${cluster.name}\` is not a URL` };
  }
  return {
    ok: true,
    kubeconfig: {
      context: name,
      cluster: context.cluster,
      user: context.user ?? '',
      namespace: context.namespace ?? 'default',
      server: cluster.server,
      proxyUrl: cluster.proxyUrl || null,
      caPem: readPem(cluster.caFile, cluster.caData),
      config,
    },
  };
}

function readPem(file: string | undefined, data: string | undefined): string | null {
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  return file ? readFileSync(file, 'utf8') : null;
}

/** Parts of a kubeconfig to write. Certificate and key are files beside it, or PEM put inside. */
export interface NewKubeconfig {
  readonly context: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
  readonly server: string;
  readonly proxyUrl?: string;
  readonly caPem?: string;
  readonly credential:
    | { readonly certificateFile: string; readonly keyFile: string }
    | { readonly certificatePem: string; readonly keyPem: string }
    | { readonly token: string };
}

/** The text of a kubeconfig with one context, as JSON, which is YAML too. */
export function formatKubeconfig(of: NewKubeconfig): string {
  const { context, cluster, user, namespace, server, proxyUrl, caPem } = of;
  return `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: cluster,
          cluster: {
            server,
            ...(proxyUrl && { 'proxy-url': proxyUrl }),
            ...(caPem && { 'certificate-authority-data': base64(caPem) }),
          },
        },
      ],
      users: [{ name: user, user: credentialFields(of.credential) }],
      contexts: [{ name: context, context: { cluster, user, ...(namespace && { namespace }) } }],
      'current-context': context,
    },
    null,
    2,
  )}\n`;
}

function credentialFields(credential: NewKubeconfig['credential']): Record<string, string> {
  if ('token' in credential) return { token: credential.token };
  if ('certificateFile' in credential) {
    const { certificateFile, keyFile } = credential;
    return { 'client-certificate': certificateFile, 'client-key': keyFile };
  }
  const { certificatePem, keyPem } = credential;
  return {
    'client-certificate-data': base64(certificatePem),
    'client-key-data': base64(keyPem),
  };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
