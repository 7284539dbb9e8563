import type { Readable } from 'node:stream';
import { isJsonObject, type Json } from '../../base/json.ts';
import { textOf } from './body.ts';
import type { Answer, Refusal } from './cluster.ts';
import { messageOf, type TransportResponse } from './http.ts';

/** Reads a whole answer: JSON, or a refusal in Kubernetes' own words. */
export async function readAnswer({ status, body }: TransportResponse): Promise<Answer<Json>> {
  const text = await readText(body);
  if (status < 200 || status > 299) return refusalOf(status, text);
  const value = parse(text);
  // `/healthz` and the like answer in plain text.
  return { ok: true, value: value === undefined ? text : value };
}

/** The refusal in the body of an answer: a Status, or whatever a proxy in between has to say. */
export function refusalOf(status: number, text: string): Refusal {
  const body = parse(text);
  const of = isJsonObject(body) && body['kind'] === 'Status' ? body : {};
  const { message, reason } = of;
  return {
    ok: false,
    status,
    reason: typeof reason === 'string' && reason !== '' ? reason : (reasons[status] ?? 'Unknown'),
    message:
      typeof message === 'string' && message !== ''
        ? message
        : `the server answered ${status}: ${text.slice(0, 512).trim()}`,
  };
}

/** There was no answer at all. */
export function noAnswer(error: unknown): Refusal {
  return { ok: false, status: 0, reason: 'NoAnswer', message: messageOf(error) };
}

/** Reasons of apimachinery's `metav1.StatusReason` for answers that carry none. */
const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

async function readText(body: Readable): Promise<string> {
  let text = '';
  for await (const chunk of textOf(body)) text += chunk;
  return text;
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
