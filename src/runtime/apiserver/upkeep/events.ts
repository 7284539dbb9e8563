import type { Store, StoreKey } from '../../store/store.ts';

/** How long an Event is kept after it was written last, as in kube-apiserver (`--event-ttl`). */
export const eventMillis = 60 * 60 * 1000;
const sweepMillis = 60 * 1000;
const events = { group: '', resource: 'events' };

/** Forgets Events after their time. Those of an earlier life of the server get the whole time again. Returns how to stop. */
export function forgetEvents(store: Store, now: () => number): () => void {
  /** In order of when they were written last. */
  const written = new Map<string, { readonly key: StoreKey; readonly at: number }>();
  const note = (key: StoreKey) => {
    const id = `${key.namespace}/${key.name}`;
    written.delete(id);
    written.set(id, { key, at: now() });
  };
  const list = store.list({ ...events, namespace: '' });
  if (typeof list !== 'string') for (const { key } of list.items) note(key);
  const stop = store.subscribe(({ key, type }) => {
    if (key.group !== events.group || key.resource !== events.resource) return;
    if (type === 'DELETED') written.delete(`${key.namespace}/${key.name}`);
    else note(key);
  });
  const timer = setInterval(() => {
    for (const { key, at } of written.values()) {
      if (now() - at < eventMillis) return;
      // whatever is in the way, the next sweep comes
      store.delete(key).catch(() => undefined);
    }
  }, sweepMillis);
  timer.unref();
  return () => {
    stop();
    clearInterval(timer);
  };
}
