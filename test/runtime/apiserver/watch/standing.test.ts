import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Access, Client, type OurServer, startOurs, type Watching } from '../harness.ts';

const rbac = 'rbac.authorization.k8s.io';
const roles = `/apis/${rbac}/v1/namespaces/default/roles`;
const bindings = `/apis/${rbac}/v1/namespaces/default/rolebindings`;
const maps = '/api/v1/namespaces/default/configmaps';
const accounts = '/api/v1/namespaces/default/serviceaccounts';
const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }];
const user = (name: string) => ({ kind: 'User', apiGroup: rbac, name });

describe('a watch ends with what it was let in by', () => {
  let server: OurServer;
  let admin: Client;
  const open: Client[] = [];
  let count = 0;
  beforeAll(async () => {
    server = await startOurs();
    admin = new Client(server.admin);
    await admin.post(roles, {
      ...{ apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'watcher' }, rules },
    });
  });
  afterAll(async () => {
    for (const client of [admin, ...open]) client.close();
    await server.stop();
    expect(server.bugs).toEqual([]);
  });

  const bind = async (name: string, subject: object) => {
    const head = { apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: { name } };
    const roleRef = { apiGroup: rbac, kind: 'Role', name: 'watcher' };
    const made = await admin.post(bindings, { ...head, roleRef, subjects: [subject] });
    expect(made.status).toBe(201);
  };
  const write = async () => {
    count += 1;
    const metadata = { name: `map-${count}`, labels: { secret: 'yes' } };
    const made = await admin.post(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
    expect(made.status).toBe(201);
    return `ADDED map-${count}`;
  };
  const watchAs = async (access: Access, headers = {}): Promise<Watching> => {
    const client = new Client(access);
    open.push(client);
    const { body } = await admin.get(maps);
    const { resourceVersion } = body.metadata;
    return client.watch(`${maps}?watch=true&resourceVersion=${resourceVersion}`, headers);
  };
  /** Tells what was written before something is taken away, and nothing after. */
  const endsBy = async (watching: Watching, take: () => Promise<unknown>) => {
    const bystander = await watchAs(server.admin);
    const before = await write();
    expect(await watching.brief(1)).toEqual([before]);
    await take();
    const after = await write();
    expect(await watching.next()).toBeNull();
    expect(await bystander.brief(2)).toEqual([before, after]);
    bystander.close();
  };

  test('a binding', async () => {
    await bind('ann', user('ann'));
    const watching = await watchAs(await server.user('ann'));
    await endsBy(watching, () => admin.delete(`${bindings}/ann`));
  });

  test('a subject of a binding', async () => {
    await bind('bob', user('bob'));
    const watching = await watchAs(await server.user('bob'));
    const subjects = [user('somebody-else')];
    await endsBy(watching, () => admin.patch(`${bindings}/bob`, 'merge', { subjects }));
  });

  test('a service account', async () => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'bot' } };
    await admin.post(accounts, account);
    await bind('bot', { kind: 'ServiceAccount', name: 'bot', namespace: 'default' });
    const kind = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' };
    const { body } = await admin.post(`${accounts}/bot/token`, { ...kind, spec: {} });
    const watching = await watchAs(server.bearer(body.status.token));
    await endsBy(watching, () => admin.delete(`${accounts}/bot`));
  });

  test('a bootstrap token', async () => {
    const secrets = '/api/v1/namespaces/kube-system/secrets';
    const stringData = {
      ...{ 'token-id': 'abcdef', 'token-secret': '0123456789abcdef' },
      'usage-bootstrap-authentication': 'true',
    };
    const metadata = { name: 'bootstrap-token-abcdef' };
    const type = 'bootstrap.kubernetes.io/token';
    await admin.post(secrets, { apiVersion: 'v1', kind: 'Secret', metadata, type, stringData });
    await bind('joining', { kind: 'Group', apiGroup: rbac, name: 'system:bootstrappers' });
    const watching = await watchAs(server.bearer('abcdef.0123456789abcdef'));
    const usage = { 'usage-bootstrap-authentication': Buffer.from('false').toString('base64') };
    await endsBy(watching, () =>
      admin.patch(`${secrets}/bootstrap-token-abcdef`, 'merge', { data: usage }),
    );
  });

  test('the right to be somebody else', async () => {
    await bind('cat', user('cat'));
    const apiVersion = `${rbac}/v1`;
    const name = 'dog-as-cat';
    await admin.post(`/apis/${rbac}/v1/clusterroles`, {
      ...{ apiVersion, kind: 'ClusterRole', metadata: { name } },
      rules: [
        { apiGroups: [''], resources: ['users'], verbs: ['impersonate'], resourceNames: ['cat'] },
      ],
    });
    await admin.post(`/apis/${rbac}/v1/clusterrolebindings`, {
      ...{ apiVersion, kind: 'ClusterRoleBinding', metadata: { name }, subjects: [user('dog')] },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
    });
    const watching = await watchAs(await server.user('dog'), { 'Impersonate-User': 'cat' });
    await endsBy(watching, () => admin.delete(`/apis/${rbac}/v1/clusterroles/${name}`));
  });

  test('a rule, also where nothing happens any more', async () => {
    await bind('eve', user('eve'));
    const watching = await watchAs(await server.user('eve'));
    await admin.patch(`${roles}/watcher`, 'merge', { rules: [{ ...rules[0], verbs: ['list'] }] });
    expect(await watching.next()).toBeNull();
  });
});
