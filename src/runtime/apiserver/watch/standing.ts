import { rbacGroup } from '../../../kube/core.ts';
import type { Store, StoreEvent } from '../../store/store.ts';
import type { Outlet } from './stream.ts';

/** What tokens are bound to: with it they go. */
const credentials: ReadonlySet<string> = new Set(['serviceaccounts', 'secrets', 'pods', 'nodes']);

/**
 * Sees to it that a watch ends with the rights or the credentials it was let in by: nothing that is written after they
 * were taken away is told. (kube-apiserver asks once, at the start of a watch.)
 */
export class Standing {
  readonly #held = new Set<() => boolean>();
  readonly #stop: () => void;
  /** Grows with every write that may have taken something from somebody. */
  #losses = 0;
  #scheduled = false;

  constructor(store: Store) {
    this.#stop = store.subscribe((event) => {
      if (mayTake(event)) this.#lost();
    });
  }

  close(): void {
    this.#stop();
  }

  /** The way out of a watch that stays open for as long as `may` holds. */
  hold(may: () => boolean, outlet: Outlet): Outlet {
    let asked = this.#losses;
    const stands = (): boolean => {
      if (asked === this.#losses) return true;
      asked = this.#losses;
      if (may()) return true;
      outlet.end();
      return false;
    };
    this.#held.add(stands);
    outlet.gone.addEventListener('abort', () => this.#held.delete(stands), { once: true });
    return {
      ...outlet,
      write: (bytes) => {
        if (stands()) outlet.write(bytes);
      },
    };
  }

  /** A watch is asked before its next bytes; those that are quiet are asked soon. */
  #lost(): void {
    this.#losses += 1;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      for (const stands of [...this.#held]) stands();
    });
  }
}

function mayTake({ key, type }: StoreEvent): boolean {
  if (type === 'ADDED') return false;
  if (key.group === rbacGroup) return true;
  if (key.group !== '' || !credentials.has(key.resource)) return false;
  return type === 'DELETED' || (key.resource === 'secrets' && key.namespace === 'kube-system');
}
