import { setTimeout as pause } from 'node:timers/promises';
import { configMapKind } from '../../../src/kube/core.ts';
import type { Cluster } from '../../../src/runtime/client/cluster.ts';

export const namespace = 'default';
/** Fat, so that the history of the server goes by in seconds. */
const padding = 'x'.repeat(40_000);
const names = 20;

/** What a writer's object holds: its lane, and a number that grows with each write of the lane. */
export interface Mark {
  readonly lane: number;
  readonly number: number;
}

/** Creates, updates and deletes objects of its own, one request after the other, and knows what was acknowledged. */
export class Writer {
  readonly lane: number;
  /** Numbers of the lane that the server has answered for. */
  readonly acknowledged = new Set<number>();
  /** The objects that are there, by name, with their numbers. */
  readonly there = new Map<string, number>();
  /** Writes without an answer: the server went away. */
  lost = 0;
  readonly #cluster: Cluster;
  readonly #random: () => number;
  #number = 0;

  constructor(cluster: Cluster, lane: number, random: () => number) {
    this.#cluster = cluster;
    this.lane = lane;
    this.#random = random;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await this.#step();
  }

  async #step(): Promise<void> {
    const name = `soak-${this.lane}-${Math.floor(this.#random() * names)}`;
    const of = { ...configMapKind, namespace, name };
    if (this.there.has(name) && this.#random() < 0.2) {
      const gone = await this.#cluster.delete(of);
      if (gone.ok) this.there.delete(name);
      else await this.#settle(name, gone.status);
      return;
    }
    this.#number += 1;
    const number = this.#number;
    const data = { lane: `${this.lane}`, number: `${number}`, padding };
    const answer = this.there.has(name)
      ? await this.#cluster.mergePatch(of, { data })
      : await this.#cluster.create({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name, namespace },
          data,
        } as never);
    if (!answer.ok) return this.#settle(name, answer.status);
    this.acknowledged.add(number);
    this.there.set(name, number);
  }

  /** A write without an answer was done or not: the server is asked until it says which. */
  async #settle(name: string, status: number): Promise<void> {
    if (status !== 0) throw new Error(`a write of ${name} was answered ${status}`);
    this.lost += 1;
    for (;;) {
      const found = await this.#cluster.get(configMapKind, namespace, name);
      if (found.ok) this.there.set(name, Number(found.value.data?.['number']));
      else if (found.status === 404) this.there.delete(name);
      if (found.ok || found.status === 404) return;
      await pause(50);
    }
  }
}
