import { formatInstant, type Instant, instant } from '../../src/base/instant.ts';
import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../src/base/json.ts';
import { kindInfo } from '../../src/kube/kinds.ts';
import { type Kind, type KubeObject, type Ref, refKey, refOf } from '../../src/kube/object.ts';
import type {
  Answer,
  Cluster,
  ListOptions,
  Refusal,
  WatchEvent,
} from '../../src/runtime/client/cluster.ts';
import { mergePatch } from '../../src/runtime/control/merge-patch.ts';

/** One request as a test may see or refuse it. */
export interface SeenRequest {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'replace' | 'patch' | 'apply' | 'delete';
  readonly of: Ref;
  readonly subresource?: string;
  readonly as?: string;
}

export interface MemoryClusterOptions {
  readonly now?: () => Instant;
  /** What is there from the start, statuses and all: the quick way to many objects. */
  readonly objects?: readonly KubeObject[];
  /** A refusal makes the request fail. */
  readonly refuse?: (request: SeenRequest) => Omit<Refusal, 'ok'> | undefined;
  /** Answers `request`. */
  readonly answer?: (method: string, path: string, body?: Json) => Answer<Json> | undefined;
}

/** An API server in memory: no sockets, no schemas, no rights; versions, watches, finalizers and preconditions are real. */
export interface MemoryCluster extends Cluster {
  /** Every write so far, in order, refused ones included. */
  readonly writes: readonly SeenRequest[];
  readonly requests: readonly SeenRequest[];
  /** All objects of a kind (all of any kind, without one), in order of name. */
  readonly objects: <T extends KubeObject>(kind?: Kind<T>) => readonly T[];
  readonly find: <T extends KubeObject>(
    kind: Kind<T>,
    namespace: string,
    name: string,
  ) => T | undefined;
  /** Ends all watches; `expired` makes their clients list again. */
  readonly breakWatches: (expired?: boolean) => void;
  /** Holds back what watches would say until released, so that caches are stale. */
  readonly holdEvents: () => void;
  readonly releaseEvents: () => void;
}

interface Stored {
  readonly object: KubeObject;
  /** Field paths each manager applied last, as leaves of the applied object. */
  readonly applied: ReadonlyMap<string, JsonObject>;
}
interface Watcher {
  readonly kind: string;
  readonly options: ListOptions;
  /** What it has been told already. */
  seen: number;
  readonly push: (event: WatchEvent) => void;
}

