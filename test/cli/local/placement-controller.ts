import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/base/json.ts';
import {
  type HubControllersOptions,
  runHubControllers,
} from '../../../src/cli/local/controllers.ts';
import { eventKind } from '../../../src/kube/core.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { placementDecisionKind, placementKind } from '../../../src/kube/ocm/cluster.ts';
import {
  type CertificateAndKey,
  createAuthority,
  issueClientCertificate,
} from '../../../src/runtime/certificates/authority.ts';
import type { Cluster } from '../../../src/runtime/client/cluster.ts';
import { connect } from '../../../src/runtime/client/kube.ts';
import { loadKubeconfig } from '../../../src/runtime/client/kubeconfig.ts';
import { clusterExecutor } from '../../../src/runtime/control/cluster-executor.ts';
import { byLabel, placementOf } from '../../runtime/hub/placement/events.ts';
import { cluster, clusterSet, setBinding } from '../../runtime/hub/programs.ts';
import { testIo } from '../../support/io.ts';

/** An API server with OCM's kinds. */
export interface ServedHub {
  /** With all rights. */
  readonly kubeconfig: string;
  readonly cluster: Cluster;
  readonly stop: () => Promise<void>;
}

/** Waits for something that happens by itself. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 40_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Controllers in this process, as `ocm hub controllers` runs them. */
async function run(kubeconfig: string, options: HubControllersOptions) {
  const loaded = await loadKubeconfig({ text: kubeconfig });
  if (!loaded.ok) throw new Error(loaded.why);
  const end = new AbortController();
  const io = testIo({ signal: end.signal });
  const over = runHubControllers(connect(loaded.kubeconfig), options, io);
  const said = (pattern: RegExp) =>
    until(`says ${pattern}`, async () => pattern.exec(io.stderr()) ?? undefined);
  return { end: () => end.abort(), over, said };
}

interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly token?: string;
  readonly body?: string;
  readonly certificate?: CertificateAndKey;
}

/** What a server with a certificate of its own answers. */
function askOver(
  url: string | undefined,
  { method = 'GET', path, token, body, certificate }: Asked,
) {
  const proof = certificate && { cert: certificate.certificatePem, key: certificate.keyPem };
  const agent = new Agent({ rejectUnauthorized: false, ...proof });
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const { hostname, port } = new URL(url ?? '');
  return new Promise<{ readonly status: number; readonly body: JsonObject }>((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        agent.destroy();
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
      });
    });
    sent.on('error', reject).end(body);
  });
}

/** A namespace with a set bound to it, two clusters, and a placement of those that are `prod`. */
export async function fill(hub: Cluster): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  const objects: readonly KubeObject[] = [
    namespace,
    { ...cluster('c1', { env: 'prod' }), spec: { hubAcceptsClient: true } },
    { ...cluster('c2', { env: 'dev' }), spec: { hubAcceptsClient: true } },
    clusterSet('everything'),
    setBinding('everything'),
    placementOf('p', byLabel('env', 'prod')),
  ];
  for (const object of objects) expect(await hub.create(object)).toMatchObject({ ok: true });
}

/** The clusters of a decision once they are these. */
export function decided(hub: Cluster, name: string, clusters: readonly string[]): Promise<true> {
  return until(`${name} holds ${clusters.join(' and ')}`, async () => {
    const answer = await hub.get(placementDecisionKind, 'shop', name);
    const names = answer.ok ? (answer.value.status?.decisions ?? []) : [];
    return names.map((of) => of.clusterName).join() === clusters.join() ? true : undefined;
  });
}

const rbac = 'rbac.authorization.k8s.io';

/** Lets somebody read placements in `shop`, and create some. */
async function letRead(hub: Cluster, name: string, subject: object): Promise<void> {
  const metadata = { name, namespace: 'shop' };
  const rules = [
    { apiGroups: [placementKind.group], resources: ['placements'], verbs: ['get', 'create'] },
  ];
  const roleRef = { apiGroup: rbac, kind: 'Role', name };
  for (const object of [
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules },
    { apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata, subjects: [subject], roleRef },
  ]) {
    expect(await hub.create(object as KubeObject)).toMatchObject({ ok: true });
  }
}

