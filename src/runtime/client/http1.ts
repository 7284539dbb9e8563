import { type Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { messageOf, NoAnswer, type TransportRequest, type TransportResponse } from './http.ts';

/** Sends one request over HTTP/1.1. */
export function sendHttp1(
  server: URL,
  of: TransportRequest,
  agent: Agent,
): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const { method, path, headers, body, signal } = of;
    const start = server.protocol === 'https:' ? requestHttps : requestHttp;
    const request = start({
      method,
      path,
      headers: writable(headers),
      agent,
      host: server.hostname.replace(/^\[|\]$/g, ''),
      ...(server.port === '' ? {} : { port: server.port }),
      ...(signal === undefined ? {} : { signal }),
    });
    request.on('response', (response: IncomingMessage) => {
      resolve({ status: response.statusCode ?? 0, body: response });
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // A kept connection that the server has just closed.
      const stale = request.reusedSocket && error.code === 'ECONNRESET' && method === 'GET';
      reject(new NoAnswer(messageOf(error), stale));
    });
    request.on('socket', (socket) => socket.setKeepAlive(true, 30_000));
    request.end(body);
  });
}

function writable(headers: TransportRequest['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : [...value],
    ]),
  );
}
