import { defaultRetention, type Retention, type Store } from './store.ts';
import { View } from './view.ts';
import { Writes } from './writes.ts';

/** A store that forgets everything at the end of the process; for tests and throw-away servers. */
export function memoryStore(retention: Retention = defaultRetention): Store {
  const view = new View(retention);
  return storeOf(view, new Writes(view, () => Promise.resolve()), () => Promise.resolve());
}

/** Puts a store together from what it shows and how it writes. */
export function storeOf(view: View, writes: Writes, close: () => Promise<void>): Store {
  return {
    get revision() {
      return view.revision;
    },
    get: (key) => view.get(key),
    list: (of, page) => view.list(of, page),
    count: (of) => view.count(of),
    since: (of, revision) => view.since(of, revision),
    subscribe: (listener) => view.subscribe(listener),
    create: (key, object) => writes.create(key, object),
    update: (key, object, ifRevision) => writes.update(key, object, ifRevision),
    delete: (key, ifRevision) => writes.delete(key, ifRevision),
    close: async () => {
      await writes.close();
      await close();
    },
  };
}