export function memoryCluster(options: MemoryClusterOptions = {}): MemoryCluster {
  const now = options.now ?? (() => instant(0));
  const stored = new Map<string, Stored>();
  const log: { readonly version: number; readonly event: WatchEvent; readonly kind: string }[] = [];
  const watchers = new Set<Watcher>();
  const requests: SeenRequest[] = [];
  let version = 1;
  let serial = 0;
  let held: (() => void)[] | null = null;

  const kindOf = ({ group, kind }: { group: string; kind: string }): string => `${group}/${kind}`;

  const refused = (request: SeenRequest): Refusal | null => {
    requests.push(request);
    const refusal = options.refuse?.(request);
    return refusal === undefined ? null : { ok: false, ...refusal };
  };

  const emit = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void => {
    const kind = kindOf(refOf(object));
    const event = { type, object } as const;
    const at = version;
    log.push({ version: at, event, kind });
    const tell = (): void => {
      for (const watcher of watchers) {
        if (watcher.kind !== kind || watcher.seen >= at) continue;
        watcher.seen = at;
        if (matches(object, watcher.options)) watcher.push(event);
      }
    };
    if (held === null) tell();
    else held.push(tell);
  };

  const save = (
    before: Stored | undefined,
    object: KubeObject,
    applied?: Stored['applied'],
  ): Answer<KubeObject> => {
    if (before !== undefined && jsonEqual(before.object, object)) {
      stored.set(refKey(refOf(object)), {
        object: before.object,
        applied: applied ?? before.applied,
      });
      return { ok: true, value: before.object };
    }
    version += 1;
    const generation =
      before !== undefined && jsonEqual(before.object.spec, object.spec)
        ? before.object.metadata.generation
        : (before?.object.metadata.generation ?? 0) + 1;
    const saved: KubeObject = {
      ...object,
      metadata: {
        ...object.metadata,
        resourceVersion: String(version),
        ...(generation === undefined ? {} : { generation }),
      },
    };
    const key = refKey(refOf(saved));
    if (saved.metadata.deletionTimestamp !== undefined && !saved.metadata.finalizers?.length) {
      stored.delete(key);
      emit('DELETED', saved);
    } else {
      stored.set(key, { object: saved, applied: applied ?? before?.applied ?? new Map() });
      emit(before === undefined ? 'ADDED' : 'MODIFIED', saved);
    }
    return { ok: true, value: saved };
  };

  const born = (object: KubeObject): KubeObject => {
    serial += 1;
    const { generateName, ...metadata } = object.metadata;
    const { status: _, ...rest } = object;
    return {
      ...(hasStatus(object) ? rest : object),
      metadata: {
        ...metadata,
        name: metadata.name || `${generateName ?? ''}${serial.toString(36).padStart(5, '0')}`,
        uid: `uid-${serial}`,
        creationTimestamp: formatInstant(now()),
      },
    } as KubeObject;
  };

  const update = (
    ref: Ref,
    subresource: string | undefined,
    change: (live: KubeObject) => KubeObject,
    applied?: Stored['applied'],
  ): Answer<KubeObject> => {
    const before = stored.get(refKey(ref));
    if (before === undefined) return notFound(ref);
    const wanted = change(before.object);
    const asked = wanted.metadata.resourceVersion;
    if (asked !== undefined && asked !== before.object.metadata.resourceVersion) {
      return conflict(ref);
    }
    return save(before, only(before.object, wanted, subresource), applied);
  };

  for (const { metadata, ...object } of options.objects ?? []) {
    version += 1;
    serial += 1;
    const saved: KubeObject = {
      ...object,
      metadata: { ...metadata, uid: `uid-${serial}`, resourceVersion: String(version) },
    };
    stored.set(refKey(refOf(saved)), { object: saved, applied: new Map() });
  }

  const cluster: MemoryCluster = {
    address: 'memory',
    requests,
    get writes() {
      return requests.filter(({ verb }) => !['get', 'list', 'watch'].includes(verb));
    },
    objects: <T extends KubeObject>(kind?: Kind<T>) =>
      [...stored.entries()]
        .filter(([, { object }]) => kind === undefined || kindOf(refOf(object)) === kindOf(kind))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { object }]) => object as T),
    find: <T extends KubeObject>(kind: Kind<T>, namespace: string, name: string) =>
      stored.get(refKey({ ...kind, namespace, name }))?.object as T | undefined,
    breakWatches: (expired = false) => {
      for (const watcher of [...watchers]) {
        watcher.push({ type: 'ERROR', expired, message: 'broken by the test' });
      }
    },
    holdEvents: () => {
      held ??= [];
    },
    releaseEvents: () => {
      const tells = held ?? [];
      held = null;
      for (const tell of tells) tell();
    },
    get: async (kind, namespace, name) => {
      const of = { ...kind, namespace, name };
      const refusal = refused({ verb: 'get', of });
      if (refusal !== null) return refusal;
      const found = stored.get(refKey(of));
      return found === undefined ? notFound(of) : { ok: true, value: found.object as never };
    },
    list: async (kind, listOptions = {}) => {
      const refusal = refused({ verb: 'list', of: everything(kind, listOptions) });
      if (refusal !== null) return refusal;
      const items = cluster.objects(kind).filter((object) => matches(object, listOptions));
      return { ok: true, value: { resourceVersion: String(version), items } };
    },
    watch: (kind, watchOptions, signal) => {
      const refusal = refused({ verb: 'watch', of: everything(kind, watchOptions) });
      const since = Number(watchOptions.resourceVersion);
      const startedAt = version;
      const first: WatchEvent[] =
        refusal === null
          ? log
              .filter((entry) => entry.kind === kindOf(kind) && entry.version > since)
              .map(({ event }) => event)
              .filter((event) => !('object' in event) || matches(event.object, watchOptions))
          : [{ type: 'ERROR', expired: false, message: refusal.message }];
      return stream(first, signal, (push) => {
        const seen = Math.max(since, startedAt);
        const watcher: Watcher = { kind: kindOf(kind), options: watchOptions, seen, push };
        watchers.add(watcher);
        return () => watchers.delete(watcher);
      }) as AsyncIterable<never>;
    },
    create: async (object, write = {}) => {
      const of = refOf(object);
      const refusal = refused({ verb: 'create', of, ...asUser(write) });
      if (refusal !== null) return refusal;
      const created = born(object);
      if (stored.has(refKey(refOf(created)))) return exists(of);
      return save(undefined, created) as never;
    },
    replace: async (object, write = {}) => {
      const of = refOf(object);
      const { subresource } = write;
      const refusal = refused({
        verb: 'replace',
        of,
        ...asUser(write),
        ...(subresource && { subresource }),
      });
      if (refusal !== null) return refusal;
      return update(of, subresource, () => object) as never;
    },
    mergePatch: async (of, patch, write = {}) => {
      const { subresource } = write;
      const refusal = refused({
        verb: 'patch',
        of,
        ...asUser(write),
        ...(subresource && { subresource }),
      });
      if (refusal !== null) return refusal;
      return update(of, subresource, (live) => {
        const { resourceVersion: _, ...metadata } = live.metadata;
        const target = { ...live, metadata } as unknown as Json;
        return mergePatch(target, patch) as unknown as KubeObject;
      });
    },
    apply: async (object, write) => {
      const of = refOf(object);
      const refusal = refused({ verb: 'apply', of, ...asUser(write) });
      if (refusal !== null) return refusal;
      const mine = content(object);
      const before = stored.get(refKey(of));
      if (before === undefined)
        return save(undefined, born(object), new Map([[write.fieldManager, mine]]));
      const last = before.applied.get(write.fieldManager) ?? {};
      const patch = diff(last, mine);
      return update(
        of,
        undefined,
        (live) => {
          const { resourceVersion: _, ...metadata } = live.metadata;
          return mergePatch(
            { ...live, metadata } as unknown as Json,
            patch,
          ) as unknown as KubeObject;
        },
        new Map(before.applied).set(write.fieldManager, mine),
      );
    },
    delete: async (of, write = {}) => {
      const refusal = refused({ verb: 'delete', of, ...asUser(write) });
      if (refusal !== null) return refusal;
      const before = stored.get(refKey(of));
      if (before === undefined) return notFound(of);
      const { metadata } = before.object;
      if (write.ifUid !== undefined && write.ifUid !== metadata.uid) return conflict(of);
      if (write.ifVersion !== undefined && write.ifVersion !== metadata.resourceVersion) {
        return conflict(of);
      }
      if (metadata.deletionTimestamp !== undefined) return { ok: true, value: before.object };
      const deletionTimestamp = formatInstant(now());
      const answer = save(before, {
        ...before.object,
        metadata: { ...metadata, deletionTimestamp },
      });
      return metadata.finalizers?.length ? answer : { ok: true, value: null };
    },
    request: async (method, path, body) =>
      options.answer?.(method, path, body) ?? notFoundPath(path),
    close: () => {
      for (const watcher of [...watchers]) {
        watcher.push({ type: 'ERROR', expired: false, message: 'closed' });
      }
    },
  };
  return cluster;
}

