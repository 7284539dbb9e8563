import { plus } from '../../base/instant.ts';
import type { Opened } from './cache.ts';
import type { Clock } from './clock.ts';
import type { Watch } from './controller.ts';

/**
 * How long a watch stays open after the last object asked for it, in milliseconds: what the server had to say of a kind
 * may arrive after the end of its definition, and another version of it is read by then.
 */
const lingering = 5_000;

interface Asked {
  readonly opened: Opened;
  readonly by: Set<string>;
  cancelClose: (() => void) | null;
}

/** The watches of one controller that objects ask for, each open once however many ask. */
export class AskedWatches<Key extends string = string> {
  readonly #open: (watch: Watch<Key>) => Opened;
  readonly #clock: Clock;
  readonly #asked = new Map<string, Asked>();
  readonly #byObject = new Map<string, ReadonlySet<string>>();

  constructor(open: (watch: Watch<Key>) => Opened, clock: Clock) {
    this.#open = open;
    this.#clock = clock;
  }

  /** Replaces what an object asked for before. */
  set(object: string, watches: readonly Watch<Key>[]): void {
    const wanted = new Set<string>();
    for (const watch of watches) {
      const id = idOf(watch);
      wanted.add(id);
      this.#join(id, object, watch);
    }
    for (const id of this.#byObject.get(object) ?? []) if (!wanted.has(id)) this.#leave(id, object);
    if (wanted.size === 0) this.#byObject.delete(object);
    else this.#byObject.set(object, wanted);
  }

  /** All that are open now have been read, or refused. */
  async read(): Promise<void> {
    await Promise.all([...this.#asked.values()].map(({ opened }) => opened.whenRead));
  }

  /** The process ends, and with it what is open. */
  end(): void {
    for (const { cancelClose } of this.#asked.values()) cancelClose?.();
    this.#asked.clear();
  }

  #join(id: string, object: string, watch: Watch<Key>): void {
    const asked = this.#asked.get(id) ?? {
      opened: this.#open(watch),
      by: new Set(),
      cancelClose: null,
    };
    this.#asked.set(id, asked);
    asked.by.add(object);
    asked.cancelClose?.();
    asked.cancelClose = null;
  }

  #leave(id: string, object: string): void {
    const asked = this.#asked.get(id);
    if (!asked?.by.delete(object) || asked.by.size > 0) return;
    asked.cancelClose = this.#clock.at(plus(this.#clock.now(), lingering), () => {
      this.#asked.delete(id);
      asked.opened.close();
    });
  }
}

function idOf({ kind, at, namespace, labelSelector, fieldSelector }: Watch): string {
  const { group, version, kind: name } = kind;
  return JSON.stringify([at, group, version, name, namespace, labelSelector, fieldSelector]);
}
