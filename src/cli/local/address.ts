import type { Server } from 'node:net';
import { CommandFailure, exit } from '../io.ts';
import { why } from '../workspace.ts';

/** Where a server of this process listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Reads `host:port`, `:port` or `port`; loopback unless a host is said. Port 0 is a free one. */
export function addressOf(text: string): Address {
  const at = text.lastIndexOf(':');
  const host = text.slice(0, Math.max(at, 0)).replace(/^\[|\]$/g, '');
  const port = Number(text.slice(at + 1));
  if (!/^\d{1,5}$/.test(text.slice(at + 1)) || port > 65_535) {
    throw new CommandFailure(exit.usage, `no address: ${text}; write host:port, or a port`);
  }
  return { host: host === '' ? '127.0.0.1' : host, port };
}

/** Listens, and says at which port; `what` is served, for the message where that cannot be. */
export function listen(server: Server, address: string, what: string): Promise<number> {
  const { host, port } = addressOf(address);
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const text = `cannot serve ${what} on ${address}: ${why(error)}`;
      reject(new CommandFailure(exit.environment, text));
    });
    server.listen(port, host, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

/** `scheme://host:port` */
export function urlOf(scheme: 'http' | 'https', address: string, port: number): string {
  const { host } = addressOf(address);
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
