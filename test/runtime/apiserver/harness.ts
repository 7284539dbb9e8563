import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import type { CustomResourceDefinition } from '../../../src/kube/core.ts';
import type { StaticToken } from '../../../src/runtime/apiserver/authn/authenticate.ts';
import { startApiserver } from '../../../src/runtime/apiserver/server.ts';
import {
  type CertificateAndKey,
  createAuthority,
  issueClientCertificate,
  issueServerCertificate,
} from '../../../src/runtime/certificates/authority.ts';
import { memoryStore } from '../../../src/runtime/store/memory.ts';
import type { Store } from '../../../src/runtime/store/store.ts';

/** How to reach a server, and as whom. */
export interface Access {
  readonly url: string;
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
}

/** A server of ours, started for a test file. */
export interface OurServer {
  readonly store: Store;
  readonly authority: CertificateAndKey;
  /** In `system:masters`. */
  readonly admin: Access;
  readonly nobody: Access;
  /** A user with a certificate. */
  readonly user: (name: string, ...groups: string[]) => Promise<Access>;
  readonly bearer: (token: string) => Access;
  /** Bugs the server told of. */
  readonly bugs: unknown[];
  readonly stop: () => Promise<void>;
}

const hour = 3_600_000;
const validity = { notBefore: Date.now() - hour, notAfter: Date.now() + 48 * hour };

export async function startOurs(
  options: {
    readonly store?: Store;
    readonly definitions?: readonly CustomResourceDefinition[];
    readonly tokens?: readonly StaticToken[];
  } = {},
): Promise<OurServer> {
  const store = options.store ?? memoryStore();
  const authority = await createAuthority('test-ca', validity);
  const named = { commonName: 'test', names: ['localhost'], addresses: ['127.0.0.1'] };
  const tls = await issueServerCertificate(authority, named, validity);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const bugs: unknown[] = [];
  const server = await startApiserver({
    store,
    tls,
    clientCaPem: authority.certificatePem,
    tokenKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    definitions: options.definitions ?? [],
    tokens: options.tokens ?? [],
    port: 0,
    tellBug: (error) => bugs.push(error),
  });
  const nobody = { url: server.url, ca: authority.certificatePem };
  const user = async (name: string, ...groups: string[]): Promise<Access> => {
    const identity = { commonName: name, organizations: groups };
    const pair = await issueClientCertificate(authority, identity, validity);
    return { ...nobody, cert: pair.certificatePem, key: pair.keyPem };
  };
  return {
    store,
    authority,
    admin: await user('admin', 'system:masters'),
    nobody,
    user,
    bearer: (token) => ({ ...nobody, token }),
    bugs,
    stop: async () => {
      await server.close();
      await store.close();
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The parsed text, `{}` where it is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever comes back
  readonly body: any;
}

export interface Sending {
  /** JSON unless it is a text or bytes. */
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** The path is sent as it is: nothing resolves `..` and nothing is escaped. */
  readonly raw?: true;
}

/** Sends requests as one identity, over HTTP/1.1. */
export class Client {
  readonly #access: Access;
  readonly #agent: Agent;

  constructor(access: Access) {
    const { ca, cert, key } = access;
    this.#access = access;
    this.#agent = new Agent({ ca, keepAlive: true, ...(cert && { cert }), ...(key && { key }) });
  }

  close(): void {
    this.#agent.destroy();
  }

  get(path: string, headers?: Sending['headers']): Promise<Reply> {
    return this.send('GET', path, headers === undefined ? {} : { headers });
  }

  post(path: string, body: unknown, more: Sending = {}): Promise<Reply> {
    return this.send('POST', path, { body, ...more });
  }

  put(path: string, body: unknown): Promise<Reply> {
    return this.send('PUT', path, { body });
  }

  delete(path: string, body?: unknown): Promise<Reply> {
    return this.send('DELETE', path, body === undefined ? {} : { body });
  }

  patch(
    path: string,
    kind: 'json' | 'merge' | 'strategic' | 'apply',
    body: unknown,
  ): Promise<Reply> {
    const types = {
      json: 'application/json-patch+json',
      merge: 'application/merge-patch+json',
      strategic: 'application/strategic-merge-patch+json',
      apply: 'application/apply-patch+yaml',
    };
    return this.send('PATCH', path, { body, type: types[kind] });
  }

  async send(method: string, path: string, sending: Sending = {}): Promise<Reply> {
    const response = await this.#open(method, path, sending);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const { statusCode: status = 0, headers } = response;
    return { status, headers, text, body: parse(text) };
  }

  /** Watches; `next` waits for one more event. */
  async watch(path: string, headers: Sending['headers'] = {}): Promise<Watching> {
    const response = await this.#open('GET', path, { headers });
    if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode}`);
    return new Watching(response);
  }

  #open(method: string, path: string, sending: Sending): Promise<IncomingMessage> {
    const { body, type = 'application/json', headers, raw } = sending;
    const bytes =
      body === undefined
        ? undefined
        : typeof body === 'string' || Buffer.isBuffer(body)
          ? body
          : JSON.stringify(body);
    const { token, url } = this.#access;
    return new Promise((resolve, reject) => {
      const asked = request(
        raw ? url : `${url}${path}`,
        {
          method,
          ...(raw && { path }),
          agent: this.#agent,
          headers: {
            'user-agent': 'test/1',
            ...(bytes !== undefined && {
              'content-type': type,
              // Node frames the body of a DELETE only when it is told its length
              'content-length': String(Buffer.byteLength(bytes)),
            }),
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
            ...(headers as Record<string, string | string[]>),
          },
        },
        resolve,
      );
      asked.on('error', reject);
      asked.end(bytes);
    });
  }
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into whatever comes back
export type WatchedEvent = { readonly type: string; readonly object: any };

/** An open watch. */
export class Watching {
  readonly #response: IncomingMessage;
  readonly #lines: AsyncIterator<string>;

  constructor(response: IncomingMessage) {
    this.#response = response;
    response.on('error', () => undefined);
    this.#lines = createInterface({ input: response })[Symbol.asyncIterator]();
  }

  /** The next event; null when the watch has ended. */
  async next(): Promise<WatchedEvent | null> {
    try {
      const line = await this.#lines.next();
      return line.done ? null : (JSON.parse(line.value) as WatchedEvent);
    } catch {
      return null;
    }
  }

  /** `TYPE name` of so many events. */
  async brief(count: number): Promise<string[]> {
    const seen: string[] = [];
    while (seen.length < count) {
      const event = await this.next();
      if (event === null) break;
      seen.push(`${event.type} ${event.object.metadata?.name ?? event.object.reason ?? ''}`.trim());
    }
    return seen;
  }

  close(): void {
    this.#response.destroy();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
