import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { instant } from '../../../../src/base/instant.ts';
import {
  type CertificateSigningRequest,
  certificateSigningRequestKind,
} from '../../../../src/kube/core.ts';
import { refOf } from '../../../../src/kube/object.ts';
import { managedClusterKind } from '../../../../src/kube/ocm/cluster.ts';
import { CredentialFolder } from '../../../../src/runtime/agent/registration/credential-folder.ts';
import { agentCertificateKind, Facts } from '../../../../src/runtime/agent/registration/facts.ts';
import { join } from '../../../../src/runtime/agent/registration/join.ts';
import { rotate } from '../../../../src/runtime/agent/registration/rotation.ts';
import { eventually, type StillClock, stillClock } from '../../../support/clock.ts';
import { type MemoryCluster, memoryCluster } from '../../../support/memory-cluster.ts';
import { credentialOf, hour, sign, start } from './certificates.ts';

let path: string;
let hub: MemoryCluster;
let clock: StillClock;
let stop: AbortController;
let said: string[];
beforeEach(() => {
  path = mkdtempSync(joinPath(tmpdir(), 'ocm-join-'));
  clock = stillClock(instant(start));
  hub = memoryCluster({ now: clock.now });
  stop = new AbortController();
  said = [];
});
afterEach(() => {
  stop.abort();
  rmSync(path, { recursive: true, force: true });
});

const address = { cluster: 'hub', server: 'https://127.0.0.1:1', proxyUrl: null, caPem: null };

function common(of = hub) {
  return {
    hub: of,
    clusterName: 'c1',
    agentName: 'a',
    folder: new CredentialFolder(path),
    clock,
    random: () => 0,
    log: (_level: string, message: string, about?: object) =>
      said.push(`${message} ${JSON.stringify(about)}`),
    signal: stop.signal,
  };
}

function joining(of = hub) {
  const clientConfigs = [{ url: 'https://cluster:6443', caBundle: 'Q0E=' }];
  const annotations = { 'agent.open-cluster-management.io/x': '1', 'other/y': '2' };
  return join({ ...common(of), address, clientConfigs, annotations });
}

const requests = (): readonly CertificateSigningRequest[] =>
  hub.objects(certificateSigningRequestKind);
const waiting = async (count = 1): Promise<CertificateSigningRequest> => {
  const open = () => requests().filter(({ status }) => !status?.conditions);
  await eventually(() => requests().length === count && open().length === 1, 'a request', 100_000);
  return open()[0] as CertificateSigningRequest;
};
const decide = (request: CertificateSigningRequest, type: 'Approved' | 'Denied' | 'Failed') =>
  hub.mergePatch(
    refOf(request),
    { status: { conditions: [{ type, status: 'True', message: 'so it is' }] } },
    { subresource: 'approval' },
  );
const issue = async (request: CertificateSigningRequest, from = start): Promise<void> => {
  const pem = Buffer.from(request.spec?.request ?? '', 'base64').toString();
  const certificate = Buffer.from(await sign(pem, from)).toString('base64');
  await hub.mergePatch(refOf(request), { status: { certificate } }, { subresource: 'status' });
};

