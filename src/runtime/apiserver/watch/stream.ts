import { collectionKey } from '../../store/mirror.ts';
import type { Store, Stored, StoreEvent } from '../../store/store.ts';
import { expired, type Refusal } from '../refusal.ts';
import { convertAhead } from '../resources/resource.ts';
import { bookmarkText, errorText, frameOf, frameText } from './frames.ts';
import type { Interest, Sink, WatchHub } from './hub.ts';

/** Where the bytes of a watch go. */
export interface Outlet {
  readonly write: (bytes: Uint8Array | string) => void;
  /** Bytes that were written and are not on their way yet. */
  readonly pending: () => number;
  /** When little is pending, or the client is gone. */
  readonly drained: () => Promise<void>;
  readonly end: () => void;
  /** Ends the connection at once. */
  readonly cut: () => void;
  /** Aborted when the client is gone or the watch has ended. */
  readonly gone: AbortSignal;
}

/** How a watch begins. */
export interface WatchStart {
  /** Objects to tell first, with the revision they are a state of. */
  readonly initial: { readonly items: readonly Stored[]; readonly revision: number } | null;
  /** Events after this revision follow; that of `initial` where there is one. */
  readonly revision: number;
  /** Whether the end of the initial objects is marked. */
  readonly markInitialEnd: boolean;
  readonly bookmarks: boolean;
}

/** What may wait for one client before it has to catch up from the history by itself. */
export const maxPendingBytes = 4 * 1024 * 1024;
/** A client that takes nothing for this long is cut off. */
export const maxStallMillis = 30_000;
const pieceLength = 128 * 1024;
/** How often a client that asked for bookmarks gets one, by the hub or without it. */
const bookmarkMillis = 60_000;

/**
 * One watch. It is told live as long as the client keeps up; one that falls behind leaves the hub and reads on from
 * the history at its own pace, so nothing is buffered for it. Once the history has gone by, it gets 410 and ends.
 */
export class WatchStream {
  readonly #hub: WatchHub;
  readonly #store: Store;
  readonly #interest: Interest;
  readonly #outlet: Outlet;
  readonly #now: () => number;
  readonly #sink: Sink;
  #revision = 0;
  #fellBehind: (() => void) | null = null;