/** A token of a service account that may read placements in `shop` and nothing else. */
async function tokenOf(hub: Cluster, name: string): Promise<string> {
  const metadata = { name, namespace: 'shop' };
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata };
  expect(await hub.create(account)).toMatchObject({ ok: true });
  await letRead(hub, name, { kind: 'ServiceAccount', ...metadata });
  const path = `/api/v1/namespaces/shop/serviceaccounts/${name}/token`;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const answer = await hub.request('POST', path, body);
  if (!answer.ok) throw new Error(answer.message);
  return (answer.value as { status: { token: string } }).status.token;
}

/** What the placement controller does as a process, whatever serves the API. */
export function placementControllerSuite(serve: () => Promise<ServedHub>): void {
  let hub: ServedHub;
  beforeAll(async () => {
    hub = await serve();
    await fill(hub.cluster);
  }, 120_000);
  afterAll(() => hub.stop());

  test('of two that run, one decides; when it ends the other goes on; metrics tell what was done', async () => {
    const options = {
      only: 'placement',
      leaderElect: true,
      leaderElectNamespace: 'default',
      metricsAddress: '0',
    };
    const first = await run(hub.kubeconfig, options);
    const [, url] = await first.said(/metrics: (http:\S+)\/metrics/);
    await first.said(/controllers run against/);
    const second = await run(hub.kubeconfig, options);
    const [, standby] = await second.said(/metrics: (http:\S+)\/metrics/);
    await second.said(/waits to lead/);
    await decided(hub.cluster, 'p-decision-1', ['c1']);
    const metrics = async (at: string | undefined) => (await fetch(`${at}/metrics`)).text();
    const number = async (at: string | undefined, name: string) =>
      Number(
        new RegExp(`^${name}\\{controller="placement"\\} (\\d+)$`, 'm').exec(
          await metrics(at),
        )?.[1],
      );
    expect(await number(url, 'ocm_passes_total')).toBeGreaterThan(0);
    expect(await number(url, 'ocm_writes_total')).toBeGreaterThan(2);
    expect(await number(url, 'ocm_pass_duration_seconds_count')).toBeGreaterThan(0);
    const text = await metrics(url);
    for (const name of ['workqueue_adds_total', 'workqueue_queue_duration_seconds_count']) {
      expect(text).toMatch(new RegExp(`^${name}\\{name="placement"\\} [1-9]\\d*$`, 'm'));
    }
    expect(text).toMatch(/^workqueue_depth\{name="placement"\} \d+$/m);
    await until('the placement is counted', async () =>
      (await metrics(url)).includes('ocm_placements{reason="AllDecisionsScheduled"} 1\n')
        ? true
        : undefined,
    );
    await until('the placement is counted', async () =>
      (await metrics(url)).includes('ocm_placements{reason="AllDecisionsScheduled"} 1\n')
        ? true
        : undefined,
    );
    expect(await metrics(standby)).toContain('ocm_leading 0\n');
    first.end();
    await first.over;
    await second.said(/controllers run against/);
    const patch = { metadata: { labels: { env: 'prod' } } };
    const c2 = {
      group: placementKind.group,
      version: 'v1',
      kind: 'ManagedCluster',
      namespace: '',
      name: 'c2',
    };
    expect(await hub.cluster.mergePatch(c2, patch)).toMatchObject({ ok: true });
    await decided(hub.cluster, 'p-decision-1', ['c1', 'c2']);
    second.end();
    await second.over;
    const events = await hub.cluster.list(eventKind, { namespace: 'shop' });
    const reasons = events.ok ? events.value.items.map(({ reason }) => reason) : [];
    expect(reasons).toEqual(
      expect.arrayContaining(['DecisionCreate', 'DecisionUpdate', 'ScoreUpdate']),
    );
  }, 60_000);

  test('the debugger answers over TLS whom the hub lets get the placement, and nobody else', async () => {
    const token = await tokenOf(hub.cluster, 'reader');
    const running = await run(hub.kubeconfig, { only: 'placement', debugAddress: '127.0.0.1:0' });
    const [, url] = await running.said(/debugger: (https:\S+)\/debug\/placements\//);
    await running.said(/controllers run against/);
    const path = '/debug/placements/shop/p';
    const { status, body } = await askOver(url, { path, token });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      filteredPipelineResults: [{ name: 'Predicate' }, { name: 'Predicate,TaintToleration' }],
      selectedClusters: expect.arrayContaining(['c1']),
    });
    const given = { metadata: { namespace: 'shop', name: 'q' }, spec: { numberOfClusters: 1 } };
    const post = (object: object, more = '') =>
      askOver(url, {
        method: 'POST',
        path: '/debug/placements/',
        token,
        body: JSON.stringify(object) + more,
      });
    expect(await post(given)).toMatchObject({ status: 200, body: { selectedClusters: ['c1'] } });
    expect((await post({ metadata: { namespace: 'default' } })).status).toBe(403);
    expect((await askOver(url, { path: '/debug/placements/default/p', token })).status).toBe(403);
    expect((await askOver(url, { path })).status).toBe(401);
    expect((await askOver(url, { path, token: `${token.slice(0, -4)}AAAA` })).status).toBe(401);
    expect(
      (await askOver(url, { path: '/debug/placements/default/../shop/p', token })).status,
    ).toBe(400);
    expect((await post(given, ' '.repeat(1_100_000))).status).toBe(400);
    running.end();
    await running.over;
  }, 60_000);

  test('the debugger believes client certificates of the authority it is given, and no others', async () => {
    await letRead(hub.cluster, 'carla', { apiGroup: rbac, kind: 'Group', name: 'readers' });
    const now = Date.now();
    const validity = { notBefore: now - 60_000, notAfter: now + 3_600_000 };
    const [trusted, other] = [
      await createAuthority('clients', validity),
      await createAuthority('clients', validity),
    ];
    const carla = { commonName: 'carla', organizations: ['readers'] };
    const dir = mkdtempSync(join(tmpdir(), 'ocm-debug-'));
    const debugClientCa = join(dir, 'clients.pem');
    writeFileSync(debugClientCa, trusted.certificatePem);
    const options = { only: 'placement', debugAddress: '127.0.0.1:0', debugClientCa };
    const running = await run(hub.kubeconfig, options);
    const [, url] = await running.said(/debugger: (https:\S+)\/debug\/placements\//);
    await running.said(/controllers run against/);
    const ask = async (authority: CertificateAndKey, who = carla, namespace = 'shop') => {
      const certificate = await issueClientCertificate(authority, who, validity);
      return askOver(url, { path: `/debug/placements/${namespace}/p`, certificate });
    };
    expect(await ask(trusted)).toMatchObject({ status: 200, body: { placement: {} } });
    expect((await ask(trusted, carla, 'default')).status).toBe(403);
    expect((await ask(trusted, { commonName: 'dan', organizations: [] })).status).toBe(403);
    expect((await ask(other)).status).toBe(401);
    running.end();
    await running.over;
    rmSync(dir, { recursive: true });
  }, 60_000);

  test('a patch of an object that was made anew is a conflict, to be looked at again', async () => {
    const of = { ...placementKind, namespace: 'shop', name: 'p' };
    const execute = (ifUid: string) =>
      clusterExecutor({ hub: hub.cluster }).execute(
        { do: 'patch', of, patch: { metadata: { labels: { a: 'b' } } }, ifUid },
        new AbortController().signal,
      );
    expect(await execute('11111111-2222-4333-8444-555555555555')).toMatchObject({
      ok: false,
      retry: 'now',
      status: 409,
      reason: 'Conflict',
    });
    const live = await hub.cluster.get(placementKind, 'shop', 'p');
    expect(await execute((live.ok && live.value.metadata.uid) || '')).toMatchObject({ ok: true });
  });
}
