import { createHash } from 'node:crypto';
import type { Agent } from 'node:http';

/** What a connection and its requests need to show who they are. */
export interface Credentials {
  readonly tls: TlsMaterial;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Set where a proxy stands between. */
  readonly proxy: Agent | null;
}

export interface TlsMaterial {
  readonly ca?: Buffer | string;
  readonly cert?: Buffer | string;
  readonly key?: Buffer | string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** Credentials and what tells their TLS material from another, so that a new certificate gets a new connection. */
export interface FreshCredentials extends Credentials {
  readonly fingerprint: string;
}

/** Certificates and tokens lie in files that others renew; they are read again after so many milliseconds. */
const freshFor = 10_000;

/** The credentials of a kubeconfig, remembered for a short while. */
export class CredentialSource {
  readonly #read: () => Promise<Credentials>;
  #known: { readonly credentials: Promise<FreshCredentials>; readonly at: number } | null = null;

  constructor(read: () => Promise<Credentials>) {
    this.#read = read;
  }

  get(): Promise<FreshCredentials> {
    const now = Date.now();
    if (this.#known === null || now - this.#known.at > freshFor) {
      this.#known = { credentials: this.#fresh(), at: now };
      this.#known.credentials.catch(() => this.forget());
    }
    return this.#known.credentials;
  }

  /** The server no longer knows us: whatever lies there now is read for the next request. */
  forget(): void {
    this.#known = null;
  }

  async #fresh(): Promise<FreshCredentials> {
    const credentials = await this.#read();
    return { ...credentials, fingerprint: fingerprintOf(credentials.tls) };
  }
}

function fingerprintOf({ ca, cert, key, servername, rejectUnauthorized }: TlsMaterial): string {
  const hash = createHash('sha256');
  for (const part of [ca, cert, key, servername, String(rejectUnauthorized)]) {
    hash.update(part ?? '').update('\0');
  }
  return hash.digest('base64');
}
