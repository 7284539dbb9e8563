import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Supervisor } from '../src/cli/local/supervisor.ts';
import { configMapKind } from '../src/kube/core.ts';
import type { Cluster } from '../src/runtime/client/cluster.ts';
import { connect } from '../src/runtime/client/kube.ts';
import { loadKubeconfig } from '../src/runtime/client/kubeconfig.ts';
import { startKubeApiserver } from '../test/support/kube-apiserver.ts';
import { findRealParts } from '../test/support/real-parts.ts';
import { type Row, usage } from './row.ts';

const objects = 1000;
const atOnce = 16;
const command = fileURLToPath(new URL('../bin/ocm', import.meta.url));

interface Server {
  readonly cluster: Cluster;
  readonly stop: () => Promise<void>;
}

async function load(path: string): Promise<Cluster> {
  const loaded = await loadKubeconfig({ path });
  if (!loaded.ok) throw new Error(loaded.why);
  return connect(loaded.kubeconfig);
}

/** Our API server over SQLite, a process of its own. */
async function ours(): Promise<Server> {
  const dir = mkdtempSync(join(tmpdir(), 'ocm-bench-'));
  const supervisor = new Supervisor({
    dir,
    signal: new AbortController().signal,
    tell: () => {},
  });
  const kubeconfig = join(dir, 'kubeconfig');
  const args = ['server', '--data', join(dir, 'data'), '--kubeconfig-out', kubeconfig];
  await supervisor.start({ name: 'server', args, readyFile: kubeconfig });
  const cluster = await load(kubeconfig);
  const stop = async () => {
    cluster.close();
    await supervisor.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  return { cluster, stop };
}

/** kube-apiserver over etcd (without fsync), where this machine has them. */
async function real(): Promise<Server | null> {
  const parts = findRealParts();
  if (!parts?.kubeApiserver || !parts.etcd) return null;
  const server = await startKubeApiserver({ parts });
  const cluster = await load(server.adminKubeconfigPath);
  const stop = async () => {
    cluster.close();
    await server.stop();
  };
  return { cluster, stop };
}

function configMap(at: number) {
  const metadata = { name: `bench-${at}`, namespace: 'default' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text: 'x'.repeat(1000) } };
}

/** Creates objects, 16 requests at a time; the milliseconds it took. */
async function createAll({ cluster }: Server): Promise<number> {
  let next = 0;
  const started = performance.now();
  const worker = async () => {
    while (next < objects) {
      const answer = await cluster.create(configMap(next++));
      if (!answer.ok) throw new Error(answer.message);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const millis = performance.now() - started;
  const listed = await cluster.list(configMapKind, { namespace: 'default' });
  const there = listed.ok
    ? listed.value.items.filter(({ metadata }) => metadata.name.startsWith('bench-')).length
    : 0;
  if (there !== objects) throw new Error(`${there} of ${objects} objects are there`);
  return millis;
}

/** Milliseconds from a write's answer until a watch shows it, the median of many writes one after the other. */
async function watchDelay({ cluster }: Server): Promise<number> {
  const listed = await cluster.list(configMapKind, { namespace: 'default' });
  if (!listed.ok) throw new Error(listed.message);
  const seen = new Map<string, number>();
  const abort = new AbortController();
  const options = { namespace: 'default', resourceVersion: listed.value.resourceVersion };
  const reading = (async () => {
    for await (const event of cluster.watch(configMapKind, options, abort.signal)) {
      if (event.type === 'ADDED') seen.set(event.object.metadata.name, performance.now());
    }
  })().catch(() => {});
  const delays: number[] = [];
  for (let at = 0; at < 200; at++) {
    const object = configMap(objects + at);
    const sent = performance.now();
    const answer = await cluster.create(object);
    if (!answer.ok) throw new Error(answer.message);
    while (!seen.has(object.metadata.name)) {
      if (performance.now() - sent > 5000) throw new Error('the watch does not show a write');
      await new Promise((resolve) => setImmediate(resolve));
    }
    delays.push((seen.get(object.metadata.name) ?? 0) - sent);
  }
  abort.abort();
  await reading;
  return delays.sort((a, b) => a - b)[100] ?? 0;
}

async function both(measure: (server: Server) => Promise<number>) {
  const run = async (server: Server | null) => {
    if (server === null) return null;
    try {
      return await measure(server);
    } finally {
      await server.stop();
    }
  };
  const mine = await run(await ours());
  return { mine: mine ?? 0, peer: await run(await real()) };
}

const noPeer = 'no peer: kube-apiserver and etcd are not on this machine';
const peerVersion = 'kube-apiserver 1.35.4, etcd 3.6.16 without fsync';

async function create(): Promise<Row> {
  const started = process.cpuUsage();
  const { mine, peer } = await both(createAll);
  const rate = (millis: number) => Math.round(objects / (millis / 1000));
  return {
    name: 'create',
    ours: rate(mine),
    peer: peer === null ? null : rate(peer),
    unit: 'objects/s',
    ratio: peer === null ? null : Math.round((peer / mine) * 100) / 100,
    ...usage(started),
    peerVersion: peer === null ? null : peerVersion,
    note:
      peer === null ? noPeer : `${objects} ConfigMaps of 1 kB, ${atOnce} at a time; ours durable`,
  };
}

async function watch(): Promise<Row> {
  const started = process.cpuUsage();
  const { mine, peer } = await both(watchDelay);
  const round = (millis: number) => Math.round(millis * 100) / 100;
  return {
    name: 'watch',
    ours: round(mine),
    peer: peer === null ? null : round(peer),
    unit: 'ms',
    ratio: peer === null ? null : Math.round((peer / mine) * 100) / 100,
    ...usage(started),
    peerVersion: peer === null ? null : peerVersion,
    note: peer === null ? noPeer : 'from sending a write until a watch shows it, median of 200',
  };
}

/** Milliseconds until `ocm hub` in an empty folder says that it is ready, the command itself included. */
async function startOurs(): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'ocm-bench-'));
  const kubeconfig = join(dir, 'kubeconfig');
  const args = ['hub', '--data', join(dir, 'data'), '--port', '0', '--kubeconfig-out', kubeconfig];
  const began = performance.now();
  const hub = spawn(command, args, { stdio: 'ignore' });
  try {
    while (!existsSync(kubeconfig)) {
      if (hub.exitCode !== null || performance.now() - began > 60_000) {
        throw new Error('ocm hub does not start');
      }
      await setTimeout(5);
    }
    return performance.now() - began;
  } finally {
    const ended = once(hub, 'exit');
    hub.kill('SIGTERM');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  }
}

async function startReal(): Promise<number | null> {
  const began = performance.now();
  const server = await real();
  if (server === null) return null;
  const millis = performance.now() - began;
  await server.stop();
  return millis;
}

async function start(): Promise<Row> {
  const used = process.cpuUsage();
  const times: number[] = [];
  for (let run = 0; run < 5; run++) times.push(await startOurs());
  const mine = times.sort((a, b) => a - b)[2] ?? 0;
  const peer = await startReal();
  const what = 'an empty hub until it is ready, controllers started, median of 5';
  return {
    name: 'start',
    ours: Math.round(mine),
    peer: peer === null ? null : Math.round(peer),
    unit: 'ms',
    ratio: peer === null ? null : Math.round((peer / mine) * 100) / 100,
    ...usage(used),
    peerVersion: peer === null ? null : peerVersion,
    note: peer === null ? `${what}; ${noPeer}` : `${what}; peer: kube-apiserver and etcd alone`,
  };
}

export const rows: Readonly<Record<string, () => Promise<Row>>> = { start, create, watch };
