import { createHash } from 'node:crypto';
import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Kubeconfig } from './kubeconfig.ts';

/** What a connection and its requests need to show who they are. */
export interface Credentials {
  readonly tls: TlsMaterial;
  readonly headers: Readonly<Record<string, string>>;
  /** Set where a proxy stands between. */
  readonly proxy: Agent | null;
  /** Tells one TLS material from another, so that a new certificate gets a new connection. */
  readonly fingerprint: string;
}

export interface TlsMaterial {
  readonly ca?: Buffer | string;
  readonly cert?: Buffer | string;
  readonly key?: Buffer | string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** Certificates and tokens lie in files that others renew; they are read again after so many milliseconds. */
const freshFor = 10_000;

/** The credentials of a kubeconfig, asked of @kubernetes/client-node and remembered for a short while. */
export class CredentialSource {
  readonly #kubeconfig: Kubeconfig;
  #known: { readonly credentials: Promise<Credentials>; readonly at: number } | null = null;

  constructor(kubeconfig: Kubeconfig) {
    this.#kubeconfig = kubeconfig;
  }

  get(): Promise<Credentials> {
    const now = Date.now();
    if (this.#known === null || now - this.#known.at > freshFor) {
      this.#known = { credentials: this.#read(), at: now };
      this.#known.credentials.catch(() => this.forget());
    }
    return this.#known.credentials;
  }

  /** The server no longer knows us: whatever lies there now is read for the next request. */
  forget(): void {
    this.#known = null;
  }

  async #read(): Promise<Credentials> {
    const { config, proxyUrl } = this.#kubeconfig;
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const tls: TlsMaterial = {
      ...(options.ca ? { ca: options.ca as Buffer } : {}),
      ...(options.cert ? { cert: options.cert as Buffer } : {}),
      ...(options.key ? { key: options.key as Buffer } : {}),
      ...(options.servername ? { servername: options.servername } : {}),
      ...(options.rejectUnauthorized === false ? { rejectUnauthorized: false } : {}),
    };
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      headers[name.toLowerCase()] = String(value);
    }
    if (options.auth) headers['authorization'] = `Basic ${base64(options.auth)}`;
    const proxy = proxyUrl === null ? null : (options.agent as Agent);
    return { tls, headers, proxy, fingerprint: fingerprintOf(tls) };
  }
}

function fingerprintOf({ ca, cert, key, servername, rejectUnauthorized }: TlsMaterial): string {
  const hash = createHash('sha256');
  for (const part of [ca, cert, key, servername, String(rejectUnauthorized)]) {
    hash.update(part ?? '').update('\0');
  }
  return hash.digest('base64');
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
