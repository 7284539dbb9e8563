import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findRealParts, missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubectl');
const root = fileURLToPath(new URL('../..', import.meta.url));
const kubectlPath = findRealParts()?.kubectl ?? 'kubectl';
const dir = mkdtempSync(join(tmpdir(), 'ocm-kubectl-'));
const kubeconfig = join(dir, 'up', 'hub.kubeconfig');
const env = { ...process.env, HOME: dir, KUBECONFIG: kubeconfig };

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(command: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(command, [...args], { env, cwd: root, timeout: 120_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
    });
  });
}
const kubectl = (...args: readonly string[]) => run(kubectlPath, args);
const ocm = (...args: readonly string[]) => run(join(root, 'bin/ocm'), args);

/** The header and the rows of a table, cell by cell; kubectl parts columns by three spaces or more. */
function table(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => line.trimEnd().split(/ {2,}/));
}

/** Resolves with all that was printed once it matches; rejects when the process ends before. */
function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const look = (chunk: Buffer | string) => {
      text += String(chunk);
      if (pattern.test(text)) resolve(text);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', (chunk) => {
      text += String(chunk);
    });
    child.on('close', () => reject(new Error(`ended without ${pattern}: ${text}`)));
  });
}

describe.skipIf(missing !== '')(`kubectl against ocm up${missing}`, () => {
  let up: ChildProcess;

  beforeAll(async () => {
    const args = ['up', '--clusters', '2', '--port', '0', '--data', join(dir, 'up')];
    up = spawn(join(root, 'bin/ocm'), args, { env, cwd: root });
    await printed(up, /Ctrl-C stops everything/);
    const applied = await ocm(
      'apply',
      join(root, 'examples/quickstart'),
      '--service-account',
      'ocm-programs',
    );
    expect(applied.err + applied.out).toContain('quickstart');
    expect(applied.code).toBe(0);
    // the canary's work is there once decisions are; everything below looks at what the hub made of the program
    const made = ['get', 'manifestworks', '-n', 'cluster1', '-w', '-o', 'name'];
    const watch = spawn(kubectlPath, made, { env });
    await printed(watch, /manifestwork\.work\.open-cluster-management\.io\//);
    watch.kill();
  }, 180_000);

  afterAll(async () => {
    const ended = new Promise((resolve) => up.on('close', resolve));
    up.kill('SIGINT');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  test('get lists clusters, placements, decisions and works of all namespaces with sensible columns', async () => {
    const listed = async (resource: string) => {
      const { code, out, err } = await kubectl('get', resource, '-A');
      expect(err).toBe('');
      expect(code).toBe(0);
      return table(out);
    };
    const clusters = await listed('managedclusters');
    expect(clusters[0]?.map((cell) => cell.trim())).toEqual([
      'NAME',
      'HUB ACCEPTED',
      'MANAGED CLUSTER URLS',
      'JOINED',
      'AVAILABLE',
      'AGE',
    ]);
    expect(clusters.slice(1).map(([name, accepted]) => [name, accepted])).toEqual([
      ['cluster1', 'true'],
      ['cluster2', 'true'],
    ]);
    const placements = await listed('placements');
    expect(placements[0]?.slice(0, 5)).toEqual([
      'NAMESPACE',
      'NAME',
      'SUCCEEDED',
      'REASON',
      'SELECTEDCLUSTERS',
    ]);
    expect(placements[1]?.slice(0, 2)).toEqual(['quickstart', 'production']);
    const decisions = await listed('placementdecisions');
    expect(decisions[0]?.slice(0, 2)).toEqual(['NAMESPACE', 'NAME']);
    expect(decisions.slice(1).every(([namespace]) => namespace === 'quickstart')).toBe(true);
    const works = await listed('manifestworks');
    expect(works[0]?.slice(0, 2)).toEqual(['NAMESPACE', 'NAME']);
    expect(works.slice(1).map(([namespace]) => namespace)).toContain('cluster1');
    const together = await kubectl(
      'get',
      'managedclusters,placements,placementdecisions,manifestworks',
      '-A',
    );
    expect(together.code).toBe(0);
    for (const name of ['managedcluster.', 'placement.', 'placementdecision.', 'manifestwork.']) {
      expect(together.out).toContain(name);
    }
  }, 60_000);

  test('get -w shows a change while it happens', async () => {
    const args = ['get', 'managedclusters', '-w', '--output-watch-events', '-L', 'shift'];
    const watch = spawn(kubectlPath, args, { env });
    await printed(watch, /ADDED[^\n]*cluster2/);
    const seen = printed(watch, /MODIFIED +cluster2[^\n]* night/);
    const labelled = await kubectl('label', 'managedcluster', 'cluster2', 'shift=night');
    expect(labelled.out).toContain('cluster2 labeled');
    await seen;
    watch.kill();
  }, 60_000);

  test('apply creates, changes and leaves alone; describe reads it; delete removes it', async () => {
    const file = join(dir, 'placement.yaml');
    const write = (clusters: number) =>
      writeFileSync(
        file,
        `apiVersion: cluster.open-cluster-management.io/v1beta1
kind: Placement
metadata: { name: by-hand, namespace: quickstart }
spec: { numberOfClusters: ${clusters}, clusterSets: [demo] }
`,
      );
    write(1);
    const name = 'placement.cluster.open-cluster-management.io/by-hand';
    expect((await kubectl('apply', '-f', file)).out).toBe(`${name} created\n`);
    expect((await kubectl('apply', '-f', file)).out).toBe(`${name} unchanged\n`);
    write(2);
    expect((await kubectl('apply', '-f', file)).out).toBe(`${name} configured\n`);
    const server = await kubectl('apply', '--server-side', '--force-conflicts', '-f', file);
    expect(server.out).toBe(`${name} serverside-applied\n`);
    const done = '--for=jsonpath={.status.numberOfSelectedClusters}=2';
    const waited = await kubectl('wait', done, '-n', 'quickstart', name, '--timeout=60s');
    expect(waited.err).toBe('');
    const described = await kubectl('describe', '-n', 'quickstart', 'placement', 'by-hand');
    expect(described.code).toBe(0);
    expect(described.out).toMatch(/^Name: +by-hand$/m);
    expect(described.out).toMatch(/Number Of Selected Clusters: +2$/m);
    expect(described.out).toMatch(/^Events:/m);
    const deleted = await kubectl('delete', '-f', file);
    expect(deleted.out).toBe(
      'placement.cluster.open-cluster-management.io "by-hand" deleted from quickstart namespace\n',
    );
    const gone = await kubectl('get', '-n', 'quickstart', 'placement', 'by-hand');
    expect(gone.code).toBe(1);
    expect(gone.err).toContain('(NotFound)');
  }, 90_000);

  test('what is wrong is refused in kubectl’s words, and nothing is stored', async () => {
    const file = join(dir, 'wrong.yaml');
    writeFileSync(
      file,
      `apiVersion: cluster.open-cluster-management.io/v1beta1
kind: Placement
metadata: { name: wrong, namespace: quickstart }
spec: { numberOfClusters: many }
`,
    );
    const applied = await kubectl('apply', '-f', file);
    expect(applied.code).toBe(1);
    expect(applied.err).toContain('spec.numberOfClusters');
    const gone = await kubectl('get', '-n', 'quickstart', 'placement', 'wrong');
    expect(gone.err).toContain('(NotFound)');
  }, 60_000);
});
