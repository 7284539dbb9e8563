import { request } from 'node:https';
import type { RealApiserver } from './kube-apiserver.ts';

/** What an API server said; a body that is no JSON is text. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server says
  readonly body: any;
}

/** One request as the admin, with nothing of ours between: to learn what a real kube-apiserver answers. */
export function ask(
  server: RealApiserver,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      new URL(path, server.url),
      {
        method,
        ca: server.caPem,
        cert: server.adminCertPem,
        key: server.adminKeyPem,
        headers: { 'content-type': 'application/json', ...headers },
      },
      (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            body: text.startsWith('{') ? JSON.parse(text) : text,
          }),
        );
      },
    );
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
