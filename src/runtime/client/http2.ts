import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { Agent } from 'node:https';
import { isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { TlsMaterial } from './credentials.ts';
import { messageOf, NoAnswer, type TransportRequest, type TransportResponse } from './http.ts';

/** Numbers of client-go: 10 s to connect, a ping every 30 s, 15 s to answer it. */
const connectTimeout = 10_000;
const pingEvery = 30_000;
const pingTimeout = 15_000;
/** A connection takes this many requests at once before a further one is opened; a server may allow fewer. */
const mostStreams = 100;
/** Room for what watches send while we are busy: one slow reader must not stop the others. */
const streamWindow = 4 * 1024 * 1024;
const sessionWindow = 64 * 1024 * 1024;

/** A way to send: an HTTP/2 connection, or the agent of HTTP/1.1 where the server speaks nothing newer. */
export type Connection =
  | {
      readonly protocol: 'h2';
      readonly send: (request: TransportRequest) => Promise<TransportResponse>;
    }
  | { readonly protocol: 'http/1.1'; readonly agent: Agent };

/** The connections to one server. */
export class Http2Connections {
  readonly #server: URL;
  readonly #sessions = new Set<Session>();
  #opening: { readonly fingerprint: string; readonly done: Promise<void> } | null = null;
  #agent: { readonly fingerprint: string; readonly agent: Agent } | null = null;
  /** Resumes a connection as the one it was; of another certificate it would be that of the wrong identity. */
  #ticket: { readonly fingerprint: string; readonly session: Buffer } | null = null;
  #closed = false;

  constructor(server: URL) {
    this.#server = server;
  }

  /** A way to send one request: the room for it is taken. */
  async connection(tls: TlsMaterial, fingerprint: string): Promise<Connection> {
    for (;;) {
      if (this.#closed) throw new NoAnswer('the connection is closed');
      if (this.#agent?.fingerprint === fingerprint) {
        return { protocol: 'http/1.1', agent: this.#agent.agent };
      }
      for (const session of this.#sessions) {
        if (session.fingerprint !== fingerprint) session.retire();
        else if (session.takeRoom()) return session;
      }
      await this.#opened(tls, fingerprint);
    }
  }

  close(): void {
    this.#closed = true;
    for (const session of this.#sessions) session.destroy();
    this.#agent?.agent.destroy();
  }

  /** Opens a connection, once for all who wait for one. */
  #opened(tls: TlsMaterial, fingerprint: string): Promise<void> {
    if (this.#opening?.fingerprint === fingerprint) return this.#opening.done;
    const opening = { fingerprint, done: this.#open(tls, fingerprint) };
    this.#opening = opening;
    const over = (): void => {
      if (this.#opening === opening) this.#opening = null;
    };
    opening.done.then(over, over);
    return opening.done;
  }

  async #open(tls: TlsMaterial, fingerprint: string): Promise<void> {
    const socket = await this.#connect(tls, fingerprint);
    if (this.#closed) {
      socket.destroy();
      throw new NoAnswer('the connection is closed');
    }
    socket.on('session', (session: Buffer) => {
      this.#ticket = { fingerprint, session };
    });
    if (socket.alpnProtocol === 'h2') {
      const session = new Session(this.#server, socket, fingerprint);
      await session.ready;
      this.#sessions.add(session);
      session.onClose(() => this.#sessions.delete(session));
      return;
    }
    socket.destroy();
    this.#agent?.agent.destroy();
    const agent = new Agent({ ...tls, keepAlive: true, maxSockets: 256, timeout: 0 });
    this.#agent = { fingerprint, agent };
  }

  #connect(tls: TlsMaterial, fingerprint: string): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const host = this.#server.hostname.replace(/^\[|\]$/g, '');
      const port = Number(this.#server.port || 443);
      const socket = connectTls({
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...tls,
        host,
        port,
        ALPNProtocols: ['h2', 'http/1.1'],
        ...(this.#ticket?.fingerprint === fingerprint ? { session: this.#ticket.session } : {}),
      });
      const timer = setTimeout(() => {
        socket.destroy(new Error(`no connection to ${this.#server.host} within 10 s`));
      }, connectTimeout);
      socket.once('secureConnect', () => {
        clearTimeout(timer);
        socket.removeAllListeners('error');
        socket.on('error', () => undefined);
        socket.setKeepAlive(true, pingEvery);
        resolve(socket);
      });
      socket.once('error', (error) => {
        clearTimeout(timer);
        this.#ticket = null;
        reject(new NoAnswer(messageOf(error)));
      });
    });
  }
}

/** One HTTP/2 connection. */
class Session {
  readonly protocol = 'h2';
  readonly fingerprint: string;
  /** The server has said how many requests it takes at once. */
  readonly ready: Promise<void>;
  readonly #session: ClientHttp2Session;
  readonly #heartbeat: NodeJS.Timeout;
  #streams = 0;
  #retired = false;

  constructor(server: URL, socket: TLSSocket, fingerprint: string) {
    this.fingerprint = fingerprint;
    this.#session = connect(server, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: streamWindow },
    });
    this.#session.setLocalWindowSize(sessionWindow);
    this.#session.on('error', () => this.retire());
    this.#session.on('goaway', () => this.retire());
    this.ready = new Promise((resolve, reject) => {
      this.#session.once('remoteSettings', () => resolve());
      this.#session.once('close', () => reject(new NoAnswer('the server ended the connection')));
    });
    this.#heartbeat = setInterval(() => this.#beat(), pingEvery);
    this.#heartbeat.unref();
    this.#session.on('close', () => {
      this.#retired = true;
      clearInterval(this.#heartbeat);
    });
  }

  /** Takes room for one request, which must be sent; false where there is none. */
  takeRoom(): boolean {
    const { closed, destroyed, remoteSettings } = this.#session;
    if (this.#retired || closed || destroyed) return false;
    const allowed = remoteSettings?.maxConcurrentStreams ?? mostStreams;
    if (this.#streams >= Math.min(mostStreams, allowed)) return false;
    this.#streams += 1;
    return true;
  }

  onClose(run: () => void): void {
    this.#session.on('close', run);
  }

  /** Takes no further requests; ends when those under way are over. */
  retire(): void {
    if (this.#retired) return;
    this.#retired = true;
    if (!this.#session.destroyed) this.#session.close();
  }

  destroy(): void {
    this.#session.destroy();
  }

  send(request: TransportRequest): Promise<TransportResponse> {
    return new Promise((resolve, reject) => {
      const { method, path, headers, body, signal } = request;
      let stream: ClientHttp2Stream;
      try {
        stream = this.#session.request(
          { ...headers, ':method': method, ':path': path } as Record<string, string | string[]>,
          { endStream: body === undefined, ...(signal === undefined ? {} : { signal }) },
        );
      } catch (error) {
        this.#streams -= 1;
        reject(new NoAnswer(messageOf(error), true));
        return;
      }
      let isAnswered = false;
      stream.on('close', () => {
        this.#streams -= 1;
        // Every stream closes, and the stack of an error takes as long as all else here.
        if (isAnswered) return;
        reject(new NoAnswer('the connection ended before the answer', isRefused(stream)));
      });
      stream.on('error', (error) => {
        reject(new NoAnswer(messageOf(error), isRefused(stream)));
      });
      stream.on('response', (answer) => {
        isAnswered = true;
        resolve({ status: Number(answer[':status'] ?? 0), body: stream });
      });
      if (body !== undefined) stream.end(body);
    });
  }

  #beat(): void {
    if (this.#session.destroyed) return;
    const timer = setTimeout(() => this.#session.destroy(), pingTimeout);
    timer.unref();
    const sent = this.#session.ping(() => clearTimeout(timer));
    if (!sent) this.#session.destroy();
  }
}

/** The server said that it has not looked at the request (RFC 9113, 8.7). */
function isRefused(stream: ClientHttp2Stream): boolean {
  return stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
}