/** What a write to a subresource (or to the object itself) takes from the wanted object. */
function only(live: KubeObject, wanted: KubeObject, subresource: string | undefined): KubeObject {
  if (subresource === 'approval') return { ...live, status: merged(live.status, wanted.status) };
  if (subresource !== undefined)
    return { ...live, ...(wanted.status === undefined ? {} : { status: wanted.status }) };
  const { uid, creationTimestamp, resourceVersion, deletionTimestamp, generation } = live.metadata;
  const kept = { uid, creationTimestamp, resourceVersion, deletionTimestamp, generation };
  const metadata = { ...wanted.metadata, ...clean(kept) };
  if (!hasStatus(live)) return { ...wanted, metadata };
  const { status: _, ...rest } = wanted;
  return { ...rest, ...(live.status === undefined ? {} : { status: live.status }), metadata };
}

function merged(live: unknown, wanted: unknown): unknown {
  return { ...(live as object), ...(wanted as object) };
}

function clean<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, v]) => v !== undefined),
  ) as Partial<T>;
}

function hasStatus(object: KubeObject): boolean {
  return kindInfo(refOf(object))?.status ?? true;
}

function content(object: KubeObject): JsonObject {
  const { status: _, metadata, apiVersion: _a, kind: _k, ...rest } = object;
  const { name: _n, namespace: _s, ...meta } = metadata;
  return { ...(rest as unknown as JsonObject), metadata: meta as unknown as JsonObject };
}