describe('joining', () => {
  test('makes the ManagedCluster, asks for a certificate and keeps it', async () => {
    const joined = joining();
    const request = await waiting();
    expect(hub.find(managedClusterKind, '', 'c1')).toMatchObject({
      metadata: { name: 'c1', annotations: { 'agent.open-cluster-management.io/x': '1' } },
      spec: {
        hubAcceptsClient: false,
        leaseDurationSeconds: 60,
        managedClusterClientConfigs: [{ url: 'https://cluster:6443', caBundle: 'Q0E=' }],
      },
    });
    expect(hub.find(managedClusterKind, '', 'c1')?.metadata.annotations).not.toHaveProperty([
      'other/y',
    ]);
    await decide(request, 'Approved');
    await issue(request);
    const credential = await joined;
    expect(credential).toMatchObject({ clusterName: 'c1', agentName: 'a', hub: address });
    expect(await new CredentialFolder(path).load()).toEqual(credential);
  });

  test('goes on waiting after a restart, with the same key', async () => {
    const first = joining();
    const request = await waiting();
    stop.abort();
    expect(await first).toBeNull();
    stop = new AbortController();
    const second = joining();
    await decide(request, 'Approved');
    await issue(request);
    expect(await second).not.toBeNull();
    expect(requests()).toHaveLength(1);
  });

  test('asks anew where its request was deleted, and later where it was denied', async () => {
    const joined = joining();
    await hub.delete(refOf(await waiting()));
    await eventually(() => clock.timers().length > 0, 'it rests');
    clock.advance(10_000);
    const second = await waiting();
    await decide(second, 'Denied');
    await eventually(
      () => said.some((line) => line.includes('was denied: so it is')),
      'it says so',
    );
    expect(requests()).toHaveLength(1);
    clock.advance(10_000);
    const third = await waiting(2);
    await decide(third, 'Approved');
    await issue(third);
    expect(await joined).not.toBeNull();
  });

  test('says that it may not make the ManagedCluster, and asks for a certificate all the same', async () => {
    const refusing = memoryCluster({
      refuse: ({ verb, of }) =>
        verb === 'create' && of.kind === 'ManagedCluster'
          ? { status: 403, reason: 'Forbidden', message: 'no right' }
          : undefined,
    });
    hub = refusing;
    void joining(refusing);
    await waiting();
    expect(said.join()).toContain('cannot create the ManagedCluster');
    expect(said.join()).toContain('no right');
  });

  test('makes no eleventh request, but counts only those that wait', async () => {
    const open = (name: string, decided: boolean): CertificateSigningRequest => ({
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name, labels: { 'open-cluster-management.io/cluster-name': 'c1' } },
      ...(decided ? { status: { conditions: [{ type: 'Approved', status: 'True' }] } } : {}),
    });
    for (let n = 0; n < 10; n += 1) {
      await hub.create(open(`open-${n}`, false));
      const created = await hub.create(open(`done-${n}`, true));
      if (created.ok) await decide(created.value, 'Approved');
    }
    void joining();
    await eventually(() => said.some((line) => line.includes('too many csr')), 'it says so');
    expect(requests()).toHaveLength(20);
    await hub.delete({ ...certificateSigningRequestKind, namespace: '', name: 'open-0' });
    clock.advance(10_000);
    await eventually(() => requests().length === 20, 'a new one', 100_000);
  });
});

describe('a certificate', () => {
  async function rotating() {
    const credential = await credentialOf('c1');
    const facts = new Facts();
    const renewed: string[] = [];
    const { hub: _, ...others } = common();
    await hub.create({
      apiVersion: 'cluster.open-cluster-management.io/v1',
      kind: 'ManagedCluster',
      metadata: { name: 'c1' },
    });
    const ended = rotate({
      ...others,
      hub,
      credential,
      facts,
      onRenewed: async ({ certificatePem }) => void renewed.push(certificatePem),
    });
    const state = () => facts.list(agentCertificateKind).items[0]?.status;
    return { ended, renewed, state, credential };
  }

  /** Time goes on in steps, so that the minute's look at the hub happens. */
  const pass = async (milliseconds: number): Promise<void> => {
    for (let left = milliseconds; left > 0; left -= 60_000) {
      clock.advance(Math.min(left, 60_000));
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  };

  test('is renewed in time, by the agent’s own request', async () => {
    const { renewed, state } = await rotating();
    await pass(7.9 * hour);
    expect(requests()).toHaveLength(0);
    await pass(0.2 * hour);
    const request = await waiting();
    await decide(request, 'Approved');
    await issue(request, clock.now());
    await eventually(() => renewed.length === 1, 'renewed');
    await eventually(
      () => (state() as { notBefore: number }).notBefore === clock.now() - (clock.now() % 1000),
      'the fact is told',
    );
    expect(state()).toMatchObject({ failure: null });
    expect((await new CredentialFolder(path).load())?.certificatePem).toBe(renewed[0]);
  });

  test('that is denied is tried again, and the failure is told', async () => {
    const { state } = await rotating();
    await pass(8.1 * hour);
    await decide(await waiting(), 'Denied');
    await eventually(() => (state() as { failure: string | null }).failure !== null, 'told');
    expect(state()).toMatchObject({ failure: expect.stringContaining('denied: so it is') });
    await pass(20_000);
    await waiting(2);
  });

  test('that nobody renews is lost when it expires', async () => {
    const { ended } = await rotating();
    await pass(8.1 * hour);
    await waiting();
    await pass(2 * hour);
    expect(await ended).toBe('the certificate has expired');
  });

  test('the hub no longer accepts is lost after three minutes', async () => {
    let refuse = false;
    hub = memoryCluster({
      refuse: ({ verb }) =>
        refuse && verb === 'get'
          ? { status: 401, reason: 'Unauthorized', message: 'who are you' }
          : undefined,
    });
    const { ended } = await rotating();
    await pass(600_000);
    refuse = true;
    await pass(190_000);
    expect(await ended).toBe('the hub does not accept the certificate');
  });
});
