import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type CertificateSigningRequest,
  type ConfigMap,
  configMapKind,
  namespaceKind,
  serviceAccountKind,
} from '../../../src/kube/core.ts';
import { type Kind, type KubeObject, type Ref, refOf } from '../../../src/kube/object.ts';
import type { Answer, Cluster, WatchEvent } from '../../../src/runtime/client/cluster.ts';

/** A server under the suite, with the rights of an administrator. */
export interface ServerUnderTest {
  readonly cluster: Cluster;
  readonly stop: () => Promise<void>;
}

/** What every API server must do for us through the Cluster port: run on ours and on a real kube-apiserver. */
export function clientSuite(start: () => Promise<ServerUnderTest>): void {
  vi.setConfig({ testTimeout: 120_000 });
  let server: ServerUnderTest;
  let cluster: Cluster;
  const namespace = 'client-suite';

  beforeAll(async () => {
    server = await start();
    ({ cluster } = server);
    value(await cluster.create(named('Namespace', 'v1', '', namespace)));
  }, 120_000);
  afterAll(async () => {
    cluster.close();
    await server.stop();
  });

  const configMap = (
    name: string,
    data: Record<string, string> = {},
    labels?: Record<string, string>,
  ): ConfigMap => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, ...(labels && { labels }) },
    data,
  });
  const refTo = (name: string): Ref => refOf(configMap(name));

  describe('objects', () => {
    test('are created, read, replaced, patched and deleted', async () => {
      const created = value(await cluster.create(configMap('a', { x: '1' })));
      expect(created.metadata.uid).toBeTruthy();
      expect(value(await cluster.get(configMapKind, namespace, 'a'))).toEqual(created);
      const replaced = value(await cluster.replace({ ...created, data: { x: '2', y: '1' } }));
      expect(replaced.metadata.resourceVersion).not.toBe(created.metadata.resourceVersion);
      const patched = value(await cluster.mergePatch(refTo('a'), { data: { x: null, z: '3' } }));
      expect(patched).toMatchObject({ data: { y: '1', z: '3' } });
      expect(value(await cluster.delete(refTo('a')))).toBeNull();
      expect(await cluster.get(configMapKind, namespace, 'a')).toMatchObject({
        ok: false,
        status: 404,
        reason: 'NotFound',
        message: 'configmaps "a" not found',
      });
    });

    test('get a name where only a prefix is given', async () => {
      const { metadata, ...rest } = configMap('');
      const object = { ...rest, metadata: { ...metadata, generateName: 'prefix-' } };
      const created = value(await cluster.create(object));
      expect(created.metadata.name).toMatch(/^prefix-./);
    });

    test('are refused in Kubernetes’ own words', async () => {
      value(await cluster.create(configMap('twice')));
      expect(await cluster.create(configMap('twice'))).toMatchObject({
        ok: false,
        status: 409,
        reason: 'AlreadyExists',
        message: 'configmaps "twice" already exists',
      });
      expect(await cluster.create({ ...configMap('Bad_Name') })).toMatchObject({
        ok: false,
        status: 422,
        reason: 'Invalid',
      });
      expect(
        await cluster.create({
          ...configMap('x'),
          metadata: { name: 'x', namespace: 'there-is-no-such' },
        }),
      ).toMatchObject({ ok: false, status: 404, reason: 'NotFound' });
    });

    test('keep a write that comes too late out', async () => {
      const first = value(await cluster.create(configMap('race', { n: '1' })));
      value(await cluster.mergePatch(refTo('race'), { data: { n: '2' } }));
      expect(await cluster.replace({ ...first, data: { n: '3' } })).toMatchObject({
        ok: false,
        status: 409,
        reason: 'Conflict',
      });
      const stale = { metadata: { resourceVersion: first.metadata.resourceVersion ?? '' } };
      expect(await cluster.mergePatch(refTo('race'), { ...stale, data: { n: '4' } })).toMatchObject(
        { ok: false, status: 409, reason: 'Conflict' },
      );
      expect(
        await cluster.delete(refTo('race'), { ifUid: '00000000-0000-0000-0000-000000000000' }),
      ).toMatchObject({ ok: false, status: 409, reason: 'Conflict' });
      expect(
        value(await cluster.delete(refTo('race'), { ifUid: first.metadata.uid ?? '' })),
      ).toBeNull();
    });

    test('with a finalizer remain until it is taken away', async () => {
      const object = configMap('held');
      const metadata = { ...object.metadata, finalizers: ['example.com/hold'] };
      value(await cluster.create({ ...object, metadata }));
      const deleting = value(await cluster.delete(refTo('held')));
      expect(deleting?.metadata.deletionTimestamp).toBeTruthy();
      value(await cluster.mergePatch(refTo('held'), { metadata: { finalizers: null } }));
      expect(await cluster.get(configMapKind, namespace, 'held')).toMatchObject({ status: 404 });
    });

    test('of a dry run are not kept', async () => {
      expect(value(await cluster.create(configMap('dry'), { dryRun: true })).metadata.name).toBe(
        'dry',
      );
      expect(await cluster.get(configMapKind, namespace, 'dry')).toMatchObject({ status: 404 });
    });
  });

  describe('server-side apply', () => {
    test('owns its fields, gives them up, and reports a conflict unless forced', async () => {
      const ours = { fieldManager: 'ours' };
      value(await cluster.apply(configMap('ssa', { a: '1', b: '1' }), ours));
      value(await cluster.apply(configMap('ssa', { c: '1' }), { fieldManager: 'theirs' }));
      const given = value(await cluster.apply(configMap('ssa', { a: '2' }), ours));
      expect(given).toMatchObject({ data: { a: '2', c: '1' } });
      expect((given as ConfigMap).data).not.toHaveProperty('b');
      const conflict = await cluster.apply(configMap('ssa', { c: '2' }), ours);
      expect(conflict).toMatchObject({ ok: false, status: 409, reason: 'Conflict' });
      expect(conflict).toMatchObject({ message: expect.stringContaining('theirs') });
      const forced = await cluster.apply(configMap('ssa', { c: '2' }), { ...ours, force: true });
      expect(value(forced)).toMatchObject({ data: { c: '2' } });
    });

    test('that changes nothing makes no new version', async () => {
      const once = value(await cluster.apply(configMap('same', { a: '1' }), { fieldManager: 'm' }));
      const twice = value(
        await cluster.apply(configMap('same', { a: '1' }), { fieldManager: 'm' }),
      );
      expect(twice.metadata.resourceVersion).toBe(once.metadata.resourceVersion);
    });
  });

  describe('subresources', () => {
    test('status is written apart from the rest', async () => {
      const kind: Kind = { group: '', version: 'v1', kind: 'ResourceQuota' };
      const quota = {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'q', namespace },
        spec: { hard: { pods: '5' } },
      } as KubeObject;
      value(await cluster.create(quota));
      const patch = { spec: { hard: { pods: '6' } }, status: { hard: { pods: '5' } } };
      value(await cluster.mergePatch(refOf(quota), patch, { subresource: 'status' }));
      expect(value(await cluster.get(kind, namespace, 'q'))).toMatchObject({
        spec: { hard: { pods: '5' } },
        status: { hard: { pods: '5' } },
      });
    });

    test('approval of a certificate signing request', async () => {
      const csr = {
        apiVersion: 'certificates.k8s.io/v1',
        kind: 'CertificateSigningRequest',
        metadata: { name: 'client-suite' },
        spec: {
          request: Buffer.from(requestPem).toString('base64'),
          signerName: 'kubernetes.io/kube-apiserver-client',
          usages: ['client auth'],
        },
      } satisfies CertificateSigningRequest;
      const created = value<CertificateSigningRequest>(await cluster.create(csr));
      const condition = { type: 'Approved', status: 'True', reason: 'Test' } as const;
      const approved = { ...created, status: { conditions: [condition] } };
      const answer = value(await cluster.replace(approved, { subresource: 'approval' }));
      expect(answer.status?.conditions).toMatchObject([condition]);
    });
  });

  describe('lists and watches', () => {
    const labelled = async (from: number, to: number): Promise<void> => {
      for (let n = from; n < to; n += 1) {
        value(
          await cluster.create(configMap(`l${n}`, {}, { batch: n % 2 === 0 ? 'even' : 'odd' })),
        );
      }
    };

    test('select by label, field and namespace, and come in pages', async () => {
      await labelled(0, 7);
      const even = value(
        await cluster.list(configMapKind, { namespace, labelSelector: 'batch=even' }),
      );
      expect(even.items.map(({ metadata }) => metadata.name)).toEqual(['l0', 'l2', 'l4', 'l6']);
      expect(even.items[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
      const one = value(
        await cluster.list(configMapKind, { namespace, fieldSelector: 'metadata.name=l3' }),
      );
      expect(one.items.map(({ metadata }) => metadata.name)).toEqual(['l3']);
      const none = value(
        await cluster.list(configMapKind, { namespace: 'default', labelSelector: 'batch' }),
      );
      expect(none.items).toEqual([]);
      const names: string[] = [];
      let next: string | undefined;
      do {
        const page: Answer<{ readonly continue?: string; readonly items: readonly ConfigMap[] }> =
          await cluster.list(configMapKind, {
            namespace,
            labelSelector: 'batch',
            limit: 3,
            ...(next && { continue: next }),
          });
        const { items, continue: more } = value(page);
        expect(items.length).toBeLessThanOrEqual(3);
        names.push(...items.map(({ metadata }) => metadata.name));
        next = more;
      } while (next);
      expect(names).toEqual(['l0', 'l1', 'l2', 'l3', 'l4', 'l5', 'l6']);
    });

    test('a watch tells everything after a list, in order, and ends when asked', async () => {
      const { resourceVersion } = value(await cluster.list(configMapKind, { namespace }));
      const stop = new AbortController();
      const events = cluster.watch(
        configMapKind,
        { namespace, resourceVersion, labelSelector: 'watched' },
        stop.signal,
      );
      value(await cluster.create(configMap('w', { n: '1' }, { watched: 'yes' })));
      value(await cluster.create(configMap('other')));
      value(await cluster.mergePatch(refTo('w'), { data: { n: '2' } }));
      value(await cluster.delete(refTo('w')));
      const seen = await take(events, 3, stop);
      expect(
        seen.map((event) => ('object' in event ? [event.type, event.object.data?.['n']] : [])),
      ).toEqual([
        ['ADDED', '1'],
        ['MODIFIED', '2'],
        ['DELETED', '2'],
      ]);
      expect(seen[0]).toMatchObject({ object: { apiVersion: 'v1', kind: 'ConfigMap' } });
    });

    test('an object that loses its label leaves the watch', async () => {
      value(await cluster.create(configMap('leaver', {}, { stays: 'yes' })));
      const { resourceVersion } = value(await cluster.list(configMapKind, { namespace }));
      const stop = new AbortController();
      const options = { namespace, resourceVersion, labelSelector: 'stays=yes' };
      const events = cluster.watch(configMapKind, options, stop.signal);
      value(await cluster.mergePatch(refTo('leaver'), { metadata: { labels: { stays: null } } }));
      expect((await take(events, 1, stop)).map(({ type }) => type)).toEqual(['DELETED']);
    });

    test('a watch from a version long gone says that it expired', async () => {
      const stop = new AbortController();
      const events = cluster.watch(configMapKind, { namespace, resourceVersion: '1' }, stop.signal);
      const [first] = await take(events, 1, stop);
      // A server that still has its whole history may tell it.
      if (first?.type === 'ERROR') expect(first.expired).toBe(true);
      else expect(first?.type).toBe('ADDED');
    });

    test('many watches at once share their connection and all hear', async () => {
      const { resourceVersion } = value(await cluster.list(configMapKind, { namespace }));
      const stop = new AbortController();
      const heard = Array.from({ length: 150 }, () =>
        take(cluster.watch(configMapKind, { namespace, resourceVersion }, stop.signal), 1, null),
      );
      value(await cluster.create(configMap('heard-by-all')));
      const all = await Promise.all(heard);
      stop.abort();
      expect(all.every(([event]) => event?.type === 'ADDED')).toBe(true);
    });

    test('a watch of a kind the server does not have says so', async () => {
      const kind: Kind = { group: 'nowhere.example.com', version: 'v1', kind: 'Nothing' };
      expect(await cluster.list(kind)).toMatchObject({ ok: false, status: 404 });
      const stop = new AbortController();
      const [event] = await take(
        cluster.watch(kind, { resourceVersion: '0' }, stop.signal),
        1,
        stop,
      );
      expect(event).toMatchObject({ type: 'ERROR', expired: false });
    });
  });

  describe('identity', () => {
    test('acts as somebody else with no more than their rights', async () => {
      value(await cluster.create(named('ServiceAccount', 'v1', namespace, 'robot')));
      const as = {
        user: `system:serviceaccount:${namespace}:robot`,
        groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
      };
      const refused = await cluster.create(configMap('by-robot'), { as });
      expect(refused).toMatchObject({ ok: false, status: 403, reason: 'Forbidden' });
      expect(refused).toMatchObject({ message: expect.stringContaining(as.user) });
      const role = {
        ...named('Role', 'rbac.authorization.k8s.io/v1', namespace, 'robot'),
        rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['create'] }],
      };
      const binding = {
        ...named('RoleBinding', 'rbac.authorization.k8s.io/v1', namespace, 'robot'),
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'robot' },
        subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace }],
      };
      value(await cluster.create(role));
      value(await cluster.create(binding));
      await until(async () => (await cluster.create(configMap('by-robot'), { as })).ok);
      expect(await cluster.get(serviceAccountKind, namespace, 'robot')).toMatchObject({ ok: true });
    });
  });

  test('answers requests by path, JSON or text', async () => {
    expect(value(await cluster.request('GET', '/livez'))).toBe('ok');
    expect(value(await cluster.request('GET', '/version'))).toHaveProperty('gitVersion');
    expect(await cluster.request('GET', '/no/such/path')).toMatchObject({ ok: false, status: 404 });
    const namespaces = value(await cluster.list(namespaceKind));
    expect(namespaces.items.map(({ metadata }) => metadata.name)).toContain(namespace);
  });
}