  constructor(input: {
    readonly hub: WatchHub;
    readonly store: Store;
    readonly interest: Interest;
    readonly outlet: Outlet;
    readonly bookmarks: boolean;
    readonly now: () => number;
  }) {
    this.#hub = input.hub;
    this.#store = input.store;
    this.#interest = input.interest;
    this.#outlet = input.outlet;
    this.#now = input.now;
    this.#sink = {
      bookmarks: input.bookmarks,
      deliver: (bytes, revision) => this.#deliver(bytes, revision),
    };
  }

  /** Runs until the client is gone, the time is over or the history has gone by. */
  async run(start: WatchStart): Promise<void> {
    this.#revision = start.revision;
    if (start.initial !== null && !(await this.#tellInitial(start.initial.items))) return;
    if (start.markInitialEnd) this.#bookmark(true);
    const { gone } = this.#outlet;
    const { collection, namespace } = this.#interest;
    while (!gone.aborted) {
      const events = this.#store.since({ ...collection, namespace }, this.#revision);
      if (typeof events === 'string')
        return this.#refuse(tooOld(this.#revision, this.#store.revision));
      if (events.length > 0) {
        if (!(await this.#tell(events))) return;
      } else await this.#live();
    }
  }

  async #tellInitial(items: readonly Stored[]): Promise<boolean> {
    let piece = '';
    for (const stored of items) {
      piece += this.#text('ADDED', stored);
      if (piece.length < pieceLength) continue;
      if (!(await this.#write(piece))) return false;
      piece = '';
    }
    return piece === '' || this.#write(piece);
  }

  async #tell(events: readonly StoreEvent[]): Promise<boolean> {
    if (!(await this.#prepare(events))) return false;
    let piece = '';
    for (const event of events) {
      const frame = this.#concerns(event) ? frameOf(this.#interest, event) : null;
      if (frame !== null) piece += this.#text(frame.type, frame.stored);
      if (piece.length < pieceLength) continue;
      if (!(await this.#write(piece))) return false;
      this.#revision = event.revision;
      piece = '';
    }
    if (piece !== '' && !(await this.#write(piece))) return false;
    this.#revision = events.at(-1)?.revision ?? this.#revision;
    return true;
  }

  /** Whether what happened can be told. */
  async #prepare(events: readonly StoreEvent[]): Promise<boolean> {
    const { resource } = this.#interest;
    if (resource.conversion?.ahead === undefined) return true;
    const states = events
      .filter((event) => this.#concerns(event))
      .flatMap(({ now, previous }) => (previous === null ? [now] : [now, previous]));
    const refusal = await convertAhead(resource, states);
    if (refusal !== null) this.#refuse(refusal);
    return refusal === null;
  }

  #concerns({ key }: StoreEvent): boolean {
    const { namespace } = this.#interest;
    return namespace === '' || namespace === key.namespace;
  }

  #text(type: 'ADDED' | 'MODIFIED' | 'DELETED', stored: Stored): string {
    const { resource, form } = this.#interest;
    return frameText({ resource, form, frame: { type, stored }, now: this.#now() });
  }

  #bookmark(initialEnd = false): void {
    const { resource, form } = this.#interest;
    const revision = this.#revision;
    this.#outlet.write(bookmarkText({ resource, form, revision, now: this.#now(), initialEnd }));
  }

  /** Whether the client took enough to go on. */
  async #write(text: string): Promise<boolean> {
    const { outlet } = { outlet: this.#outlet };
    outlet.write(text);
    if (outlet.pending() < pieceLength) return !outlet.gone.aborted;
    return this.#drained();
  }

  async #drained(): Promise<boolean> {
    const outlet = this.#outlet;
    const stalled = setTimeout(() => outlet.cut(), maxStallMillis);
    await outlet.drained();
    clearTimeout(stalled);
    return !outlet.gone.aborted;
  }

  /** Told by the hub until the client falls behind or goes. */
  async #live(): Promise<void> {
    // the hub waits for nobody: what has to be converted first is read from the history
    if (this.#interest.resource.conversion?.ahead !== undefined) return this.#nextEvent();
    const { gone } = this.#outlet;
    const behind = new Promise<void>((resolve) => {
      this.#fellBehind = resolve;
      gone.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#revision = this.#hub.join(this.#interest, this.#sink);
    await behind;
    this.#fellBehind = null;
    this.#hub.leave(this.#sink);
    if (!gone.aborted) await this.#drained();
  }

  /** Until there is something to tell, or the client is gone; says now and then that there was nothing. */
  #nextEvent(): Promise<void> {
    const { gone } = this.#outlet;
    const of = collectionKey(this.#interest.collection);
    return new Promise((resolve) => {
      const done = () => {
        stop();
        clearTimeout(timer);
        gone.removeEventListener('abort', done);
        resolve();
      };
      const stop = this.#store.subscribe(({ key }) => {
        if (collectionKey(key) === of) done();
      });
      const timer = setTimeout(() => {
        this.#revision = this.#store.revision;
        if (this.#sink.bookmarks) this.#bookmark();
        done();
      }, bookmarkMillis);
      timer.unref();
      gone.addEventListener('abort', done, { once: true });
    });
  }

  #deliver(bytes: Uint8Array, revision: number): void {
    // between falling behind and leaving the hub
    if (this.#fellBehind === null) return;
    this.#outlet.write(bytes);
    this.#revision = revision;
    if (this.#outlet.pending() <= maxPendingBytes) return;
    this.#hub.leave(this.#sink);
    this.#fellBehind();
    this.#fellBehind = null;
  }

  #refuse(refusal: Refusal): void {
    this.#outlet.write(errorText(refusal));
    this.#outlet.end();
  }
}

/** The history does not reach back to what a watcher has seen. */
export function tooOld(revision: number, current: number): Refusal {
  return expired(`too old resource version: ${revision} (${current})`);
}
