import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { instant } from '../../../../src/base/instant.ts';
import { isJsonObject } from '../../../../src/base/json.ts';
import {
  type CertificateSigningRequest,
  certificateSigningRequestKind,
  clusterRoleBindingKind,
  clusterRoleKind,
  leaseKind,
  namespaceKind,
  roleBindingKind,
} from '../../../../src/kube/core.ts';
import { conditionOf, type KubeObject, refOf } from '../../../../src/kube/object.ts';
import { type ManagedCluster, managedClusterKind } from '../../../../src/kube/ocm/cluster.ts';
import {
  type RegistrationAgentOptions,
  stayRegistered,
} from '../../../../src/runtime/agent/registration/agent.ts';
import type { Answer, Cluster } from '../../../../src/runtime/client/cluster.ts';
import { formatKubeconfig } from '../../../../src/runtime/client/kubeconfig.ts';
import {
  clusterServices,
  clusterServicesEvaluator,
} from '../../../../src/runtime/clusterservices/services.ts';
import { type Clock, systemClock } from '../../../../src/runtime/control/clock.ts';
import type { Log } from '../../../../src/runtime/control/log.ts';
import { runControllers } from '../../../../src/runtime/control/run.ts';
import {
  bootstrapAccount,
  bootstrapObjects,
  hubNamespace,
} from '../../../../src/runtime/hub/init/objects.ts';
import { registrationControllers } from '../../../../src/runtime/hub/registration/controllers.ts';

/** A server that is hub and cluster in one, with the rights of an administrator, as in upstream's integration tests. */
export interface RegistrationServer {
  readonly url: string;
  readonly cluster: Cluster;
  readonly caPem: string;
  readonly caKeyPem: string;
  /** CustomResourceDefinitions to bring first; a server may have the kinds built in. */
  readonly definitions: readonly KubeObject[];
  /** Whether the server signs and finalises by itself. */
  readonly servesItself: boolean;
  readonly stop: () => Promise<void>;
}

const bootstrapUser = `system:serviceaccount:${hubNamespace}:${bootstrapAccount}`;