function named(kind: string, apiVersion: string, namespace: string, name: string): KubeObject {
  return { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } };
}

function value<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`${answer.status} ${answer.reason}: ${answer.message}`);
  return answer.value;
}

/** The first events that are no bookmarks. */
async function take<T extends KubeObject>(
  events: AsyncIterable<WatchEvent<T>>,
  count: number,
  stop: AbortController | null,
): Promise<WatchEvent<T>[]> {
  const taken: WatchEvent<T>[] = [];
  for await (const event of events) {
    if (event.type !== 'BOOKMARK') taken.push(event);
    if (taken.length === count) break;
  }
  stop?.abort();
  return taken;
}

/** Rights take a moment to be known everywhere. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('did not come true');
}

/** A real request (CN=client-suite), made once with openssl; its key was thrown away. */
const requestPem = `-----BEGIN CERTIFICATE REQUEST-----
MIHRMHkCAQAwFzEVMBMGA1UEAwwMY2xpZW50LXN1aXRlMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAE2o6IIz3TU3OS6Lxv5Sz19JEmp+zREWKrmEqitmY4hp8pApw9
Stoxk+UWzc8cMRfKmnh7Qi5UE8dptgO28DdBhKAAMAoGCCqGSM49BAMCA0gAMEUC
IHSD5C0rIwL9ci2wFV7b8FItbXY7LJ2jj66DkREkAzYsAiEAng+5MdOdd37jOHEa
E6Gea9dDIXsVtCSyrKXPRJmHFPw=
-----END CERTIFICATE REQUEST-----
`;
