import type { Stored } from '../../store/store.ts';
import type { Api } from '../api.ts';
import { methodNotAllowed, Refusal } from '../refusal.ts';
import type { ListOptions } from '../request/options.ts';
import type { Call } from '../verbs/call.ts';
import { placeOf, selected } from '../verbs/list.ts';
import { selectionOf } from '../verbs/selection.ts';
import { errorText } from '../watch/frames.ts';
import type { Interest } from '../watch/hub.ts';
import { type Outlet, tooOld, type WatchStart, WatchStream } from '../watch/stream.ts';
import type { ResourceRequest } from './resources.ts';
import { whenAborted } from './when-aborted.ts';

/** How long a watch lasts where the client does not say: half an hour to an hour, so that not all end at once. */
const leastMillis = 30 * 60 * 1000;
const mostMillis = 2 ** 31 - 1;

/** Answers a watch. It runs on after this returns. */
export async function serveWatch(
  { api, exchange, call, form, may }: ResourceRequest,
  options: ListOptions,
): Promise<Refusal | null> {
  if (!call.resource.verbs.includes('watch')) return methodNotAllowed();
  const selection = selectionOf(call, options);
  if (selection instanceof Refusal) return selection;
  const { resource, namespace } = call;
  const { group, resource: plural } = placeOf(call);
  const collection = { group, resource: plural };
  const interest: Interest = { resource, collection, namespace, selection, form };
  const start = await startOf(api, call, interest, options);
  const stream = exchange.stream(200, { 'content-type': 'application/json' });
  const outlet = api.standing.hold(may, stream);
  if (start instanceof Refusal) {
    outlet.write(errorText(start));
    outlet.end();
    return null;
  }
  const stop = endInTime(api, interest, outlet, options.timeoutSeconds);
  outlet.gone.addEventListener('abort', stop, { once: true });
  const { store, watches: hub, now } = api;
  const bookmarks = options.allowWatchBookmarks;
  await new WatchStream({ hub, store, interest, outlet, bookmarks, now }).run(start);
  return null;
}

async function startOf(
  api: Api,
  call: Call,
  { selection, collection }: Interest,
  options: ListOptions,
): Promise<WatchStart | Refusal> {
  const { resourceVersion, sendInitialEvents, allowWatchBookmarks: bookmarks } = options;
  const { revision } = api.store;
  const anyVersion = resourceVersion === null || resourceVersion === 0;
  if (!anyVersion && resourceVersion > revision) return tooOld(resourceVersion, revision);
  // without a revision a watch begins with what there is, unless the client says no
  if (sendInitialEvents === true || (anyVersion && sendInitialEvents === null)) {
    const list = api.store.list(placeOf(call));
    const all: readonly Stored[] = typeof list === 'string' ? [] : list.items;
    const items = await selected(call, selection, all);
    if (items instanceof Refusal) return items;
    const initial = { items, revision };
    const markInitialEnd = sendInitialEvents === true && bookmarks;
    return { initial, revision, markInitialEnd, bookmarks };
  }
  const from = anyVersion ? revision : resourceVersion;
  if (typeof api.store.since(collection, from) === 'string') return tooOld(from, revision);
  return { initial: null, revision: from, markInitialEnd: false, bookmarks };
}

/** Ends a watch after its time, and when its resource is no longer what it was. */
function endInTime(
  api: Api,
  { resource }: Interest,
  outlet: Outlet,
  timeoutSeconds: number | null,
): () => void {
  const asked = (timeoutSeconds ?? 0) * 1000;
  const millis = asked > 0 ? Math.min(asked, mostMillis) : leastMillis * (1 + Math.random());
  const timer = setTimeout(() => outlet.end(), millis);
  timer.unref();
  const forget = api.catalog.onChange(() => {
    const { group, version, plural, schema, conversion } = resource;
    const now = api.catalog.find(group, version, plural);
    if (now !== undefined && now.schema === schema && now.conversion === conversion) return;
    // the last that happened is told first
    api.watches.flush();
    outlet.end();
  });
  const outlive = whenAborted(api.closing, () => outlet.end());
  return () => {
    clearTimeout(timer);
    forget();
    outlive();
  };
}
