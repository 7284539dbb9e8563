import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Credentials } from './credentials.ts';
import { Missing, readEntries, readPem, textOf } from './kubeconfig-file.ts';
import { loadLibrary, readThroughLibrary } from './library-credentials.ts';
import { isPlain, readPlain } from './plain-credentials.ts';

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
  /** Reads certificates and tokens as they are now; files may be renewed, programs asked. */
  readonly credentials: () => Promise<Credentials>;
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

/**
 * Reads a kubeconfig. One with certificates, tokens and passwords only is read here; for exec plugins, identity providers,
 * proxies and several files @kubernetes/client-node is loaded, which costs half a second and 90 MB.
 */
export async function loadKubeconfig(input: KubeconfigInput = {}): Promise<KubeconfigOutcome> {
  const path = input.path ?? (input.text === undefined ? defaultPath() : undefined);
  const of = path ?? (input.text === undefined ? 'the default kubeconfig' : 'the kubeconfig');
  try {
    const text = input.text ?? (path === undefined ? null : readFileSync(path, 'utf8'));
    const folder = path === undefined ? null : dirname(path);
    const kubeconfig =
      text === null
        ? await fromLibrary(await loadLibrary(null, null), of, input.context)
        : await fromText(text, { folder, of, ...(input.context && { context: input.context }) });
    return { ok: true, kubeconfig };
  } catch (error) {
    return { ok: false, why: whyNot(error, of, path) };
  }
}

function whyNot(error: unknown, of: string, path: string | undefined): string {
  const why = error instanceof Error ? error.message : String(error);
  if (error instanceof Missing) return why;
  const isAbsent = path !== undefined && !existsSync(path);
  return isAbsent ? `there is no kubeconfig ${path}` : `cannot read ${of}: ${why}`;
}

/** undefined where only the library can tell: several files, or none and perhaps a pod. */
function defaultPath(): string | undefined {
  const files = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  if (files.length > 0) return files.length === 1 ? files[0] : undefined;
  const path = join(homedir(), '.kube', 'config');
  return existsSync(path) ? path : undefined;
}

async function fromText(
  text: string,
  {
    folder,
    of,
    context,
  }: { readonly folder: string | null; readonly of: string; readonly context?: string },
): Promise<Kubeconfig> {
  const entries = readEntries(text, of, context);
  const { clusterFields, userFields: _, ...names } = entries;
  const server = textOf(clusterFields['server']);
  if (!URL.canParse(server)) throw noUrl(of, names.cluster);
  const known = {
    ...names,
    server,
    proxyUrl: textOf(clusterFields['proxy-url']) || null,
    caPem: readPem(clusterFields, 'certificate-authority', folder),
  };
  if (isPlain(entries)) return { ...known, credentials: () => readPlain(entries, folder) };
  const config = await loadLibrary(text, folder);
  config.setCurrentContext(names.context);
  return { ...known, credentials: () => readThroughLibrary(config) };
}

async function fromLibrary(
  config: KubeConfig,
  of: string,
  wanted: string | undefined,
): Promise<Kubeconfig> {
  if (wanted !== undefined) config.setCurrentContext(wanted);
  const name = config.getCurrentContext();
  const context = config.getContextObject(name);
  if (context === null) throw new Missing(`${of} has no context \`${name ?? ''}\``);
  const cluster = config.getCluster(context.cluster);
  if (cluster === null) throw new Missing(`${of} has no cluster \`${context.cluster}\``);
  if (!URL.canParse(cluster.server)) throw noUrl(of, cluster.name);
  const { caFile, caData } = cluster;
  return {
    context: name,
    cluster: context.cluster,
    user: context.user ?? '',
    namespace: context.namespace ?? 'default',
    server: cluster.server,
    proxyUrl: cluster.proxyUrl || null,
    caPem: readPem(
      { 'certificate-authority': caFile, 'certificate-authority-data': caData },
      'certificate-authority',
      null,
    ),
    credentials: () => readThroughLibrary(config),
  };
}

function noUrl(of: string, cluster: string): Missing {
  return new Missing(`${of}: the server of cluster \`${cluster}\` is not a URL`);
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
