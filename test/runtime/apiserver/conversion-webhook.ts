import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  createAuthority,
  issueServerCertificate,
} from '../../../src/runtime/certificates/authority.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into whatever comes
type Value = any;

/** What a webhook does to the answer it would give; a text is written as it is, with the status code given. */
export type Trick = (answer: Value) => Value | { readonly code: number; readonly body: string };

/** A conversion webhook of shirts, over TLS on loopback. */
export interface ShirtWebhook {
  /** `spec.conversion` of a definition. */
  readonly conversion: object;
  /** Requests that came, oldest first. */
  readonly asked: Value[];
  /** null: it works. */
  trick: Trick | null;
  readonly stop: () => Promise<void>;
}

const hour = 3_600_000;
const validity = { notBefore: Date.now() - hour, notAfter: Date.now() + 48 * hour };

/** Starts a webhook that converts shirts between v1 (`colours: red,blue`) and v2 (a list). */
export async function startShirtWebhook(reviewVersions = ['v1']): Promise<ShirtWebhook> {
  const authority = await createAuthority('webhook-ca', validity);
  const named = { commonName: 'webhook', names: ['localhost'], addresses: ['127.0.0.1'] };
  const { certificatePem, keyPem } = await issueServerCertificate(authority, named, validity);
  const sockets = new Set<Socket>();
  const webhook: ShirtWebhook = {
    conversion: {},
    asked: [],
    trick: null,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer({ key: keyPem, cert: certificatePem }, async (request, response) => {
    const review = JSON.parse(await text(request)) as Value;
    webhook.asked.push({ url: request.url, ...review });
    const answer = answerOf(review);
    const given = webhook.trick === null ? answer : webhook.trick(answer);
    if (given === null) {
      response.destroy();
      return;
    }
    const { code = 200, body = JSON.stringify(given) } = 'code' in given ? given : {};
    response.writeHead(code, { 'content-type': 'application/json' }).end(body);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clientConfig = {
    url: `https://127.0.0.1:${port}/convert`,
    caBundle: Buffer.from(authority.certificatePem).toString('base64'),
  };
  const hook = { conversionReviewVersions: reviewVersions, clientConfig };
  return Object.assign(webhook, { conversion: { strategy: 'Webhook', webhook: hook } });
}

function answerOf({ apiVersion, request }: Value): Value {
  const { uid, desiredAPIVersion, objects } = request;
  const convertedObjects = objects.map((object: Value) => ({
    ...object,
    apiVersion: desiredAPIVersion,
    spec: specIn(desiredAPIVersion, object.spec),
  }));
  const response = { uid, result: { status: 'Success' }, convertedObjects };
  return { kind: 'ConversionReview', apiVersion, response };
}

function specIn(apiVersion: string, spec: Value): Value {
  const { colours } = spec;
  const list = apiVersion.endsWith('/v2');
  if (list === Array.isArray(colours)) return spec;
  return { ...spec, colours: list ? colours.split(',') : colours.join(',') };
}
