import type { Readable } from 'node:stream';
import { isJsonObject, type Json } from '../../base/json.ts';
import { apiVersionOf, type Kind, type KubeObject } from '../../kube/object.ts';
import { textOf } from './body.ts';
import type { WatchEvent } from './cluster.ts';

/** Longest line a watch may send, in characters: etcd keeps no object of more than 1.5 MiB, our server few more. */
const longestLine = 64 * 1024 * 1024;

/** Reads the lines of a watch as events, until the server ends it or an event says that it is over. */
export async function* readEvents<T extends KubeObject>(
  body: Readable,
  kind: Kind<T>,
): AsyncGenerator<WatchEvent<T>> {
  for await (const line of linesOf(body)) {
    const event = eventOf<T>(line, kind);
    if (event === null) continue;
    yield event;
    if (event.type === 'ERROR') return;
  }
}

async function* linesOf(body: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of textOf(body)) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw new Error('the watch sent a line without end');
    for (const line of lines) if (line !== '') yield line;
  }
  // A last line without its end was cut off: it is no event.
}

function eventOf<T extends KubeObject>(line: string, kind: Kind<T>): WatchEvent<T> | null {
  let event: Json;
  try {
    event = JSON.parse(line) as Json;
  } catch {
    return { type: 'ERROR', expired: false, message: 'the watch sent a line that is not JSON' };
  }
  const { type, object } = isJsonObject(event) ? event : {};
  if (!isJsonObject(object)) return null;
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, object: withKind(object as unknown as T, kind) };
    case 'BOOKMARK': {
      const { metadata } = object as unknown as KubeObject;
      const resourceVersion = metadata?.resourceVersion ?? '';
      return resourceVersion === '' ? null : { type, resourceVersion };
    }
    case 'ERROR': {
      const { code, reason, message } = object;
      // A version from the future means that the server has lost its history: only a list can help.
      const expired = code === 410 || reason === 'Expired' || reason === 'Gone';
      return { type, expired, message: typeof message === 'string' ? message : 'watch failed' };
    }
    default:
      return null;
  }
}

/** Lists of built-in kinds leave out what each item is. */
export function withKind<T extends KubeObject>(object: T, kind: Kind<T>): T {
  if (object.kind !== undefined && object.apiVersion !== undefined) return object;
  return { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind };
}
