import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startKubeApiserver } from '../../test/support/kube-apiserver.ts';
import { findRealParts } from '../../test/support/real-parts.ts';
import { type Row, usage } from '../row.ts';
import { median, noPeer, peerVersion, round } from './beside.ts';

const command = fileURLToPath(new URL('../../bin/ocm', import.meta.url));
const runs = 5;

/** `ocm hub` in an empty folder until it is ready, beside kube-apiserver and etcd alone. */
export async function start(): Promise<Row> {
  const used = process.cpuUsage();
  const ours = await times(runs, startHub);
  const parts = findRealParts();
  const peer = parts?.kubeApiserver && parts.etcd ? await times(3, startPeer) : null;
  const what = `an empty hub until it is ready, controllers started, median of ${runs}`;
  return {
    name: 'start',
    ours: Math.round(ours),
    peer: peer === null ? null : Math.round(peer),
    unit: 'ms',
    ratio: peer === null ? null : round(peer / ours),
    ...usage(used),
    peerVersion: peer === null ? null : peerVersion,
    note: `${what}; ${peer === null ? noPeer : 'peer: kube-apiserver and etcd alone, no controllers, median of 3'}; CPU and memory are those of this bench`,
  };
}

async function times(count: number, run: () => Promise<number>): Promise<number> {
  const millis: number[] = [];
  for (let at = 0; at < count; at++) millis.push(await run());
  return median(millis);
}

/** Milliseconds, the command itself included. */
async function startHub(): Promise<number> {
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

async function startPeer(): Promise<number> {
  const began = performance.now();
  const server = await startKubeApiserver();
  const millis = performance.now() - began;
  await server.stop();
  return millis;
}
