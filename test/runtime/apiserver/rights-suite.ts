import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, type Reply } from './harness.ts';
import { type Identity, identitiesOf, type RightsServer } from './rights.ts';

const works = (namespace: string) =>
  `/apis/work.open-cluster-management.io/v1/namespaces/${namespace}/manifestworks`;
const secrets = (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`;
const clusters = '/apis/cluster.open-cluster-management.io/v1/managedclusters';
const merge = { type: 'application/merge-patch+json' };
const label = { metadata: { labels: { touched: 'yes' } } };
/** In the Secret and the work of another namespace: it must not come out. */
const hidden = /aGlkZGVu|"of":"c2"|ServiceAccount/;
/** In its ManagedCluster, and in no refusal. */
const aboutC2 = /"name":"c2".*"hubAcceptsClient"/s;

/** What somebody could learn or do in a roundabout way; it runs on ours and on kube-apiserver. */
export function rightsSuite(start: () => Promise<RightsServer>): void {
  let server: RightsServer;
  let admin: Client;
  let identities: readonly Identity[];
  let agent: Client;
  let tenant: Client;
  const named = (name: string): Client => {
    const found = identities.find((each) => each.name === name);
    if (found === undefined) throw new Error(name);
    return found.client;
  };
  beforeAll(async () => {
    server = await start();
    admin = new Client(server.admin);
    identities = await identitiesOf(server);
    agent = named('agent of c1');
    tenant = named('tenant');
  }, 120_000);
  afterAll(async () => {
    admin?.close();
    for (const { client } of identities ?? []) client.close();
    await server?.stop();
  });

  describe('a refusal does not tell whether there is something', () => {
    const there = [
      [`${works('c2')}/`, 'of-c2'],
      [`${secrets('c2')}/`, 'hidden'],
      ['/api/v1/namespaces/', 'c2'],
      [`${clusters}/`, 'c2'],
      ['/apis/rbac.authorization.k8s.io/v1/clusterroles/', 'cluster-admin'],
      ['/apis/apiextensions.k8s.io/v1/customresourcedefinitions/', 'a.example.com'],
    ] as const;
    const asks: readonly (readonly [string, (c: Client, path: string) => Promise<Reply>])[] = [
      ['GET', (c, path) => c.get(path)],
      ['GET of metadata', (c, path) => c.get(path, { accept: partial })],
      ['PUT', (c, path) => c.put(path, {})],
      ['PATCH', (c, path) => c.patch(path, 'merge', label)],
      ['apply', (c, path) => c.patch(`${path}?fieldManager=x&force=true`, 'apply', label)],
      ['DELETE', (c, path) => c.delete(path)],
      ['a stale DELETE', (c, path) => c.delete(path, { preconditions: { uid: 'x' } })],
      ['GET of a part', (c, path) => c.get(`${path}/status`)],
      ['list by name', (c, path) => c.get(selecting(path))],
      ['watch by name', (c, path) => c.get(`${selecting(path)}&watch=true&timeoutSeconds=1`)],
      ['POST', (c, path) => c.post(collectionOf(path), { metadata: { name: nameOf(path) } })],
    ];
    test.each(['agent of c1', 'service account', 'anonymous'])('to %s', async (who) => {
      for (const [collection, name] of there) {
        for (const [how, ask] of asks) {
          const told = await ask(named(who), collection + name);
          const absent = await ask(named(who), `${collection}zzzz`);
          const same = (text: string) =>
            text.replaceAll(`"${name}"`, '"zzzz"').replaceAll(`\\"${name}\\"`, '\\"zzzz\\"');
          const about = `${how} ${collection}${name}`;
          expect([about, told.status]).toEqual([about, 403]);
          // to RBAC a Namespace lies in itself, so that its name is told twice
          expect([about, same(told.text)]).toEqual([about, same(absent.text)]);
          expect(told.text).not.toMatch(hidden);
        }
      }
    });
  });

  describe('selectors', () => {
    test.each([
      ['all namespaces', '/api/v1/secrets'],
      ['a namespace by a field', '/api/v1/secrets?fieldSelector=metadata.namespace%3Dteam'],
      ['a name in all namespaces', '/api/v1/secrets?fieldSelector=metadata.name%3Dhidden'],
      ['a label in all namespaces', '/api/v1/secrets?labelSelector=of%3Dteam'],
      ['a page of all namespaces', '/api/v1/secrets?limit=1'],
      ['an old page of all namespaces', '/api/v1/secrets?limit=1&resourceVersion=0'],
      ['a namespace that is empty', '/api/v1/secrets?namespace=team'],
      ['a watch of all namespaces', '/api/v1/secrets?watch=true&timeoutSeconds=1'],
      ['another namespace', `${secrets('c2')}?fieldSelector=metadata.namespace%3Dteam`],
    ])('give no right to %s', async (_, path) => {
      const { status, text } = await tenant.get(path);
      expect(status).toBe(403);
      expect(text).not.toMatch(hidden);
    });

    test.each([
      // what may be seen is told
      ['metadata.name%3Dc1', 200],
      ['metadata.name%3D%3Dc1', 200],
      ['metadata.name%3Dc2', 403],
      ['metadata.name!%3Dc1', 403],
      ['metadata.Name%3Dc1', 403],
      ['metadata.name', 403],
      ['metadata.name%3D', 403],
      ['metadata.name%3D*', 403],
      ['metadata.name%3Dc1/../c2', 403],
    ])('of one object are a right to that one only: %s', async (selector, expected) => {
      for (const watch of ['', '&watch=true&timeoutSeconds=1']) {
        const { status, text } = await agent.get(`${clusters}?fieldSelector=${selector}${watch}`);
        expect(status).toBe(expected);
        expect(text).not.toMatch(aboutC2);
      }
    });

    test('that contradict each other select nothing', async () => {
      for (const fields of [
        'metadata.name%3Dc1,metadata.name%3Dc2',
        'metadata.name%3Dc2,metadata.name%3Dc1',
      ]) {
        const { text } = await agent.get(`${clusters}?fieldSelector=${fields}`);
        expect(text).not.toMatch(aboutC2);
      }
      const twice = 'fieldSelector=metadata.name%3Dc1&fieldSelector=metadata.name%3Dc2';
      const { text } = await agent.get(`${clusters}?${twice}`);
      expect(text).not.toMatch(aboutC2);
    });

    test('and page tokens of elsewhere do not leave the namespace', async () => {
      for (const start of ['c2/', '../c2/', 'team/', '/', 'c2/of-c2', '\u0000']) {
        const token = { v: 'meta.k8s.io/v1', rv: -1, start };
        const text = Buffer.from(JSON.stringify(token)).toString('base64url');
        const page = await tenant.get(`${secrets('team')}?limit=9&continue=${text}`);
        expect([200, 400, 410]).toContain(page.status);
        const spaces = (page.body.items ?? []).map(
          (item: { metadata: { namespace: string } }) => item.metadata.namespace,
        );
        expect(spaces.filter((space: string) => space !== 'team')).toEqual([]);
      }
    });

    test('select what a watch of one’s own namespace tells', async () => {
      const watching = await agent.watch(
        `${works('c1')}?watch=true&labelSelector=of%20in%20(c1,c2)&timeoutSeconds=2`,
      );
      await admin.patch(`${works('c2')}/of-c2`, 'merge', { metadata: { labels: { again: 'x' } } });
      await admin.patch(`${works('c1')}/of-c1`, 'merge', { metadata: { labels: { again: 'x' } } });
      expect(await watching.brief(3)).toEqual(['ADDED of-c1', 'MODIFIED of-c1']);
      watching.close();
    });
  });

  describe('path tricks', () => {
    const own = '/apis/work.open-cluster-management.io/v1/namespaces/c1';
    const tricks = [
      `${own}/../c2/manifestworks/of-c2`,
      `${own}/manifestworks/../../c2/manifestworks/of-c2`,
      `${own}/..%2fc2/manifestworks/of-c2`,
      `${own}/%2e%2e/c2/manifestworks/of-c2`,
      `${own}%2f..%2fc2/manifestworks/of-c2`,
      `${own}/manifestworks/..%2f..%2fc2%2fmanifestworks%2fof-c2`,
      `${own}/manifestworks/..%5c..%5cc2%5cmanifestworks%5cof-c2`,
      `${own}/manifestworks/%252e%252e%252fc2%252fmanifestworks%252fof-c2`,
      `${own}/manifestworks/of-c2%00`,
      `${own}%00/../c2/manifestworks/of-c2`,
      `${own}//../c2/manifestworks/of-c2`,
      `//${works('c2').slice(1)}/of-c2`,
      `${works('c2').replace('/apis/', '/apis//')}/of-c2`,
      `/apis/work.open-cluster-management.io/v1/namespaces//c2/manifestworks/of-c2`,
      `/apis/work.open-cluster-management.io/v1/namespaces/C2/manifestworks/of-c2`,
      `/apis/work.open-cluster-management.io/v1/Namespaces/c2/manifestworks/of-c2`,
      `/apis/work.open-cluster-management.io/v1/manifestworks/of-c2`,
      `/apis/work.open-cluster-management.io/V1/namespaces/c2/manifestworks/of-c2`,
      `/APIS/work.open-cluster-management.io/v1/namespaces/c2/manifestworks/of-c2`,
      `${works('c2')}/of-c2/`,
      `${works('c2')}/./of-c2`,
      `${works('c2')};namespace=c1/of-c2`,
      `${works('c2')}/of-c2?namespace=c1`,
      `${works('c2')}/of-c2#/namespaces/c1`,
      `${works('c1')}/of-c2`,
      `${works('c1')}/c2/of-c2`,
      `${works('c1')}/of-c1/../../../c2/manifestworks/of-c2`,
      `/apis/work.open-cluster-management.io/v1/watch/namespaces/c2/manifestworks/of-c2`,
      `/apis/work.open-cluster-management.io/v1/watch/manifestworks`,
      `/api/v1/proxy/namespaces/c2/secrets/hidden`,
      `/api/v1/namespaces/c2/secrets/hidden`,
      `/api/v1/namespaces/c1/../c2/secrets/hidden`,
      `/api/v1/namespaces/c1/secrets/hidden`,
      `/api/v1/namespaces/c1/namespaces/c2`,
    ];
    test.each(tricks)('%s', async (path) => {
      const before = await admin.get(`${works('c2')}/of-c2`);
      for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'POST', 'OPTIONS', 'TRACE']) {
        const body =
          method === 'PATCH'
            ? { body: label, ...merge }
            : method === 'PUT' || method === 'POST'
              ? { body: before.body }
              : {};
        const { status, text } = await agent.send(method, path, { ...body, raw: true });
        expect([400, 401, 403, 404, 405, 301, 307]).toContain(status);
        expect(text).not.toMatch(hidden);
      }
      expect((await admin.get(`${works('c2')}/of-c2`)).text).toBe(before.text);
      expect((await admin.get(`${secrets('c2')}/hidden`)).status).toBe(200);
    });
  });

  describe('what is written', () => {
    test('lies where the path says, whatever the body says', async () => {
      const { body: mine } = await agent.get(`${works('c1')}/of-c1`);
      const { body: theirs } = await admin.get(`${works('c2')}/of-c2`);
      const moved = { ...mine, metadata: { ...mine.metadata, name: 'of-c2', namespace: 'c2' } };
      expect((await agent.put(`${works('c1')}/of-c1`, moved)).status).toBe(400);
      expect((await agent.put(`${works('c1')}/of-c1`, theirs)).status).toBe(400);
      const elsewhere = { ...mine, metadata: { ...mine.metadata, namespace: 'c2' } };
      expect((await agent.put(`${works('c1')}/of-c1`, elsewhere)).status).toBe(400);
      const patch = (metadata: object) =>
        agent.patch(`${works('c1')}/of-c1`, 'merge', { metadata });
      expect([400, 422]).toContain((await patch({ namespace: 'c2' })).status);
      expect([400, 422]).toContain((await patch({ name: 'of-c2' })).status);
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x', namespace: 'c2' } };
      expect((await tenant.post(secrets('team'), secret)).status).toBe(400);
      const apply = `${secrets('team')}/x?fieldManager=x`;
      expect((await tenant.patch(apply, 'apply', secret)).status).toBe(400);
      expect((await admin.get(`${secrets('c2')}/x`)).status).toBe(404);
    });

    test('at a part changes that part only', async () => {
      const { body } = await admin.get(`${clusters}/c1`);
      const status = { conditions: [] };
      const all = { ...body, spec: { hubAcceptsClient: true }, status };
      const put = await agent.put(`${clusters}/c1/status`, {
        ...all,
        metadata: { ...body.metadata, labels: { env: 'prod' }, finalizers: [] },
      });
      expect(put.status).toBe(200);
      const patched = await agent.patch(`${clusters}/c1/status`, 'merge', {
        metadata: { labels: { env: 'prod' } },
        spec: { hubAcceptsClient: true },
      });
      expect(patched.status).toBe(200);
      const { body: after } = await admin.get(`${clusters}/c1`);
      expect(after.spec).toEqual(body.spec);
      expect(after.metadata.labels).toEqual(body.metadata.labels);
      for (const part of ['scale', 'approval', 'accept', 'nothing', 'STATUS']) {
        expect((await agent.patch(`${clusters}/c1/${part}`, 'merge', label)).status).toBe(403);
      }
    });
  });

  test('nobody becomes somebody else by headers', async () => {
    const variants: readonly Readonly<Record<string, string | readonly string[]>>[] = [
      { 'Impersonate-User': 'admin' },
      { 'impersonate-user': 'admin', 'Impersonate-Group': 'system:masters' },
      { 'IMPERSONATE-USER': 'system:admin' },
      { 'Impersonate-User': 'system:open-cluster-management:c2:one' },
      { 'Impersonate-User': 'system:anonymous', 'Impersonate-Group': 'system:masters' },
      { 'Impersonate-User': 'x', 'Impersonate-Group': ['x', 'system:masters'] },
      { 'Impersonate-User': 'system:serviceaccount:kube-system:default' },
      { 'Impersonate-Group': 'system:masters' },
      { 'Impersonate-Uid': 'x' },
      { 'Impersonate-Extra-Scopes': 'x' },
    ];
    for (const who of ['agent of c1', 'tenant', 'service account', 'bootstrap account']) {
      for (const headers of variants) {
        const { status, text } = await named(who).get(`${secrets('c2')}/hidden`, headers);
        expect([400, 403]).toContain(status);
        expect(text).not.toMatch(hidden);
      }
    }
    // other servers' headers for the same
    const ignored = {
      ...{ 'X-Remote-User': 'admin', 'X-Remote-Group': 'system:masters', 'X-Forwarded-User': 'x' },
      'X-HTTP-Method-Override': 'GET',
      'X-Original-URL': '/livez',
    };
    const { status } = await agent.get(`${secrets('c2')}/hidden`, ignored);
    expect(status).toBe(403);
  });
}

const partial = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';

function collectionOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function selecting(path: string): string {
  return `${collectionOf(path)}?fieldSelector=metadata.name%3D${nameOf(path)}`;
}
