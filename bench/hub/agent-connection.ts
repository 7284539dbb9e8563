import { connect, type TLSSocket } from 'node:tls';
import type { TlsMaterial } from '../../src/runtime/client/credentials.ts';

/** Types of frames and flags of HTTP/2 (RFC 9113, 6). */
const frames = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7 };
const flags = { ack: 1, endStream: 1, endHeaders: 4 };
const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** What an agent hears of its watch. */
export interface WatchListener {
  /** The server has answered 200 and watches. */
  readonly open: () => void;
  /** A line of the watch, without its end. */
  readonly line: (text: string) => void;
  readonly failed: (why: string) => void;
}

/**
 * One agent that watches: a TLS connection of its own with its certificate, and a single HTTP/2 stream. By hand, because
 * ten thousand of Node's clients in one process cost more than the server that is to be measured.
 */
export function openWatch(
  server: URL,
  tls: TlsMaterial,
  path: string,
  listener: WatchListener,
): TLSSocket {
  const socket = connect({
    ...tls,
    host: server.hostname,
    port: Number(server.port),
    ALPNProtocols: ['h2'],
  });
  let text = '';
  let rest: Buffer = Buffer.alloc(0);
  socket.on('error', (error) => listener.failed(error.message));
  socket.on('close', () => listener.failed('the connection has ended'));
  socket.once('secureConnect', () => {
    const headers = frame(frames.headers, flags.endStream | flags.endHeaders, 1, [
      // GET, https, path and authority, by the static table of HPACK (RFC 7541, appendix A), and who asks
      ...[0x82, 0x87, 0x04, ...literal(path), 0x01, ...literal(server.host)],
      ...[0x00, ...literal('user-agent'), ...literal('bench')],
    ]);
    socket.write(Buffer.concat([Buffer.from(preface), frame(frames.settings, 0, 0, []), headers]));
  });
  socket.on('data', (bytes: Buffer) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length >= 9) {
      const end = 9 + rest.readUIntBE(0, 3);
      if (rest.length < end) return;
      take(rest[3] ?? 0, rest[4] ?? 0, rest.subarray(9, end));
      rest = rest.subarray(end);
    }
  });
  function take(type: number, flag: number, payload: Buffer): void {
    if (type === frames.settings && flag !== flags.ack) {
      socket.write(frame(frames.settings, flags.ack, 0, []));
    } else if (type === frames.ping && flag !== flags.ack) {
      socket.write(frame(frames.ping, flags.ack, 0, [...payload]));
    } else if (type === frames.headers) {
      if (isOk(payload)) listener.open();
      else listener.failed('the watch was refused');
    } else if (type === frames.data) {
      const lines = (text + payload.toString()).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) listener.line(line);
    } else if (type === frames.reset || type === frames.goAway) {
      listener.failed('the server ended the watch');
    }
  }
  return socket;
}

function frame(type: number, flag: number, stream: number, payload: readonly number[]): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flag;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, Buffer.from(payload)]);
}

/** A text of HPACK without Huffman's code; its length has seven bits in the first byte. */
function literal(text: string): number[] {
  const bytes = [...Buffer.from(text)];
  const more = bytes.length - 127;
  if (more < 0) return [bytes.length, ...bytes];
  return more < 128 ? [127, more, ...bytes] : [127, 128 + (more % 128), more >> 7, ...bytes];
}

/** `:status: 200` is one byte; the size of the table may be told before it. */
function isOk(block: Buffer): boolean {
  let at = 0;
  while (((block[at] ?? 0) & 0xe0) === 0x20) at += 1;
  return block[at] === 0x88;
}
