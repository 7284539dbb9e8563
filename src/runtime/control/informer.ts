import { plus } from '../../base/instant.ts';
import type { Kind, KubeObject } from '../../kube/object.ts';
import type { Cluster, ListOptions, Refusal } from '../client/cluster.ts';
import { type Backoff, forbiddenBackoff, readBackoff, retryAt } from './backoff.ts';
import { type Clock, until } from './clock.ts';
import { listAll } from './list-all.ts';
import type { OnError } from './log.ts';

/** What to read: a kind, or a part of it. */
export interface Source extends Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector'> {
  readonly kind: Kind;
}

/** Where what is read goes. A list replaces everything that came from this source. */
export interface Sink {
  readonly replace: (objects: readonly KubeObject[]) => Promise<void>;
  readonly changed: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject) => void;
  /** The source cannot be listed now; it is tried again. */
  readonly refused: (refusal: Refusal) => void;
  /** The stream broke; it is tried again. */
  readonly interrupted: (message: string) => void;
}

export interface InformerDeps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onError: OnError;
  readonly signal: AbortSignal;
}

/** A stream that lived this long was a good one, in milliseconds: failures before it no longer count. */
const goodStream = 10_000;
/** A server that lost its history may wait for a version that never comes; a list settles it. */
const failuresBeforeList = 3;

/** Lists, then watches, for ever: lists again when the server forgot where we were, waits with jitter when it is away. */
export async function inform(source: Source, sink: Sink, deps: InformerDeps): Promise<void> {
  const pause = new Pause(deps);
  while (!deps.signal.aborted) {
    try {
      await listAndWatch(source, { sink, deps, pause });
    } catch (error) {
      // A bug of ours: a list may be met better than what threw, and nobody is left without the source.
      deps.onError(error, { controller: 'informer', key: source.kind.kind });
      await pause.afterFailure();
    }
  }
}

async function listAndWatch(source: Source, { sink, deps, pause }: Following): Promise<void> {
  const listed = await listAll(deps.cluster, source);
  if (deps.signal.aborted) return;
  if (listed.ok) {
    await sink.replace(listed.value.items);
    await watchFrom(listed.value.resourceVersion, source, { sink, deps, pause });
  } else {
    sink.refused(listed);
    await pause.afterFailure(listed.status === 403 ? forbiddenBackoff : readBackoff);
  }
}

interface Following {
  readonly sink: Sink;
  readonly deps: InformerDeps;
  readonly pause: Pause;
}

/** Counts failures in a row over lists and watches, and waits accordingly. */
class Pause {
  readonly #deps: InformerDeps;
  #failures = 0;

  constructor(deps: InformerDeps) {
    this.#deps = deps;
  }

  wentWell(): void {
    this.#failures = 0;
  }

  afterFailure(backoff: Backoff = readBackoff): Promise<void> {
    const { clock, random, signal } = this.#deps;
    this.#failures += 1;
    return until(retryAt(clock.now(), backoff, this.#failures, random), clock, signal);
  }

  /** A server ends watches now and then; all its clients must not come back in the same millisecond. */
  afterEnd(): Promise<void> {
    const { clock, random, signal } = this.#deps;
    return until(plus(clock.now(), Math.floor(random() * 100)), clock, signal);
  }
}

/** Watches from a version, stream after stream, until only a list can help. */
async function watchFrom(
  from: string,
  source: Source,
  { sink, deps, pause }: Following,
): Promise<void> {
  const { clock, signal } = deps;
  let version = from;
  let broken = 0;
  while (!signal.aborted && broken < failuresBeforeList) {
    const started = clock.now();
    const end = await follow(source, version, sink, deps);
    if (signal.aborted) return;
    version = end.version;
    const good = end.moved || clock.now() - started > goodStream;
    broken = good && end.message === null ? 0 : broken + 1;
    await restAfter(end, good, sink, pause);
    if (end.expired) return;
  }
}

async function restAfter(end: End, good: boolean, sink: Sink, pause: Pause): Promise<void> {
  if (good) pause.wentWell();
  if (good && end.message === null) return pause.afterEnd();
  if (good && end.expired) return;
  sink.interrupted(end.message ?? 'the server ended the watch at once');
  await pause.afterFailure();
}

interface End {
  readonly version: string;
  readonly expired: boolean;
  readonly moved: boolean;
  /** null where the server just ended the stream. */
  readonly message: string | null;
}

async function follow(
  source: Source,
  from: string,
  sink: Sink,
  { cluster, onError, signal }: InformerDeps,
): Promise<End> {
  const { kind, ...options } = source;
  // A bug of ours is about one object: the stream is as good as before.
  const take: Sink['changed'] = (type, object) => {
    try {
      sink.changed(type, object);
    } catch (error) {
      const { namespace = '', name } = object.metadata;
      onError(error, { controller: 'informer', key: `${kind.kind} ${namespace}/${name}` });
    }
  };
  let version = from;
  let moved = false;
  try {
    const events = cluster.watch(kind, { ...options, resourceVersion: version }, signal);
    for await (const event of events) {
      if (event.type === 'ERROR') {
        return { version, moved, expired: event.expired, message: event.message };
      }
      moved = true;
      if (event.type === 'BOOKMARK') {
        version = event.resourceVersion;
      } else {
        version = event.object.metadata.resourceVersion ?? version;
        take(event.type, event.object);
      }
    }
    return { version, moved, expired: false, message: null };
  } catch (error) {
    return { version, moved, expired: false, message: String(error) };
  }
}
