import { formatInstant, type Instant } from '../../base/instant.ts';
import type { Event } from '../../kube/core.ts';
import { apiVersionOf, type Ref, refKey } from '../../kube/object.ts';
import type { Cluster } from '../client/cluster.ts';
import type { Cache } from './cache.ts';
import type { Clock } from './clock.ts';
import type { Action, World } from './controller.ts';
import type { Log } from './log.ts';

/** Numbers of client-go's event correlator (tools/record/events_cache.go). */
const remembered = 4096;
const similarWindow = 600_000;
const mostSimilar = 10;
const burst = 25;
const refillEvery = 300_000;
/** A repeated event is counted at once and written at most this often. */
const writeEvery = 60_000;
/** Events that wait to be written; what comes beyond is not told. */
const mostWaiting = 10_000;

type Recorded = Action & { readonly do: 'record' };

interface Entry {
  readonly name: string;
  readonly first: Instant;
  count: number;
  writtenAt: Instant;
  written: number;
}
interface Similar {
  readonly messages: Set<string>;
  since: Instant;
}
interface Bucket {
  tokens: number;
  at: Instant;
}

export interface RecorderDeps {
  readonly clusters: Readonly<Partial<Record<World, Cluster>>>;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Writes Events for people: the same one again is counted, many similar ones are one, and nobody floods. One is written
 * after the other, so that telling never holds up doing. An Event that cannot be written is logged and forgotten: it
 * never fails a pass.
 */
export class Recorder {
  readonly #deps: RecorderDeps;
  readonly #entries = new Map<string, Entry>();
  readonly #similar = new Map<string, Similar>();
  readonly #buckets = new Map<string, Bucket>();
  readonly #waiting: (() => Promise<void>)[] = [];
  #isWriting = false;
  #serial = 0;

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
  }

  record(component: string, action: Recorded): void {
    const now = this.#deps.clock.now();
    const about = `${action.at ?? 'hub'} ${component} ${refKey(action.about)}`;
    const group = `${about} ${action.type ?? 'Normal'} ${action.reason}`;
    const combined = this.#isFlood(group, action.message, now);
    const message = combined ? `(combined from similar events): ${action.message}` : action.message;
    const id = combined ? group : `${group} ${action.message}`;
    const entry = touch(this.#entries, id, () => ({
      name: this.#name(action.about, now),
      first: now,
      count: 0,
      writtenAt: now,
      written: 0,
    }));
    entry.count += 1;
    if (entry.written > 0 && now - entry.writtenAt < writeEvery) return;
    if (!this.#mayWrite(about, now)) return;
    entry.writtenAt = now;
    const isNew = entry.written === 0;
    entry.written = entry.count;
    if (this.#waiting.length >= mostWaiting) return;
    this.#waiting.push(() => this.#write(component, { ...action, message }, entry, isNew));
    if (!this.#isWriting) void this.#writeWaiting();
  }

  async #writeWaiting(): Promise<void> {
    this.#isWriting = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await next().catch((error) => this.#deps.log('error', `cannot write an event: ${error}`));
    }
    this.#isWriting = false;
  }

  async #write(component: string, action: Recorded, entry: Entry, isNew: boolean): Promise<void> {
    const at = action.at ?? 'hub';
    const cluster = this.#deps.clusters[at];
    if (cluster === undefined) return;
    const event = this.#event(component, action, entry);
    const { count, lastTimestamp, message } = event;
    const answer = isNew
      ? await cluster.create(event)
      : await cluster.mergePatch(
          {
            group: '',
            version: 'v1',
            kind: 'Event',
            namespace: event.metadata.namespace ?? '',
            name: entry.name,
          },
          { count, lastTimestamp, message },
        );
    if (answer.ok || answer.status === 409) return;
    // The Event was cleaned up meanwhile (they live for an hour): the next one starts afresh.
    if (answer.status === 404) entry.written = 0;
    const { reason, message: why } = answer;
    this.#deps.log('debug', 'cannot write an event', { at, event: event.reason, reason, why });
  }

  #event(component: string, recorded: Recorded, entry: Entry): Event {
    const { about, at, type, reason, message, action, related } = recorded;
    const seen = this.#deps.cache.look(at ?? 'hub', about);
    const live = seen.state === 'present' ? seen.object.metadata : undefined;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: entry.name, namespace: about.namespace || 'default' },
      involvedObject: {
        ...referenceTo(about),
        ...(live?.uid === undefined ? {} : { uid: live.uid }),
        ...(live?.resourceVersion === undefined ? {} : { resourceVersion: live.resourceVersion }),
      },
      type: type ?? 'Normal',
      reason,
      ...(action === undefined ? {} : { action }),
      ...(related === undefined ? {} : { related: referenceTo(related) }),
      message: message.slice(0, 1024),
      count: entry.count,
      firstTimestamp: formatInstant(entry.first),
      lastTimestamp: formatInstant(this.#deps.clock.now()),
      source: { component },
      reportingComponent: component,
      reportingInstance: '',
    };
  }

  #name(about: Ref, now: Instant): string {
    this.#serial += 1;
    return `${about.name.slice(0, 200)}.${now.toString(16)}${this.#serial.toString(16).padStart(4, '0')}`;
  }

  #isFlood(group: string, message: string, now: Instant): boolean {
    const similar = touch(this.#similar, group, () => ({ messages: new Set(), since: now }));
    if (now - similar.since > similarWindow) {
      similar.messages.clear();
      similar.since = now;
    }
    if (similar.messages.has(message)) return false;
    if (similar.messages.size >= mostSimilar) return true;
    similar.messages.add(message);
    return false;
  }

  #mayWrite(about: string, now: Instant): boolean {
    const bucket = touch(this.#buckets, about, () => ({ tokens: burst, at: now }));
    const refilled = Math.floor((now - bucket.at) / refillEvery);
    if (refilled > 0) {
      bucket.tokens = Math.min(burst, bucket.tokens + refilled);
      bucket.at = now;
    }
    if (bucket.tokens === 0) return false;
    bucket.tokens -= 1;
    return true;
  }
}

function referenceTo(of: Ref) {
  return {
    apiVersion: apiVersionOf(of),
    kind: of.kind,
    name: of.name,
    ...(of.namespace === '' ? {} : { namespace: of.namespace }),
  };
}

/** The value of a key, made where it is missing; the one not touched for longest makes room. */
function touch<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make();
  map.delete(key);
  map.set(key, value);
  if (map.size > remembered) {
    const [oldest] = map.keys();
    if (oldest !== undefined) map.delete(oldest);
  }
  return value;
}
