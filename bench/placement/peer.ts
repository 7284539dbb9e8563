import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Placement, PlacementDecision } from '../../src/kube/ocm/cluster.ts';
import { findRealParts } from '../../test/support/real-parts.ts';
import { middle } from '../language/clock.ts';
import type { Row } from '../row.ts';
import type { Fleet } from './fleet.ts';

/** What upstream's scheduler decided, and how long it took in the middle. */
export interface PeerDecision {
  readonly placement: string;
  readonly selected: readonly string[];
  /** The smaller of elapsed and processor time of each run: what favours the peer. */
  readonly millis: number;
}

export interface PeerUsage {
  readonly cpuSeconds: number;
  readonly rssMB: number;
  readonly version: string;
}

/** What a row without a peer says. */
export const noPeer = 'no peer on this machine: node scripts/real-parts.mjs upstream-placement';

/** Upstream's scheduler over one fleet, in a process of its own; null where this machine has not built it. */
export function startPeer(fleet: Fleet, decisions: readonly PlacementDecision[] = []): Peer | null {
  const program = findRealParts()?.upstreamPlacement;
  if (program === undefined) return null;
  return new Peer(program, { ...fleet, decisions });
}

export class Peer {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(program: string, fleet: object) {
    this.#child = spawn(program, ['schedule'], { stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.#child.stdin === null || this.#child.stdout === null) throw new Error('no pipes');
    this.#reader = createInterface({ input: this.#child.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
    this.#child.stdin.write(`${JSON.stringify(fleet)}\n`);
  }

  async schedule(
    placements: readonly Placement[],
    times: { readonly warmUp: number; readonly runs: number },
  ): Promise<{ readonly decisions: readonly PeerDecision[]; readonly usage: PeerUsage }> {
    this.#child.stdin?.write(`${JSON.stringify({ id: 'x', placements, ...times })}\n`);
    const decisions: PeerDecision[] = [];
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error('the peer has ended');
      const answer = JSON.parse(value);
      if (answer.placement === undefined) return { decisions, usage: answer as PeerUsage };
      const { placement, selected, problem, elapsed, cpu } = answer;
      if (problem !== undefined) throw new Error(`the peer says of ${placement}: ${problem}`);
      const each = (elapsed as number[]).map((millis, at) => Math.min(millis, cpu[at]));
      decisions.push({ placement, selected, millis: middle(each) });
    }
  }

  stop(): void {
    this.#reader.close();
    this.#child.kill('SIGKILL');
  }
}

/** Fields of a row that compare milliseconds of ours with the peer's. */
export function beside(
  ours: number,
  peer: { readonly millis: number; readonly usage: PeerUsage } | null,
): Pick<Row, 'ours' | 'peer' | 'unit' | 'ratio' | 'peerVersion'> {
  return {
    ours: significant(ours),
    peer: peer === null ? null : significant(peer.millis),
    unit: 'ms',
    ratio: peer === null ? null : significant(peer.millis / ours),
    peerVersion: peer?.usage.version ?? null,
  };
}

/** Four significant digits. */
export function significant(number: number): number {
  return Number(number.toPrecision(4));
}
