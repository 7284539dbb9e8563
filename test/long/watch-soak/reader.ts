import { setTimeout as pause } from 'node:timers/promises';
import { type ConfigMap, configMapKind } from '../../../src/kube/core.ts';
import type { Cluster, WatchEvent } from '../../../src/runtime/client/cluster.ts';
import { namespace, type Writer } from './writer.ts';

/** A client as client-go's: lists, watches from there, goes on where it broke off, and lists again when it is too late. */
export class Reader {
  readonly objects = new Map<string, number>();
  /** What it should not have seen, or should have; bounded. */
  readonly faults: string[] = [];
  events = 0;
  resumes = 0;
  lists = 0;
  readonly #cluster: Cluster;
  readonly #writers: readonly Writer[];
  readonly #random: () => number;
  /** The longest it stays away, in milliseconds. */
  readonly #away: number;
  /** Last number seen of each lane since the last list. */
  readonly #seen = new Map<number, number>();
  #revision = '';

  constructor(input: {
    readonly cluster: Cluster;
    readonly writers: readonly Writer[];
    readonly random: () => number;
    readonly away: number;
  }) {
    this.#cluster = input.cluster;
    this.#writers = input.writers;
    this.#random = input.random;
    this.#away = input.away;
  }

  /** Until the signal aborts, and then until it has seen this revision. */
  async run(signal: AbortSignal, last: () => Promise<string>): Promise<void> {
    while (!signal.aborted) {
      if (this.#revision === '' && !(await this.#list())) continue;
      await this.#watch(1 + Math.floor(this.#random() * 2000));
      await pause(this.#random() * this.#away);
    }
    const end = BigInt(await last());
    while (this.#revision === '' || BigInt(this.#revision) < end) {
      if (this.#revision === '' && !(await this.#list())) continue;
      if (BigInt(this.#revision) < end) await this.#watch(1);
    }
  }

  async #list(): Promise<boolean> {
    const listed = await this.#cluster.list<ConfigMap>(configMapKind, { namespace });
    if (!listed.ok) {
      await pause(50);
      return false;
    }
    this.lists += 1;
    this.#seen.clear();
    this.objects.clear();
    for (const object of listed.value.items) {
      const { data } = object;
      if (data?.['lane'] !== undefined) {
        this.objects.set(object.metadata.name, Number(data['number']));
      }
    }
    this.#advance(listed.value.resourceVersion, 'a list');
    return true;
  }

  /** Takes so many events, or as many as there are until the connection ends. */
  async #watch(count: number): Promise<void> {
    this.resumes += 1;
    const abort = new AbortController();
    const options = { namespace, resourceVersion: this.#revision };
    let left = count;
    for await (const event of this.#cluster.watch<ConfigMap>(
      configMapKind,
      options,
      abort.signal,
    )) {
      if (event.type === 'ERROR') {
        if (event.expired) this.#revision = '';
        else await pause(50);
        return;
      }
      if (event.type === 'BOOKMARK') this.#advance(event.resourceVersion, 'a bookmark');
      else this.#take(event);
      left -= 1;
      if (left <= 0) break;
    }
    abort.abort();
  }

  #take(event: Exclude<WatchEvent<ConfigMap>, { readonly type: 'ERROR' | 'BOOKMARK' }>): void {
    const { metadata, data } = event.object;
    const before = this.#revision;
    this.#advance(metadata.resourceVersion ?? '', `${event.type} ${metadata.name}`);
    if (this.#revision === before) this.#fault(`${event.type} ${metadata.name} came twice`);
    if (data?.['lane'] === undefined) return;
    this.events += 1;
    const [lane, number] = [Number(data['lane']), Number(data['number'])];
    if (event.type === 'DELETED') {
      this.objects.delete(metadata.name);
      return;
    }
    this.objects.set(metadata.name, number);
    const last = this.#seen.get(lane);
    this.#seen.set(lane, number);
    if (last === undefined) return;
    const acknowledged = this.#writers[lane]?.acknowledged;
    for (let missed = last + 1; missed < number; missed++) {
      if (acknowledged?.has(missed)) this.#fault(`write ${missed} of lane ${lane} was not shown`);
    }
  }

  #advance(revision: string, what: string): void {
    if (this.#revision !== '' && BigInt(revision) < BigInt(this.#revision)) {
      this.#fault(`${what} went back from ${this.#revision} to ${revision}`);
    }
    this.#revision = revision;
  }

  #fault(text: string): void {
    if (this.faults.length < 20) this.faults.push(text);
  }
}
