import type { KubeObject } from '../../../../src/kube/object.ts';
import { wholeObjects } from '../../../../src/runtime/apiserver/output/form.ts';
import { Catalog } from '../../../../src/runtime/apiserver/resources/catalog.ts';
import type { Resource } from '../../../../src/runtime/apiserver/resources/resource.ts';
import type { Call } from '../../../../src/runtime/apiserver/verbs/call.ts';
import { type Selection, selectionOf } from '../../../../src/runtime/apiserver/verbs/selection.ts';
import { type Interest, WatchHub } from '../../../../src/runtime/apiserver/watch/hub.ts';
import type { Outlet } from '../../../../src/runtime/apiserver/watch/stream.ts';
import { memoryStore } from '../../../../src/runtime/store/memory.ts';
import type { Retention, Store, StoreKey } from '../../../../src/runtime/store/store.ts';

/** A store with a hub on it. */
export interface World {
  readonly store: Store;
  readonly hub: WatchHub;
  readonly interest: (of?: { namespace?: string; labels?: string; fields?: string }) => Interest;
  /** Makes or replaces a ConfigMap. */
  readonly put: (
    name: string,
    labels?: Record<string, string>,
    namespace?: string,
  ) => Promise<void>;
  readonly remove: (name: string, namespace?: string) => Promise<void>;
}

export function world(retention?: Retention): World {
  const store = memoryStore(retention);
  const resource = new Catalog(store).find('', 'v1', 'configmaps') as Resource;
  const hub = new WatchHub(store, () => 0);
  const keyOf = (name: string, namespace: string): StoreKey => {
    return { group: '', resource: 'configmaps', namespace, name };
  };
  return {
    store,
    hub,
    interest: ({ namespace = '', labels = '', fields = '' } = {}) => {
      const call = { resource, namespace, name: '' } as Call;
      const selectors = { labelSelector: labels, fieldSelector: fields };
      const selection = selectionOf(call, selectors) as Selection;
      const collection = { group: '', resource: 'configmaps' };
      return { resource, collection, namespace, selection, form: wholeObjects };
    },
    put: async (name, labels = {}, namespace = 'ns') => {
      const key = keyOf(name, namespace);
      const metadata = { name, namespace, labels };
      const object: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
      const known = store.get(key);
      if (known === undefined) await store.create(key, object);
      else await store.update(key, object, known.revision);
    },
    remove: async (name, namespace = 'ns') => void (await store.delete(keyOf(name, namespace))),
  };
}

/** A client that takes bytes only when it is told to. */
export class FakeOutlet implements Outlet {
  readonly #controller = new AbortController();
  text = '';
  /** Whether what is written stays pending. */
  stuck = false;
  ended: 'end' | 'cut' | null = null;
  most = 0;
  #pending = 0;
  #waiting: (() => void)[] = [];

  readonly gone = this.#controller.signal;

  write(bytes: Uint8Array | string): void {
    const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8');
    this.text += text;
    if (this.stuck) this.#pending += text.length;
    this.most = Math.max(this.most, this.#pending);
  }

  pending(): number {
    return this.#pending;
  }

  drained(): Promise<void> {
    if (!this.stuck || this.gone.aborted) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The client reads again. */
  flow(): void {
    this.stuck = false;
    this.#pending = 0;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  end(): void {
    this.ended ??= 'end';
    this.leave();
  }

  cut(): void {
    this.ended = 'cut';
    this.leave();
  }

  leave(): void {
    this.#controller.abort();
    this.flow();
  }

  /** `TYPE name` of each line so far. */
  brief(): string[] {
    return this.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const { type, object } = JSON.parse(line);
        return `${type} ${object.metadata.name ?? object.code ?? object.metadata.resourceVersion}`;
      });
  }
}

/** Lets everything that is ready run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
