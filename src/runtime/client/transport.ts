import { Agent } from 'node:http';
import type { CredentialSource, FreshCredentials } from './credentials.ts';
import { messageOf, NoAnswer, type TransportRequest, type TransportResponse } from './http.ts';
import { sendHttp1 } from './http1.ts';
import { Http2Connections } from './http2.ts';

/**
 * Requests to one server: over HTTP/2 where it speaks it, so that all watches share a connection, else over HTTP/1.1
 * with connections kept alive, always so through a proxy. A new certificate gets new connections.
 */
export class Transport {
  readonly #server: URL;
  readonly #source: CredentialSource;
  readonly #http2: Http2Connections;
  readonly #plain = new Agent({ keepAlive: true });

  constructor(server: string, source: CredentialSource) {
    this.#server = new URL(server);
    this.#source = source;
    this.#http2 = new Http2Connections(this.#server);
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    const credentials = await this.#credentials();
    const of = { ...request, headers: { ...credentials.headers, ...request.headers } };
    const path = `${this.#server.pathname.replace(/\/$/, '')}${request.path}`;
    const response = await this.#sendOver(credentials, { ...of, path }).catch((error: unknown) => {
      if (!(error instanceof NoAnswer) || !error.again) throw error;
      return this.#sendOver(credentials, { ...of, path });
    });
    if (response.status === 401) this.#source.forget();
    return response;
  }

  close(): void {
    this.#http2.close();
    this.#plain.destroy();
  }

  async #sendOver(
    credentials: FreshCredentials,
    request: TransportRequest,
  ): Promise<TransportResponse> {
    const server = this.#server;
    const { tls, proxy, fingerprint } = credentials;
    if (proxy !== null) return sendHttp1(server, request, proxy);
    if (server.protocol === 'http:') return sendHttp1(server, request, this.#plain);
    const connection = await this.#http2.connection(tls, fingerprint);
    return connection.protocol === 'h2'
      ? connection.send(request)
      : sendHttp1(server, request, connection.agent);
  }

  async #credentials(): Promise<FreshCredentials> {
    try {
      return await this.#source.get();
    } catch (error) {
      throw new NoAnswer(`no credentials: ${messageOf(error)}`);
    }
  }
}
