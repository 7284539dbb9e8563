import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Credentials } from './credentials.ts';

/** A kubeconfig as @kubernetes/client-node reads it. The library is loaded here, when first needed: half a second, 90 MB. */
export async function loadLibrary(text: string | null, folder: string | null): Promise<KubeConfig> {
  const { KubeConfig: Config } = await import('./library.ts');
  const config = new Config();
  if (text === null) config.loadFromDefault();
  else config.loadFromString(text);
  if (folder !== null) config.makePathsAbsolute(folder);
  return config;
}

/** Credentials through the library: exec plugins, identity providers, proxies, several files, the account of a pod. */
export async function readThroughLibrary(config: KubeConfig): Promise<Credentials> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    headers[name.toLowerCase()] = String(value);
  }
  if (options.auth) {
    headers['authorization'] = `Basic ${Buffer.from(options.auth, 'utf8').toString('base64')}`;
  }
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  return {
    tls: {
      ...(ca ? { ca: ca as Buffer } : {}),
      ...(cert ? { cert: cert as Buffer } : {}),
      ...(key ? { key: key as Buffer } : {}),
      ...(servername ? { servername } : {}),
      ...(rejectUnauthorized === false ? { rejectUnauthorized } : {}),
    },
    headers,
    proxy: config.getCurrentCluster()?.proxyUrl ? (options.agent as Agent) : null,
  };
}
