// A server that is killed again and again, and whose history is compacted under its readers' feet: whatever was
// acknowledged stays, no reader misses a write or sees one twice, all end with the same objects, and memory stays flat.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Supervisor } from '../../src/cli/local/supervisor.ts';
import { type ConfigMap, configMapKind } from '../../src/kube/core.ts';
import { connect } from '../../src/runtime/client/kube.ts';
import { loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
import { freePort } from '../support/free-port.ts';
import { Reader } from './watch-soak/reader.ts';
import { namespace, Writer } from './watch-soak/writer.ts';

const seconds = Number(process.env['OCM_LONG_SECONDS'] ?? 1800);
const [writers, readers] = [4, 8];

test(
  `watches lose and repeat nothing over ${seconds} s of kill -9 and compaction`,
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ocm-soak-'));
    const supervisor = new Supervisor({
      dir,
      signal: new AbortController().signal,
      tell: () => {},
    });
    const kubeconfig = join(dir, 'kubeconfig');
    const port = await freePort();
    const args = ['server', '--data', join(dir, 'data'), '--port', `${port}`];
    const server = { name: 'server', args: [...args, '--kubeconfig-out', kubeconfig] };
    await supervisor.start({ ...server, readyFile: kubeconfig });
    const loaded = await loadKubeconfig({ path: kubeconfig });
    if (!loaded.ok) throw new Error(loaded.why);
    const open = () => connect(loaded.kubeconfig, { timeout: 10_000 });
    const cluster = open();
    try {
      const ended = new AbortController();
      const lanes = Array.from(
        { length: writers },
        (_, at) => new Writer(open(), at, generator(at)),
      );
      const fleet = Array.from({ length: readers }, (_, at) => {
        // half of them stay away longer than the history reaches back
        const away = at % 2 === 0 ? 500 : 30_000;
        return new Reader({ cluster: open(), writers: lanes, random: generator(100 + at), away });
      });
      const writing = Promise.all(lanes.map((lane) => lane.run(ended.signal)));
      const current = async () => {
        const listed = await cluster.list(configMapKind, { namespace });
        if (!listed.ok) throw new Error(listed.message);
        return listed.value.resourceVersion;
      };
      const last = async () => {
        await writing;
        return current();
      };
      const reading = Promise.all(fleet.map((reader) => reader.run(ended.signal, last)));
      const { kills, memory } = await torment(supervisor, Promise.race([writing, reading]));
      ended.abort();
      await reading;

      const expected = new Map(lanes.flatMap(({ there }) => [...there]));
      const listed = await cluster.list<ConfigMap>(configMapKind, { namespace });
      const stored = listed.ok ? listed.value.items.filter(({ data }) => data?.['lane']) : [];
      const numbers = stored.map(
        ({ metadata, data }) => [metadata.name, Number(data?.['number'])] as const,
      );
      expect(new Map(numbers)).toEqual(expected);
      for (const reader of fleet) {
        expect(reader.faults).toEqual([]);
        expect(reader.objects).toEqual(expected);
      }
      const sum = (of: (reader: Reader) => number) => fleet.reduce((all, one) => all + of(one), 0);
      const acknowledged = lanes.reduce((all, lane) => all + lane.acknowledged.size, 0);
      const lost = lanes.reduce((all, lane) => all + lane.lost, 0);
      console.log(
        `${kills} kills, ${acknowledged} writes acknowledged, ${lost} without an answer; ` +
          `${sum(({ events }) => events)} events in ${sum(({ resumes }) => resumes)} watches, ` +
          `${sum(({ lists }) => lists)} lists; memory of the server ${memory.join(', ')} MB`,
      );
      expect(kills).toBeGreaterThan(0);
      expect(sum(({ lists }) => lists)).toBeGreaterThan(readers);
      // memory at the end of each life, which is as long as any other
      expect(memory.at(-1)).toBeLessThan(2 * (memory[1] ?? memory[0] ?? 0) + 100);
    } finally {
      await supervisor.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  },
  (seconds + 600) * 1000,
);

/** Kills the server now and then until the time is over; the memory of each life, at its end. */
async function torment(supervisor: Supervisor, failed: Promise<unknown>) {
  const random = generator(7);
  const end = performance.now() + seconds * 1000;
  const memory: number[] = [];
  let kills = 0;
  while (performance.now() < end) {
    // whoever ends before its time has found a mistake
    await Promise.race([pause(8000 + random() * 8000), failed]);
    const pid = supervisor.process('server')?.pid;
    if (pid === undefined) continue;
    memory.push(Math.round((Number(readStat(pid).split(' ')[1]) * 4096) / 1e6));
    process.kill(pid, 'SIGKILL');
    kills += 1;
  }
  return { kills, memory };
}

function readStat(pid: number): string {
  return readFileSync(`/proc/${pid}/statm`, 'utf8');
}

/** A small generator with a seed, so that a failure comes back. */
function generator(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