/** The whole life of a cluster on its hub, over real connections. */
export function registrationSuite(start: () => Promise<RegistrationServer>): void {
  // A busy machine is slow; nothing here depends on how fast it is.
  vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });
  let server: RegistrationServer;
  let hub: Cluster;
  let folder: string;
  const stopAll = new AbortController();
  const problems: unknown[] = [];

  beforeAll(async () => {
    server = await start();
    hub = server.cluster;
    folder = mkdtempSync(join(tmpdir(), 'ocm-registration-'));
    await bringHub(server);
    writeFileSync(join(folder, 'bootstrap'), await bootstrapKubeconfig(server), { mode: 0o600 });
    if (!server.servesItself) {
      const { caPem, caKeyPem } = server;
      runControllers({
        controllers: clusterServices({ caPem, simulateDeployments: false }),
        clusters: { hub },
        evaluator: clusterServicesEvaluator({
          authority: { certificatePem: caPem, keyPem: caKeyPem },
          cluster: hub,
          now: () => Date.now(),
        }),
        signal: stopAll.signal,
        onError: (error) => problems.push(error),
      });
    }
  }, 180_000);
  afterAll(async () => {
    stopAll.abort();
    hub?.close();
    await server?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const runHub = (autoApprovedUsers: readonly string[] = []): (() => void) => {
    const stop = new AbortController();
    runControllers({
      controllers: registrationControllers({ autoApprovedUsers, startedAt: instant(0) }),
      clusters: { hub },
      log: say,
      signal: AbortSignal.any([stop.signal, stopAll.signal]),
      onError: (error) => problems.push(error),
    });
    return () => stop.abort();
  };

  const runAgent = (
    clusterName: string,
    more: Partial<RegistrationAgentOptions> = {},
  ): { readonly stop: () => Promise<void> } => {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, stopAll.signal]);
    const running = stayRegistered(
      {
        bootstrapKubeconfig: join(folder, 'bootstrap'),
        cluster: hub,
        clusterName,
        agentName: 'tester',
        folder: join(folder, clusterName),
        clientConfigs: [{ url: server.url }],
        healthEvery: 500,
        log: say,
        signal,
        ...more,
      },
      async (session) => {
        const { ready } = runControllers({
          controllers: session.controllers,
          clusters: { hub: session.hub, cluster: session.cluster },
          signal: session.signal,
          onError: (error) => problems.push(error),
        });
        await ready;
        await new Promise<void>((resolve) => {
          if (session.signal.aborted) resolve();
          session.signal.addEventListener('abort', () => resolve());
        });
      },
    );
    running.catch((error: unknown) => problems.push(error));
    return {
      stop: async () => {
        stop.abort();
        await running;
      },
    };
  };

  const cluster = async (name: string): Promise<ManagedCluster> =>
    value(await hub.get(managedClusterKind, '', name));
  const condition = async (name: string, type: string) =>
    conditionOf(
      (await hub.get(managedClusterKind, '', name).then(orUndefined))?.status?.conditions,
      type,
    );
  const isTrue = async (name: string, type: string): Promise<boolean> =>
    (await condition(name, type))?.status === 'True';
  const requestsOf = async (name: string) =>
    value(
      await hub.list(certificateSigningRequestKind, {
        labelSelector: `open-cluster-management.io/cluster-name=${name}`,
      }),
    ).items;
  const accept = async (name: string, hubAcceptsClient = true): Promise<void> => {
    value(await hub.mergePatch(refOf(await cluster(name)), { spec: { hubAcceptsClient } }));
  };

  describe('with an administrator', () => {
    const name = 'by-hand';
    let agent: ReturnType<typeof runAgent>;
    let stopHub: () => void;
    beforeAll(() => {
      stopHub = runHub();
      agent = runAgent(name);
    });
    afterAll(async () => {
      await agent.stop();
      stopHub();
    });

    test('a cluster that asks gets nothing until it is let in', async () => {
      await until('the ManagedCluster and the request', async () => {
        const found = await hub.get(managedClusterKind, '', name);
        return found.ok && (await requestsOf(name)).length === 1;
      });
      const { spec, status } = await cluster(name);
      expect(spec?.hubAcceptsClient).toBe(false);
      expect(spec?.managedClusterClientConfigs).toEqual([{ url: server.url }]);
      expect(conditionOf(status?.conditions, 'HubAcceptedManagedCluster')).toBeUndefined();
      expect(await hub.get(namespaceKind, '', name)).toMatchObject({ status: 404 });
      const [request] = await requestsOf(name);
      expect(request?.metadata.name).toMatch(/^by-hand-/);
      expect(request?.status?.conditions ?? []).toEqual([]);
      expect(request?.spec).toMatchObject({
        signerName: 'kubernetes.io/kube-apiserver-client',
        usages: ['digital signature', 'key encipherment', 'client auth'],
        username: bootstrapUser,
      });
    });

    test('joins once its request is approved and it is accepted', async () => {
      const [request] = await requestsOf(name);
      if (request === undefined) throw new Error('no request');
      await approve(hub, request);
      await accept(name);
      await until(
        'joined and available',
        async () =>
          (await isTrue(name, 'ManagedClusterJoined')) &&
          (await isTrue(name, 'ManagedClusterConditionAvailable')),
      );
      const { status, metadata, spec } = await cluster(name);
      expect(conditionOf(status?.conditions, 'HubAcceptedManagedCluster')).toMatchObject({
        status: 'True',
        reason: 'HubClusterAdminAccepted',
        message: 'Accepted by hub cluster admin',
      });
      expect(conditionOf(status?.conditions, 'ManagedClusterConditionAvailable')).toMatchObject({
        reason: 'ManagedClusterAvailable',
        message: 'Managed cluster is available',
      });
      expect(conditionOf(status?.conditions, 'ClusterCertificateRotated')?.message).toMatch(
        /^client certificate rotated starting from .* UTC to .* UTC$/,
      );
      expect(status?.version?.kubernetes).toMatch(/^v1\./);
      expect(metadata.finalizers).toEqual(
        expect.arrayContaining([
          'cluster.open-cluster-management.io/api-resource-cleanup',
          'cluster.open-cluster-management.io/resource-cleanup',
        ]),
      );
      expect(metadata.labels?.['cluster.open-cluster-management.io/clusterset']).toBe('default');
      await until(
        'the taints go',
        async () => ((await cluster(name)).spec?.taints ?? []).length === 0,
      );
      expect(spec?.hubAcceptsClient).toBe(true);
    });

    test('has its rights under upstream’s names, and a namespace', async () => {
      const role = `open-cluster-management:managedcluster:${name}`;
      expect(value(await hub.get(namespaceKind, '', name)).metadata.labels).toMatchObject({
        'open-cluster-management.io/cluster-name': name,
      });
      value(await hub.get(clusterRoleKind, '', role));
      value(await hub.get(clusterRoleKind, '', 'open-cluster-management:managedcluster:work'));
      const binding = value(await hub.get(clusterRoleBindingKind, '', role));
      expect(binding.subjects?.map((subject) => subject.name)).toEqual([
        `system:open-cluster-management:${name}`,
        `open-cluster-management:${name}`,
      ]);
      value(await hub.get(roleBindingKind, name, `${role}:registration`));
      const work = value(await hub.get(roleBindingKind, name, `${role}:work`));
      expect(work.metadata.finalizers).toEqual([
        'cluster.open-cluster-management.io/manifest-work-cleanup',
      ]);
    });

    test('keeps its credential where only it can read it, in upstream’s files', () => {
      const path = join(folder, name);
      expect(statSync(path).mode & 0o777).toBe(0o700);
      for (const file of ['kubeconfig', 'cluster-name', 'agent-name', 'tls.crt', 'tls.key']) {
        expect(statSync(join(path, file)).mode & 0o777).toBe(0o600);
      }
      expect(readFileSync(join(path, 'cluster-name'), 'utf8')).toBe(name);
      const kubeconfig = readFileSync(join(path, 'kubeconfig'), 'utf8');
      expect(JSON.parse(kubeconfig)).toMatchObject({
        'current-context': 'default-context',
        users: [{ name: 'default-auth', user: { 'client-certificate': 'tls.crt' } }],
      });
      expect(existsSync(join(path, 'pending-request.json'))).toBe(false);
    });

    test('renews its lease as itself', async () => {
      await until('the first heartbeat', async () => {
        const lease = await hub.get(leaseKind, name, 'managed-cluster-lease');
        return (
          lease.ok &&
          lease.value.metadata.managedFields?.some(({ manager }) => manager === 'ocm-agent') ===
            true
        );
      });
    });

    test('shows its claims on the hub, but those it keeps to itself', async () => {
      const claim = (of: string, labels = {}): KubeObject => ({
        apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
        kind: 'ClusterClaim',
        metadata: { name: of, labels },
        spec: { value: `value of ${of}` },
      });
      value(await hub.create(claim('region.example.com')));
      value(await hub.create(claim('id.k8s.io')));
      value(await hub.create(claim('secret', { 'open-cluster-management.io/spoke-only': '' })));
      await until(
        'the claims',
        async () => ((await cluster(name)).status?.clusterClaims ?? []).length === 2,
      );
      expect((await cluster(name)).status?.clusterClaims).toEqual([
        { name: 'id.k8s.io', value: 'value of id.k8s.io' },
        { name: 'region.example.com', value: 'value of region.example.com' },
      ]);
    });

    test('comes back after a restart without asking again', async () => {
      await agent.stop();
      const requests = (await requestsOf(name)).length;
      value(
        await hub.mergePatch(
          refOf(await cluster(name)),
          { status: { conditions: [] } },
          { subresource: 'status' },
        ),
      );
      agent = runAgent(name);
      await until('joined again', () => isTrue(name, 'ManagedClusterJoined'));
      expect((await requestsOf(name)).length).toBe(requests);
    });

    test('is Unknown and tainted when its heart stops, and well when it beats again', async () => {
      value(
        await hub.mergePatch(refOf(await cluster(name)), { spec: { leaseDurationSeconds: 1 } }),
      );
      await agent.stop();
      await until(
        'unknown',
        async () =>
          (await condition(name, 'ManagedClusterConditionAvailable'))?.status === 'Unknown',
      );
      expect(await condition(name, 'ManagedClusterConditionAvailable')).toMatchObject({
        reason: 'ManagedClusterLeaseUpdateStopped',
        message: 'Registration agent stopped updating its lease.',
      });
      await until('the taint', async () =>
        ((await cluster(name)).spec?.taints ?? []).some(
          ({ key, effect }) =>
            key === 'cluster.open-cluster-management.io/unreachable' && effect === 'NoSelect',
        ),
      );
      agent = runAgent(name);
      await until('available again', () => isTrue(name, 'ManagedClusterConditionAvailable'));
      await until('no taint', async () => ((await cluster(name)).spec?.taints ?? []).length === 0);
    });

    test('loses its rights when it is denied, and gets them back', async () => {
      const role = `open-cluster-management:managedcluster:${name}`;
      await accept(name, false);
      await until(
        'denied',
        async () =>
          (await condition(name, 'HubAcceptedManagedCluster'))?.reason === 'HubClusterAdminDenied',
      );
      expect(await hub.get(roleBindingKind, name, `${role}:registration`)).toMatchObject({
        status: 404,
      });
      const reduced = value(await hub.get(clusterRoleKind, '', role));
      expect(reduced.rules?.flatMap(({ verbs }) => verbs)).toEqual(['get', 'list', 'watch']);
      await accept(name);
      await until('accepted again', () => isTrue(name, 'HubAcceptedManagedCluster'));
      value(await hub.get(roleBindingKind, name, `${role}:work`));
    });

    test('leaves nothing but its namespace when it is deleted', async () => {
      await agent.stop();
      value(await hub.delete(refOf(await cluster(name))));
      await until('gone', async () => !(await hub.get(managedClusterKind, '', name)).ok);
      const role = `open-cluster-management:managedcluster:${name}`;
      expect(await hub.get(clusterRoleKind, '', role)).toMatchObject({ status: 404 });
      expect(await hub.get(clusterRoleBindingKind, '', role)).toMatchObject({ status: 404 });
      expect(await hub.get(roleBindingKind, name, `${role}:work`)).toMatchObject({ status: 404 });
      expect((await hub.get(namespaceKind, '', name)).ok).toBe(true);
      agent = runAgent('unused');
    });
  });

  test('a listed user’s cluster joins without hands, and its certificate is renewed in time', async () => {
    const name = 'by-itself';
    const stopHub = runHub([bootstrapUser]);
    // 900 s of life with the signer's backdating: seen from here 150 s are left, less than a fifth.
    const ahead: Clock = {
      now: () => instant(systemClock.now() + 450_000),
      at: (when, then) => systemClock.at(instant(when - 450_000), then),
    };
    const agent = runAgent(name, { expirationSeconds: 600, clock: ahead });
    try {
      await until('accepted', () => isTrue(name, 'HubAcceptedManagedCluster'));
      await until('available', () => isTrue(name, 'ManagedClusterConditionAvailable'));
      await until('renewed', async () => {
        const requests = await requestsOf(name);
        return requests.length === 2 && requests.every(({ status }) => status?.certificate);
      });
      const users = (await requestsOf(name)).map(({ spec }) => spec?.username).sort();
      expect(users).toEqual(
        [`system:open-cluster-management:${name}:tester`, bootstrapUser].sort(),
      );
      const [approval] = (await requestsOf(name)).flatMap(({ status }) => status?.conditions ?? []);
      expect(approval).toMatchObject({
        type: 'Approved',
        reason: 'AutoApprovedByHubCSRApprovingController',
      });
    } finally {
      await agent.stop();
      stopHub();
    }
  });

  test('a hub that got another identity is joined anew, without a restart', async () => {
    const name = 'moved';
    const path = join(folder, 'bootstrap-of-moved');
    writeFileSync(path, await bootstrapKubeconfig(server), { mode: 0o600 });
    const stopHub = runHub([bootstrapUser]);
    const hasty: Clock = {
      now: systemClock.now,
      at: (when, then) => {
        const now = systemClock.now();
        return systemClock.at(instant(now + (when - now) / 50), then);
      },
    };
    const agent = runAgent(name, { bootstrapKubeconfig: path, clock: hasty });
    try {
      await until('available', () => isTrue(name, 'ManagedClusterConditionAvailable'));
      writeFileSync(path, await bootstrapKubeconfig(server, 'hub-rebuilt'));
      await until('a second certificate', async () => {
        const requests = await requestsOf(name);
        return requests.length === 2 && requests.every(({ status }) => status?.certificate);
      });
      await until('the new hub is kept', async () =>
        readFileSync(join(folder, name, 'kubeconfig'), 'utf8').includes('hub-rebuilt'),
      );
      expect((await requestsOf(name)).map(({ spec }) => spec?.username)).toEqual([
        bootstrapUser,
        bootstrapUser,
      ]);
    } finally {
      await agent.stop();
      stopHub();
    }
  });

  test('there are the sets default and global, and both say how many clusters they have', async () => {
    const stopHub = runHub();
    try {
      const set = {
        group: 'cluster.open-cluster-management.io',
        version: 'v1beta2',
        kind: 'ManagedClusterSet',
      };
      for (const name of ['default', 'global']) {
        await until(`the status of ${name}`, async () => {
          const found = await hub.get<KubeObject<unknown, ManagedCluster['status']>>(set, '', name);
          return (
            found.ok &&
            conditionOf(found.value.status?.conditions, 'ClusterSetEmpty')?.reason ===
              'ClustersSelected'
          );
        });
      }
    } finally {
      stopHub();
    }
  });

  test('nothing of this was a fault of ours', () => {
    expect(problems).toEqual([]);
  });
}

