import { configMapKind } from '../../src/kube/core.ts';
import { textOf } from '../../src/runtime/client/body.ts';
import { CredentialSource } from '../../src/runtime/client/credentials.ts';
import { Transport } from '../../src/runtime/client/transport.ts';
import type { Row } from '../row.ts';
import { eachAlone, median, rowOf, type Spent, spending, withBoth } from './beside.ts';
import { configMap, contents, createAll, requireSame } from './load.ts';
import type { Server } from './server.ts';

const many = 10_000;

/** Memory of the server with ten thousand objects in it, a second after the last of them. */
export async function memory(): Promise<Row> {
  const { ours, peer } = await eachAlone(async (server) => {
    const empty = server.rssMB();
    const spent = await spending(server, () => createAll(server.cluster, range(0, many)));
    const made = await contents(server.cluster, configMapKind, 'default');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return { empty, made, full: server.rssMB(), spent };
  });
  if (peer !== null) requireSame(ours.made, peer.made, 'what was created');
  return rowOf({
    name: 'memory',
    unit: 'MB',
    ours: ours.full,
    peer: peer?.full ?? null,
    spent: { ...ours.spent, rssMB: ours.full },
    peerSpent: peer === null ? null : { ...peer.spent, rssMB: peer.full },
    note: `the server's processes with ${many} ConfigMaps of 1 kB; empty they take ${ours.empty} MB${peer === null ? '' : `, the peer ${peer.empty} MB`}`,
  });
}

/** Objects created a second, sixteen requests at a time. */
export function create(): Promise<Row> {
  const [count, atOnce, rounds] = [1000, 16, 3];
  return withBoth(async (ours, peer) => {
    const mine: Spent[] = [];
    const theirs: Spent[] = [];
    for (let round = 0; round < rounds; round++) {
      const objects = range(round * count, count);
      const run = async (server: Server, into: Spent[]) => {
        into.push(await spending(server, () => createAll(server.cluster, objects, atOnce)));
      };
      // ours first, then the peer first: neither always has the warmer client
      if (round % 2 === 0) await run(ours, mine);
      if (peer !== null) await run(peer, theirs);
      if (round % 2 !== 0) await run(ours, mine);
    }
    const made = await contents(ours.cluster, configMapKind, 'default');
    if (made.length !== count * rounds) throw new Error(`${made.length} objects are there`);
    if (peer !== null) {
      requireSame(made, await contents(peer.cluster, configMapKind, 'default'), 'what was created');
    }
    const rate = (all: readonly Spent[]) =>
      count / (median(all.map(({ millis }) => millis)) / 1000);
    return rowOf({
      name: 'create',
      unit: 'objects/s',
      higherIsBetter: true,
      ours: rate(mine),
      peer: peer === null ? null : rate(theirs),
      spent: total(mine),
      peerSpent: peer === null ? null : total(theirs),
      note: `${count} ConfigMaps of 1 kB, ${atOnce} at a time, median of ${rounds}; both write to the disk before they answer`,
    });
  });
}

/** Milliseconds until the last byte of a list of ten thousand objects. */
export function list(): Promise<Row> {
  const rounds = 7;
  const path = '/api/v1/namespaces/default/configmaps';
  return withBoth(async (ours, peer) => {
    const objects = range(0, many);
    await createAll(ours.cluster, objects);
    if (peer !== null) await createAll(peer.cluster, objects);
    const mine: Spent[] = [];
    const theirs: Spent[] = [];
    const run = async (server: Server, into: Spent[]) => {
      into.push(await spending(server, async () => void (await bytesOf(server, path))));
    };
    for (let round = 0; round < rounds; round++) {
      if (round % 2 === 0) await run(ours, mine);
      if (peer !== null) await run(peer, theirs);
      if (round % 2 !== 0) await run(ours, mine);
    }
    const listed = await contents(ours.cluster, configMapKind, 'default');
    if (listed.length !== many) throw new Error(`${listed.length} objects are listed`);
    if (peer !== null) {
      requireSame(listed, await contents(peer.cluster, configMapKind, 'default'), 'what is listed');
    }
    const millis = (all: readonly Spent[]) => median(all.map((of) => of.millis));
    return rowOf({
      name: 'list',
      unit: 'ms',
      ours: millis(mine),
      peer: peer === null ? null : millis(theirs),
      spent: total(mine),
      peerSpent: peer === null ? null : total(theirs),
      note: `${many} ConfigMaps of 1 kB in one answer, until its last byte, median of ${rounds}`,
    });
  });
}

function range(from: number, count: number) {
  return Array.from({ length: count }, (_, at) => configMap(from + at));
}

function total(all: readonly Spent[]): Spent {
  return {
    millis: all.reduce((sum, { millis }) => sum + millis, 0),
    cpuSeconds: all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    rssMB: all.at(-1)?.rssMB ?? 0,
  };
}

/** Reads an answer and does nothing with it: what is measured is the server. */
async function bytesOf({ kubeconfig }: Server, path: string): Promise<number> {
  const transport = new Transport(kubeconfig.server, new CredentialSource(kubeconfig.credentials));
  try {
    const headers = { accept: 'application/json' };
    const { status, body } = await transport.send({ method: 'GET', path, headers });
    if (status !== 200) throw new Error(`the list was answered ${status}`);
    let length = 0;
    for await (const piece of textOf(body)) length += piece.length;
    return length;
  } finally {
    transport.close();
  }
}
