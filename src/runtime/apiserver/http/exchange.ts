import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Refusal } from '../refusal.ts';
import type { Outlet } from '../watch/stream.ts';
import { readBody } from './body.ts';

export type ServerRequest = IncomingMessage | Http2ServerRequest;
export type ServerReply = ServerResponse | Http2ServerResponse;

/** One request and the way to answer it, over HTTP/1.1 or HTTP/2 alike. */
export class Exchange {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly socket: TLSSocket;
  /** Sent as `Warning` headers. */
  readonly warnings: string[] = [];
  readonly #request: ServerRequest;
  readonly #reply: ServerReply;

  constructor(request: ServerRequest, reply: ServerReply) {
    this.#request = request;
    this.#reply = reply;
    this.method = request.method ?? 'GET';
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
    this.socket = socketOf(request);
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** Names (in lower case) and values as they came: a header that is sent twice is there twice. */
  rawHeaders(): readonly (readonly [string, string])[] {
    const { rawHeaders } = this.#request;
    const pairs: [string, string][] = [];
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
      pairs.push([(rawHeaders[at] as string).toLowerCase(), rawHeaders[at + 1] as string]);
    }
    return pairs;
  }

  body(): Promise<Buffer | Refusal> {
    return readBody(this.#request, this.header('content-length'));
  }

  /** The whole answer, in pieces where it is long. */
  async answer(
    code: number,
    headers: Readonly<Record<string, string>>,
    body: string | Buffer | Iterable<string>,
  ): Promise<void> {
    if (typeof body === 'string' || Buffer.isBuffer(body)) {
      const bytes = typeof body === 'string' ? Buffer.from(body) : body;
      this.#head(code, { ...headers, 'content-length': String(bytes.length) });
      this.#end(bytes);
      return;
    }
    this.#head(code, headers);
    for (const piece of body) {
      if (!this.#write(piece)) await this.#drained();
      if (this.#reply.destroyed) return;
    }
    this.#end();
  }

  /** An answer that goes on for a while. */
  stream(code: number, headers: Readonly<Record<string, string>>): Outlet {
    this.#head(code, headers);
    // the client waits for the head before anything happens
    (this.#reply as ServerResponse).flushHeaders();
    const controller = new AbortController();
    this.#reply.on('close', () => controller.abort());
    this.#reply.on('error', () => controller.abort());
    return {
      write: (bytes) => {
        if (!controller.signal.aborted) this.#write(bytes);
      },
      pending: () => this.#pending(),
      drained: () => this.#drained(),
      end: () => {
        this.#end();
        controller.abort();
      },
      cut: () => {
        this.#cut();
        controller.abort();
      },
      gone: controller.signal,
    };
  }

  #head(code: number, headers: Readonly<Record<string, string>>): void {
    const all: Record<string, string | string[]> = {
      'cache-control': 'no-cache, private',
      ...headers,
    };
    if (this.warnings.length > 0) all['warning'] = this.warnings.map(warningHeader);
    (this.#reply as ServerResponse).writeHead(code, all);
  }

  #write(bytes: Uint8Array | string): boolean {
    // the two classes have the same method; their union has none that can be called
    const reply = this.#reply as ServerResponse;
    return reply.write(bytes);
  }

  #end(bytes?: Uint8Array): void {
    const reply = this.#reply as ServerResponse;
    if (bytes === undefined || this.method === 'HEAD') reply.end();
    else reply.end(bytes);
  }

  #pending(): number {
    return 'stream' in this.#reply
      ? (this.#reply.stream?.writableLength ?? 0)
      : this.#reply.writableLength;
  }

  #drained(): Promise<void> {
    const reply = this.#reply as ServerResponse;
    if (reply.destroyed || reply.writableEnded) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        reply.off('drain', done);
        reply.off('close', done);
        resolve();
      };
      reply.on('drain', done);
      reply.on('close', done);
    });
  }

  #cut(): void {
    if ('stream' in this.#reply) this.#reply.stream?.destroy();
    else this.#reply.destroy();
  }
}

function socketOf(request: ServerRequest): TLSSocket {
  const session = 'stream' in request ? request.stream?.session : undefined;
  return (session?.socket ?? request.socket) as TLSSocket;
}

// RFC 7234: code 299, agent, quoted text
function warningHeader(text: string): string {
  const printable = text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 4096);
  return `299 - "${printable.replaceAll(/["\\]/g, '\\$&')}"`;
}
