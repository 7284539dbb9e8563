import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const fleet = await times(3, startFleet);
  const parts = findRealParts();
  const peer = parts?.kubeApiserver && parts.etcd ? await times(3, startPeer) : null;
  const what = `an empty hub until it is ready, controllers started, median of ${runs}; \`ocm up\` until three clusters have joined and are available takes ${Math.round(fleet)} ms`;
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

const startHub = () => started(['hub'], 'the hub is ready');
const startFleet = () => started(['up', '--clusters', '3'], 'In another terminal');

/** Milliseconds until a command in an empty folder says that all is there, the command itself included. */
async function started(args: readonly string[], ready: string): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'ocm-bench-'));
  const began = performance.now();
  const child = spawn(command, [...args, '--data', join(dir, 'data'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  try {
    await new Promise<void>((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes(ready)) resolve();
      });
      child.on('exit', () => reject(new Error(`ocm ${args[0]} has ended`)));
    });
    return performance.now() - began;
  } finally {
    child.kill('SIGTERM');
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
