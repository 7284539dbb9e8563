import { setTimeout as pause } from 'node:timers/promises';
import type { Row } from '../row.ts';
import { type Server, startOurs, startPeer } from './server.ts';

export const noPeer =
  'no peer: kube-apiserver and etcd are not on this machine (node scripts/real-parts.mjs)';
export const peerVersion = 'kube-apiserver 1.35.4, etcd 3.6.16 with fsync';

/** Runs something on one server after the other, each with the machine to itself. */
export async function eachAlone<T>(
  run: (server: Server) => Promise<T>,
): Promise<{ readonly ours: T; readonly peer: T | null }> {
  const ours = await stopped(await startOurs(), run);
  const server = await startPeer();
  return { ours, peer: server === null ? null : await stopped(server, run) };
}

/** Runs something with both servers up. */
export async function withBoth<T>(
  run: (ours: Server, peer: Server | null) => Promise<T>,
): Promise<T> {
  return stopped(await startOurs(), async (ours) => {
    const peer = await startPeer();
    return peer === null ? run(ours, null) : stopped(peer, () => run(ours, peer));
  });
}

async function stopped<T>(server: Server, run: (server: Server) => Promise<T>): Promise<T> {
  try {
    return await run(server);
  } finally {
    await server.stop();
  }
}

/** What a server spent while something ran. */
export interface Spent {
  readonly millis: number;
  readonly cpuSeconds: number;
  readonly rssMB: number;
}

/** When a server has done what follows from earlier requests: for two seconds it has used next to no processor time. */
export async function atRest(server: Server): Promise<void> {
  for (let quiet = 0; quiet < 4; ) {
    const before = server.cpuSeconds();
    await pause(500);
    quiet = server.cpuSeconds() - before <= restSeconds ? quiet + 1 : 0;
  }
}

/** In half a second; etcd's and kube-apiserver's own rounds stay below. */
const restSeconds = 0.05;

export async function spending(server: Server, run: () => Promise<void>): Promise<Spent> {
  const before = server.cpuSeconds();
  const begun = performance.now();
  await run();
  const millis = performance.now() - begun;
  return { millis, cpuSeconds: server.cpuSeconds() - before, rssMB: server.rssMB() };
}

/** A row whose CPU and memory are those of the servers, not of the client that asks them. */
export function rowOf(input: {
  readonly name: string;
  readonly unit: string;
  readonly higherIsBetter?: boolean;
  readonly ours: number;
  readonly peer: number | null;
  readonly spent: Omit<Spent, 'millis'>;
  readonly peerSpent: Omit<Spent, 'millis'> | null;
  readonly note: string;
}): Row {
  const { name, unit, ours, peer, spent, peerSpent } = input;
  const ratio = peer === null ? null : input.higherIsBetter ? ours / peer : peer / ours;
  const spentByPeer =
    peerSpent === null
      ? noPeer
      : `the peer took ${round(peerSpent.cpuSeconds)} s of CPU and ${peerSpent.rssMB} MB`;
  return {
    name,
    ours: round(ours),
    peer: peer === null ? null : round(peer),
    unit,
    ratio: ratio === null ? null : round(ratio),
    cpuSeconds: round(spent.cpuSeconds),
    rssMB: spent.rssMB,
    peerVersion: peer === null ? null : peerVersion,
    note: `${input.note}; CPU and memory are the server's; ${spentByPeer}`,
  };
}

/** Three significant digits, whole numbers whole. */
export function round(number: number): number {
  return number >= 1000 ? Math.round(number) : Number(number.toPrecision(3));
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
