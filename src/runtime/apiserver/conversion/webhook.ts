import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import { quoteGo } from '../../../kube/go-text.ts';
import { printJson } from '../../store/text.ts';
import { decodeJson, readBody } from '../http/body.ts';
import { Refusal } from '../refusal.ts';
import { textOf, texts } from '../resources/builtin/fields.ts';
import { conversionReview, kindOf, reviewAnswer, reviewVersion } from './review.ts';
import type { Converter } from './version-conversion.ts';

/** How long a webhook may take, as kube-apiserver has it. */
const patience = 30_000;
/** What it may answer with: a few times what so many objects are together. */
const mostBytes = 256 * 1024 * 1024;

/** How to reach a conversion webhook. */
export interface WebhookInput {
  /** `spec.conversion.webhook` of a CustomResourceDefinition. */
  readonly webhook: JsonObject;
  /** 30 s unless told. */
  readonly millis?: number;
}

/**
 * Converts by asking a webhook (apiextensions `webhook_converter.go`). Whatever goes wrong with it is a refusal in the
 * words of kube-apiserver, as far as they are not those of Go's HTTP client.
 */
export function webhookConverter({ webhook, millis = patience }: WebhookInput): Converter {
  const client = isJsonObject(webhook['clientConfig']) ? webhook['clientConfig'] : {};
  const version = reviewVersion(texts(webhook['conversionReviewVersions']));
  const post = poster(client, millis);
  return async (objects, apiVersion) => {
    const [first] = objects;
    if (first === undefined) return [];
    if (version === null) return failure('no supported conversion review versions');
    const asked = { uid: randomUUID(), desiredAPIVersion: apiVersion, objects };
    const answer = await post(printJson(conversionReview(version, asked)));
    if ('problem' in answer) {
      return failure(`conversion webhook for ${kindOf(first)} failed: ${answer.problem}`);
    }
    const reviewed = reviewAnswer(version, asked, answer.body);
    return 'problem' in reviewed ? failure(reviewed.problem) : reviewed.objects;
  };
}

function failure(message: string): Refusal {
  return new Refusal(500, '', message);
}

type Answer = { readonly body: unknown } | { readonly problem: string };
type Post = (body: string) => Promise<Answer>;

function poster(client: JsonObject, millis: number): Post {
  const { service } = client;
  if (isJsonObject(service)) {
    const host = `${textOf(service['name'])}.${textOf(service['namespace'])}.svc`;
    const where = `https://${host}:${service['port'] ?? 443}${textOf(service['path'])}`;
    const why = `Post ${quoteGo(where)}: services are not resolved by this server: name a url`;
    return () => Promise.resolve({ problem: why });
  }
  const url = textOf(client['url']);
  if (!URL.canParse(url)) return () => Promise.resolve({ problem: `${quoteGo(url)} is no URL` });
  const bundle = Buffer.from(textOf(client['caBundle']), 'base64').toString('utf8');
  const agent = new Agent({ keepAlive: true, ...(bundle !== '' && { ca: bundle }) });
  const told = new URL(url);
  told.searchParams.set('timeout', `${millis / 1000}s`);
  return (body) => send({ url: told, agent, body, millis });
}

interface Sending {
  readonly url: URL;
  readonly agent: Agent;
  readonly body: string;
  readonly millis: number;
}

async function send(sending: Sending): Promise<Answer> {
  const named = `Post ${quoteGo(String(sending.url))}`;
  try {
    return await answerOf(await respond(sending), sending.millis);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { problem: `${named}: ${why}` };
  }
}

function respond(sending: Sending): Promise<IncomingMessage> {
  const { url, agent, body, millis } = sending;
  const signal = AbortSignal.timeout(millis);
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  };
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', agent, headers, signal }, resolve);
    asked.on('error', (error: NodeJS.ErrnoException) => {
      // a connection that was kept may be closed at the moment it is used again
      if (asked.reusedSocket && error.code === 'ECONNRESET') respond(sending).then(resolve, reject);
      else reject(signal.aborted ? new Error('context deadline exceeded') : error);
    });
    asked.end(body);
  });
}

async function answerOf(response: IncomingMessage, millis: number): Promise<Answer> {
  const bytes = await readBody(response, undefined, { limit: mostBytes, millis });
  if (bytes instanceof Refusal) return { problem: bytes.message };
  const { statusCode = 0 } = response;
  const body = decodeJson(bytes, 'ConversionReview');
  if (statusCode >= 200 && statusCode < 300) {
    return body instanceof Refusal ? { problem: body.message } : { body };
  }
  const said = isJsonObject(body) && body['kind'] === 'Status' ? textOf(body['message']) : '';
  return { problem: said || `the server responded with the status code ${statusCode}` };
}