/** `SAY=1` shows what controllers and agents say. */
const say: Log = (level, message, about) => {
  if (process.env['SAY']) console.log(level, message, JSON.stringify(about));
};

async function bringHub({ cluster, definitions }: RegistrationServer): Promise<void> {
  for (const object of [...definitions, ...bootstrapObjects()]) {
    await until(
      `${object.kind} ${object.metadata.name}`,
      async () => (await cluster.apply(object, { fieldManager: 'test', force: true })).ok,
    );
  }
  await until('the kinds are served', async () => (await cluster.list(managedClusterKind)).ok);
}

async function bootstrapKubeconfig(
  { cluster, url, caPem }: RegistrationServer,
  hubName = 'hub',
): Promise<string> {
  const path = `/api/v1/namespaces/${hubNamespace}/serviceaccounts/${bootstrapAccount}/token`;
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const answer = value(await cluster.request('POST', path, request));
  const status = isJsonObject(answer) ? answer['status'] : undefined;
  const token = isJsonObject(status) ? String(status['token']) : '';
  const names = { context: 'bootstrap', cluster: hubName, user: 'bootstrap' };
  return formatKubeconfig({ ...names, server: url, caPem, credential: { token } });
}

async function approve(hub: Cluster, request: CertificateSigningRequest): Promise<void> {
  const condition = {
    type: 'Approved',
    status: 'True',
    reason: 'ByHand',
    message: 'fine',
  } as const;
  const approved = { ...request, status: { conditions: [condition] } };
  value(await hub.replace(approved, { subresource: 'approval' }));
}

function value<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`${answer.status} ${answer.reason}: ${answer.message}`);
  return answer.value;
}

function orUndefined<T>(answer: Answer<T>): T | undefined {
  return answer.ok ? answer.value : undefined;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`did not come true: ${what}`);
}