/** A merge patch from what a manager applied last to what it applies now. */
function diff(last: JsonObject, now: JsonObject): JsonObject {
  const removed = Object.keys(last).filter((key) => !Object.hasOwn(now, key));
  const entries: [string, Json | undefined][] = Object.entries(now).map(([key, value]) => {
    const before = last[key];
    return [key, isJsonObject(value) && isJsonObject(before) ? diff(before, value) : value];
  });
  return Object.fromEntries([...removed.map((key): [string, Json] => [key, null]), ...entries]);
}

function matches(
  object: KubeObject,
  { namespace, labelSelector, fieldSelector }: ListOptions,
): boolean {
  if (namespace !== undefined && object.metadata.namespace !== namespace) return false;
  if (fieldSelector !== undefined && fieldSelector !== `metadata.name=${object.metadata.name}`) {
    return false;
  }
  return (labelSelector ?? '')
    .split(',')
    .filter((term) => term !== '')
    .every((term) => {
      const labels = object.metadata.labels ?? {};
      if (term.startsWith('!')) return labels[term.slice(1)] === undefined;
      const [key = '', value] = term.split('=');
      return value === undefined ? labels[key] !== undefined : labels[key] === value;
    });
}

async function* stream(
  first: readonly WatchEvent[],
  signal: AbortSignal,
  open: (push: (event: WatchEvent) => void) => () => void,
): AsyncGenerator<WatchEvent> {
  const queue = [...first];
  let wake: () => void = () => undefined;
  const close = open((event) => {
    queue.push(event);
    wake();
  });
  const stop = (): void => wake();
  signal.addEventListener('abort', stop);
  try {
    while (!signal.aborted) {
      const event = queue.shift();
      if (event === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      yield event;
      if (event.type === 'ERROR') return;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    close();
  }
}

function everything(kind: Kind, { namespace = '' }: ListOptions): Ref {
  return { group: kind.group, version: kind.version, kind: kind.kind, namespace, name: '' };
}

function asUser(write: { readonly as?: { readonly user: string } }): { readonly as?: string } {
  return write.as === undefined ? {} : { as: write.as.user };
}

function notFound(of: Ref): Refusal {
  return {
    ok: false,
    status: 404,
    reason: 'NotFound',
    message: `${of.kind} "${of.name}" not found`,
  };
}
function notFoundPath(path: string): Refusal {
  return { ok: false, status: 404, reason: 'NotFound', message: `${path} not found` };
}
function exists(of: Ref): Refusal {
  return {
    ok: false,
    status: 409,
    reason: 'AlreadyExists',
    message: `${of.kind} "${of.name}" already exists`,
  };
}
function conflict(of: Ref): Refusal {
  return {
    ok: false,
    status: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${of.kind} "${of.name}": the object has been modified`,
  };
}
