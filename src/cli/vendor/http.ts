import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isIP } from 'node:net';
import { CommandFailure, exit } from '../io.ts';
import { type Allowed, checkedAddresses, pinned } from './addresses.ts';

/** How a source is fetched. */
export interface FetchOptions {
  readonly allowed: Allowed;
  readonly signal: AbortSignal;
  /** Bytes of an answer at most. */
  readonly limit: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What to say to a host, by its origin; never sent to another. */
  readonly authorization?: (origin: string) => string | undefined;
}
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** The address after all redirections. */
  readonly url: URL;
}

const maxRedirects = 5;
/** A server that says nothing for so long is given up, in milliseconds. */
const silence = 30_000;

/** Fetches an address; every host on the way is checked, and connected to at the address that was checked. */
export async function get(url: URL, options: FetchOptions): Promise<Answer> {
  let at = url;
  for (let turn = 0; turn <= maxRedirects; turn++) {
    const answer = await getOnce(at, options);
    const { location } = answer.headers;
    const isRedirect = [301, 302, 303, 307, 308].includes(answer.status);
    if (!isRedirect || location === undefined) return answer;
    const next = new URL(location, at);
    if (at.protocol === 'https:' && next.protocol !== 'https:') {
      throw new CommandFailure(exit.no, `refused: ${at.host} redirects to ${next.protocol}//`);
    }
    at = next;
  }
  throw new CommandFailure(
    exit.no,
    `refused: ${url.host} redirects more than ${maxRedirects} times`,
  );
}

async function getOnce(url: URL, options: FetchOptions): Promise<Answer> {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new CommandFailure(exit.no, `refused: ${url.protocol}// is not fetched`);
  }
  const isTls = url.protocol === 'https:';
  const port = url.port || (isTls ? '443' : '80');
  const addresses = await checkedAddresses(url.hostname, port, options.allowed);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const authorization = options.authorization?.(url.origin);
  const headers = {
    'user-agent': 'ocm-vendor',
    ...options.headers,
    ...(authorization === undefined ? {} : { authorization }),
  };
  return new Promise((resolve, reject) => {
    const fail = (why: string, code = exit.environment as 1 | 3): void =>
      reject(new CommandFailure(code, `cannot fetch ${shown(url)}: ${why}`));
    const send = isTls ? tlsRequest : plainRequest;
    const sent = send(
      {
        host,
        port,
        path: `${url.pathname}${url.search}`,
        headers: { ...headers, host: url.host },
        lookup: pinned(addresses),
        signal: options.signal,
        timeout: silence,
        // One connection to the address that was checked, reused by nobody.
        agent: false,
        ...(isTls && isIP(host) === 0 ? { servername: host } : {}),
      },
      (message) => {
        const chunks: Buffer[] = [];
        let size = 0;
        message.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > options.limit) {
            fail(`it is larger than ${options.limit} bytes`, exit.no);
            message.destroy();
          } else chunks.push(chunk);
        });
        message.on('end', () => {
          const { statusCode: status = 0, headers: received } = message;
          resolve({ status, headers: received, body: Buffer.concat(chunks), url });
        });
        message.on('error', (error) => fail(error.message));
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer for ${silence / 1000} s`)));
    sent.on('error', (error) => fail(error.message));
    sent.end();
  });
}

/** Fetches an address and gives its content; anything but 200 ends the command. */
export async function getContent(url: URL, options: FetchOptions): Promise<Answer> {
  const answer = await get(url, options);
  if (answer.status === 200) return answer;
  const why = `the server answers ${answer.status}`;
  throw new CommandFailure(exit.environment, `cannot fetch ${shown(url)}: ${why}`);
}

/** An address without what may be secret in it. */
export function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
