import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/runtime/client/kube.ts';
import { loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
import {
  clusterServices,
  clusterServicesEvaluator,
} from '../../src/runtime/clusterservices/services.ts';
import { runControllers } from '../../src/runtime/control/run.ts';
import { startKubeApiserver } from '../support/kube-apiserver.ts';
import { findRealParts, missingRealParts } from '../support/real-parts.ts';
import { startServerProcess } from '../support/server-process.ts';

const missing = missingRealParts('kubeApiserver', 'etcd', 'kubeClients');
const program = findRealParts()?.kubeClients ?? '';
const scenarios =
  missing === ''
    ? execFileSync(program, ['--list'], { encoding: 'utf8' }).trim().split('\n')
    : ['all scenarios'];

/** What the program (scripts/real-parts/clients) found out in one scenario. */
interface Found {
  readonly facts: Readonly<Record<string, unknown>>;
  readonly error?: string;
}

/** An API server with everything of a cluster but nodes. */
interface Server {
  readonly kubeconfig: string;
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

async function startReal(): Promise<Server> {
  const server = await startKubeApiserver();
  const loaded = await loadKubeconfig({ path: server.adminKubeconfigPath });
  if (!loaded.ok) throw new Error(loaded.why);
  const hub = connect(loaded.kubeconfig, { userAgent: 'ocm-cluster-services' });
  const { caPem, caKeyPem } = server;
  const authority = { certificatePem: caPem, keyPem: caKeyPem };
  const end = new AbortController();
  // kube-apiserver alone collects nothing and ends no namespace: ours does, on both sides
  runControllers({
    controllers: clusterServices({ caPem, simulateDeployments: false }),
    clusters: { hub },
    evaluator: clusterServicesEvaluator({ authority, cluster: hub, now: () => Date.now() }),
    signal: end.signal,
  });
  return {
    kubeconfig: server.adminKubeconfigPath,
    restart: server.restart,
    stop: async () => {
      end.abort();
      hub.close();
      await server.stop();
    },
  };
}

/** Runs all scenarios, and restarts the server when the program asks for it. */
async function runProgram(server: Server): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  const child = spawn(program, ['--kubeconfig', server.kubeconfig], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line) as { scenario: string; ask?: string } & Found;
    if (told.ask === 'restart') {
      await server.restart();
      child.stdin.write('\n');
    } else {
      found.set(told.scenario, told);
    }
  }
  await ended;
  return found;
}

describe.skipIf(missing !== '')(
  `client-go and controller-runtime find the same on our API server${missing}`,
  () => {
    const dir = mkdtempSync(join(tmpdir(), 'ocm-kube-clients-'));
    let ours: ReadonlyMap<string, Found>;
    let real: ReadonlyMap<string, Found>;

    beforeAll(async () => {
      const [embedded, kubeApiserver] = await Promise.all([
        startServerProcess(dir, 'hub'),
        startReal(),
      ]);
      try {
        [ours, real] = await Promise.all([runProgram(embedded), runProgram(kubeApiserver)]);
        expect(embedded.complaints()).toEqual([]);
      } finally {
        await Promise.all([embedded.stop(), kubeApiserver.stop()]);
      }
    }, 300_000);
    afterAll(() => rmSync(dir, { recursive: true, force: true }));

    test.each(scenarios)('%s', (name) => {
      expect(ours.get(name)?.error).toBeUndefined();
      expect(real.get(name)?.error).toBeUndefined();
      expect(ours.get(name)?.facts).toEqual(real.get(name)?.facts);
      expect(Object.keys(ours.get(name)?.facts ?? {})).not.toEqual([]);
    });
  },
);
