import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Access, Client, type Reply } from './harness.ts';
import { until } from './suite.ts';

/** A server, its administrator, and how people with certificates get in. */
export interface AccessServer {
  readonly admin: Access;
  readonly user: (name: string, ...groups: string[]) => Promise<Access>;
  readonly stop: () => Promise<void>;
}

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const space = 'access';
const group = 'rbac.authorization.k8s.io';

const role = (name: string, rules: object[], more: object = {}) => ({
  apiVersion: `${group}/v1`,
  kind: 'ClusterRole',
  metadata: { name },
  rules,
  ...more,
});
const binding = (name: string, to: string, subject: object) => ({
  apiVersion: `${group}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: group, kind: 'ClusterRole', name: to },
  subjects: [subject],
});
const userSubject = (name: string) => ({ kind: 'User', apiGroup: group, name });
const on = (resources: string[], verbs: string[], more: object = {}) => ({
  apiGroups: [''],
  resources,
  verbs,
  ...more,
});

/** Who is who, and who may what, as in any API server of Kubernetes; it runs on ours and on kube-apiserver. */
export function accessSuite(start: () => Promise<AccessServer>): void {
  let server: AccessServer;
  let admin: Client;
  const open: Client[] = [];
  const as = (access: Access): Client => {
    const client = new Client(access);
    open.push(client);
    return client;
  };
  const bearer = (token: string): Client => {
    const { url, ca } = server.admin;
    return as({ url, ca, token });
  };
  beforeAll(async () => {
    server = await start();
    admin = as(server.admin);
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: space } };
    expect((await admin.post('/api/v1/namespaces', namespace)).status).toBe(201);
  });
  afterAll(async () => {
    for (const client of open) client.close();
    await server?.stop();
  });

  /** Grants, and waits until the grant counts: kube-apiserver needs a moment. */
  const grant = async (user: string, rules: object[]): Promise<void> => {
    const name = `grant-${user}`;
    const mark = { apiGroups: ['marker'], resources: [name], verbs: ['get'] };
    await admin.post(`${rbac}/clusterroles`, role(name, [...rules, mark]));
    const bound = binding(name, name, userSubject(user));
    expect((await admin.post(`${rbac}/clusterrolebindings`, bound)).status).toBe(201);
    await until(async () => {
      const resourceAttributes = { verb: 'get', group: 'marker', resource: name };
      const review = await admin.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user, resourceAttributes },
      });
      return review.body.status.allowed;
    });
  };
  const userWith = async (user: string, rules: object[]): Promise<Client> => {
    await grant(user, rules);
    return as(await server.user(user));
  };
  const refusal = ({ status, body }: Reply) => [status, body.reason, body.message];

  describe('who asks', () => {
    const whoami = async (client: Client) => {
      const { body } = await client.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'SelfSubjectReview',
      });
      return body.status.userInfo;
    };

    test('is told by a certificate: name and groups', async () => {
      const client = as(await server.user('ann', 'team-a', 'team-b'));
      expect(await whoami(client)).toMatchObject({
        username: 'ann',
        groups: ['team-a', 'team-b', 'system:authenticated'],
      });
    });

    test('is nobody without credentials, and 401 with wrong ones', async () => {
      const { url, ca } = server.admin;
      const nobody = as({ url, ca });
      expect(refusal(await nobody.get('/api/v1/pods'))).toEqual([
        403,
        'Forbidden',
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
      ]);
      expect((await nobody.get('/livez')).status).toBe(200);
      expect((await nobody.get('/version')).status).toBe(200);
      expect((await nobody.get('/api')).status).toBe(403);
      for (const token of ['x', 'a.b.c', 'abcdef.0123456789abcdef']) {
        expect(refusal(await bearer(token).get('/version'))).toEqual([
          401,
          'Unauthorized',
          'Unauthorized',
        ]);
      }
    });

    test('is a service account with a token made for it', async () => {
      const accounts = `/api/v1/namespaces/${space}/serviceaccounts`;
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'bot' } };
      const { body: made } = await admin.post(accounts, account);
      const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
      const issued = await admin.post(`${accounts}/bot/token`, request);
      expect(issued.status).toBe(201);
      expect(issued.body.spec.expirationSeconds).toBe(3600);
      const { token } = issued.body.status;
      const client = bearer(token);
      expect(await whoami(client)).toMatchObject({
        username: `system:serviceaccount:${space}:bot`,
        uid: made.metadata.uid,
        groups: [
          'system:serviceaccounts',
          `system:serviceaccounts:${space}`,
          'system:authenticated',
        ],
      });
      const review = await admin.post('/apis/authentication.k8s.io/v1/tokenreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        spec: { token },
      });
      expect(review.body.status).toMatchObject({
        authenticated: true,
        user: { username: `system:serviceaccount:${space}:bot` },
      });
      const [header, payload] = token.split('.');
      const forged = `${header}.${payload}.${Buffer.from('x'.repeat(64)).toString('base64url')}`;
      expect((await bearer(forged).get('/version')).status).toBe(401);
      const elsewhere = await admin.post(`${accounts}/bot/token`, {
        ...request,
        spec: { audiences: ['somebody-else'] },
      });
      expect((await bearer(elsewhere.body.status.token).get('/version')).status).toBe(401);
      const short = { ...request, spec: { expirationSeconds: 5 } };
      expect((await admin.post(`${accounts}/bot/token`, short)).status).toBe(422);
      expect((await admin.post(`${accounts}/nobody/token`, request)).status).toBe(404);
      await admin.delete(`${accounts}/bot`);
      await until(async () => (await client.get('/version')).status === 401);
    });
  });

  describe('impersonation', () => {
    test('is a right of its own, for users, groups, accounts and extras', async () => {
      const client = await userWith('lead', [
        on(['users'], ['impersonate'], { resourceNames: ['joe'] }),
        on(['groups'], ['impersonate'], { resourceNames: ['devs'] }),
        on(['serviceaccounts'], ['impersonate'], { resourceNames: ['bot'] }),
      ]);
      const act = (headers: Record<string, string | string[]>) =>
        client.send('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
          body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
          headers,
        });
      const joe = await act({ 'Impersonate-User': 'joe', 'Impersonate-Group': 'devs' });
      expect(joe.body.status.userInfo).toMatchObject({
        username: 'joe',
        groups: ['devs', 'system:authenticated'],
      });
      expect(refusal(await act({ 'Impersonate-User': 'admin' }))).toEqual([
        403,
        'Forbidden',
        'users "admin" is forbidden: User "lead" cannot impersonate resource "users" in API group "" at the cluster scope',
      ]);
      const masters = {
        'Impersonate-User': 'joe',
        'Impersonate-Group': ['devs', 'system:masters'],
      };
      expect((await act(masters)).status).toBe(403);
      const extra = { 'Impersonate-User': 'joe', 'Impersonate-Extra-Scopes': 'all' };
      expect((await act(extra)).status).toBe(403);
      expect((await act({ 'Impersonate-Group': 'devs' })).status).toBe(400);
      const bot = await act({ 'Impersonate-User': `system:serviceaccount:${space}:bot` });
      expect(bot.body.status.userInfo.groups).toEqual([
        'system:serviceaccounts',
        `system:serviceaccounts:${space}`,
        'system:authenticated',
      ]);
    });
  });

  describe('rights', () => {
    test('are those of the roles that are bound, verb by verb', async () => {
      const client = await userWith('reader', [on(['configmaps'], ['get', 'list'])]);
      const maps = `/api/v1/namespaces/${space}/configmaps`;
      expect((await client.get(maps)).status).toBe(200);
      expect((await client.get(`${maps}/x`)).status).toBe(404);
      expect((await client.get(`${maps}?watch=true&timeoutSeconds=1`)).status).toBe(403);
      expect(refusal(await client.post(maps, {}))).toEqual([
        403,
        'Forbidden',
        `configmaps is forbidden: User "reader" cannot create resource "configmaps" in API group "" in the namespace "${space}"`,
      ]);
      expect(refusal(await client.delete(`${maps}/x`))[2]).toBe(
        `configmaps "x" is forbidden: User "reader" cannot delete resource "configmaps" in API group "" in the namespace "${space}"`,
      );
      expect((await client.delete(maps)).body.message).toContain('cannot deletecollection');
      expect((await client.get('/metrics')).body.message).toBe(
        'forbidden: User "reader" cannot get path "/metrics"',
      );
      // what is not served is no secret to those who may not know
      expect((await client.get('/api/v1/nothing')).status).toBe(403);
    });

    test('can be to one object, which is enough to list and watch that one', async () => {
      const client = await userWith('one', [
        on(['configmaps'], ['get', 'list'], { resourceNames: ['mine'] }),
      ]);
      const maps = `/api/v1/namespaces/${space}/configmaps`;
      expect((await client.get(`${maps}/mine`)).status).toBe(404);
      expect((await client.get(`${maps}/other`)).status).toBe(403);
      expect((await client.get(maps)).status).toBe(403);
      expect((await client.get(`${maps}?fieldSelector=metadata.name%3Dmine`)).status).toBe(200);
      expect((await client.get(`${maps}?fieldSelector=metadata.name%3Dother`)).status).toBe(403);
      const not = `${maps}?fieldSelector=metadata.name!%3Dother`;
      expect((await client.get(not)).status).toBe(403);
    });

    test('to a part are not rights to the whole, nor the other way round', async () => {
      const part = await userWith('part', [on(['namespaces/status'], ['get'])]);
      expect((await part.get('/api/v1/namespaces/default/status')).status).toBe(200);
      expect((await part.get('/api/v1/namespaces/default')).status).toBe(403);
      const whole = await userWith('whole', [on(['namespaces'], ['get'])]);
      expect((await whole.get('/api/v1/namespaces/default')).status).toBe(200);
      expect((await whole.get('/api/v1/namespaces/default/status')).status).toBe(403);
    });

    test('in a namespace end there', async () => {
      const local = as(await server.user('local'));
      await admin.post(`${rbac}/namespaces/${space}/rolebindings`, {
        // a bare kube-apiserver has nobody who gathers the rules of `view` itself
        ...binding('local', 'system:aggregate-to-view', userSubject('local')),
        kind: 'RoleBinding',
      });
      const maps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;
      await until(async () => (await local.get(maps(space))).status === 200);
      expect((await local.get(maps('default'))).status).toBe(403);
      expect((await local.get('/api/v1/configmaps')).status).toBe(403);
      expect((await local.get(`/api/v1/namespaces/${space}/secrets`)).status).toBe(403);
      expect((await local.get(`/api/v1/namespaces/${space}`)).status).toBe(200);
    });

    describe('to everything in a namespace', () => {
      const everything = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
      const objects = { apiVersion: 'v1', kind: 'Namespace' };
      let client: Client;
      beforeAll(async () => {
        for (const name of ['inside', 'outside']) {
          await admin.post('/api/v1/namespaces', { ...objects, metadata: { name } });
        }
        await admin.post(`${rbac}/namespaces/inside/roles`, {
          ...role('everything', [everything]),
          kind: 'Role',
        });
        const made = await admin.post(`${rbac}/namespaces/inside/rolebindings`, {
          ...binding('everything', 'everything', userSubject('eve')),
          kind: 'RoleBinding',
          roleRef: { apiGroup: group, kind: 'Role', name: 'everything' },
        });
        expect(made.status).toBe(201);
        client = as(await server.user('eve'));
        await until(async () => (await client.get('/api/v1/namespaces/inside')).status === 200);
      });

      // what lies in no namespace is not reached through one, and what lies in one not without it
      test.each([
        ['GET', '/api/v1/namespaces/inside', 200],
        ['GET', '/api/v1/namespaces/inside/status', 200],
        ['GET', '/api/v1/namespaces/outside', 403],
        ['GET', '/api/v1/namespaces/outside/status', 403],
        ['GET', '/api/v1/namespaces/inside/namespaces', 404],
        ['GET', '/api/v1/namespaces/inside/namespaces?watch=true&timeoutSeconds=1', 404],
        ['GET', '/api/v1/namespaces/inside/namespaces/inside', 404],
        ['GET', '/api/v1/namespaces/inside/namespaces/outside', 404],
        ['GET', '/api/v1/namespaces/inside/namespaces/outside/status', 404],
        ['POST', '/api/v1/namespaces/inside/namespaces', 404],
        ['PUT', '/api/v1/namespaces/inside/namespaces/outside', 404],
        ['PUT', '/api/v1/namespaces/inside/namespaces/outside/finalize', 404],
        ['PATCH', '/api/v1/namespaces/inside/namespaces/outside', 404],
        ['DELETE', '/api/v1/namespaces/inside/namespaces/outside', 404],
        ['GET', '/api/v1/namespaces/inside/nodes', 404],
        ['GET', `${rbac}/namespaces/inside/clusterroles`, 404],
        ['GET', `${rbac}/namespaces/inside/clusterroles/cluster-admin`, 404],
        ['POST', `${rbac}/namespaces/inside/clusterrolebindings`, 404],
        ['DELETE', `${rbac}/namespaces/inside/clusterroles/cluster-admin`, 404],
        [
          'GET',
          '/apis/apiextensions.k8s.io/v1/namespaces/inside/customresourcedefinitions/a.b.c',
          404,
        ],
        ['GET', '/apis/certificates.k8s.io/v1/namespaces/inside/certificatesigningrequests', 404],
        ['POST', '/apis/authorization.k8s.io/v1/namespaces/inside/subjectaccessreviews', 404],
        ['GET', '/api/v1/configmaps/kube-root-ca.crt', 403],
        ['DELETE', `${rbac}/roles/everything`, 403],
      ])('%s %s answers %i', async (method, path, status) => {
        const name = method === 'POST' ? 'nested' : 'outside';
        const body = method === 'GET' ? {} : { body: { ...objects, metadata: { name } } };
        const type = method === 'PATCH' ? { type: 'application/merge-patch+json' } : {};
        expect((await client.send(method, path, { ...body, ...type })).status).toBe(status);
      });

      test.each([
        ['GET', '/api/v1/configmaps/any'],
        ['DELETE', `${rbac}/roles/everything`],
        ['GET', '/api/v1/namespaces/inside/namespaces/outside'],
      ])('%s %s is there for nobody', async (method, path) => {
        expect((await admin.send(method, path)).status).toBe(404);
      });

      test('leaves other namespaces as they were', async () => {
        const { body } = await admin.get('/api/v1/namespaces/outside');
        expect(body.metadata.deletionTimestamp).toBeUndefined();
        expect((await admin.get('/api/v1/namespaces/nested')).status).toBe(404);
      });
    });

    test('to change are not rights to create, by apply or PUT', async () => {
      const leases = `/apis/coordination.k8s.io/v1/namespaces/${space}/leases`;
      const maps = `/api/v1/namespaces/${space}/configmaps`;
      const change = ['get', 'patch', 'update'];
      const changes = [
        on(['configmaps'], change),
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: change },
      ];
      const changer = await userWith('changer', changes);
      const creates = on(['configmaps'], ['create'], { resourceNames: ['made'] });
      const maker = await userWith('maker', [...changes, creates]);
      const apply = (client: Client, name: string) =>
        client.patch(`${maps}/${name}?fieldManager=test`, 'apply', {
          ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
          data: { by: 'apply' },
        });
      const lease = {
        ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
        ...{ metadata: { name: 'made', namespace: space }, spec: { holderIdentity: 'test' } },
      };
      const put = (client: Client, object: object) => client.put(`${leases}/made`, object);
      const refused = (what: string) => [403, 'Forbidden', expect.stringContaining(what)];
      expect(refusal(await apply(changer, 'made'))).toEqual(
        refused('configmaps "made" is forbidden: '),
      );
      expect(refusal(await put(changer, lease))).toEqual(
        refused('leases.coordination.k8s.io "made" is forbidden: '),
      );
      expect((await admin.get(`${maps}/made`)).status).toBe(404);
      expect((await admin.get(`${leases}/made`)).status).toBe(404);
      expect((await apply(maker, 'made')).status).toBe(201);
      expect((await apply(maker, 'other')).status).toBe(403);
      const { status, body } = await put(admin, lease);
      expect(status).toBe(201);
      // what is there already is theirs to change
      expect((await apply(changer, 'made')).status).toBe(200);
      expect((await put(changer, body)).status).toBe(200);
    });

    test('can be asked for: mine, somebody’s, all of mine', async () => {
      const client = await userWith('curious', [on(['pods'], ['get'])]);
      const ask = async (who: Client, kind: string, spec: object) => {
        const path = `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`;
        return who.post(path, { apiVersion: 'authorization.k8s.io/v1', kind, spec });
      };
      const pods = (verb: string) => ({
        resourceAttributes: { verb, resource: 'pods', namespace: space },
      });
      const self = await ask(client, 'SelfSubjectAccessReview', pods('get'));
      expect(self.status).toBe(201);
      expect(self.body.status).toEqual({
        allowed: true,
        reason:
          'RBAC: allowed by ClusterRoleBinding "grant-curious" of ClusterRole "grant-curious" to User "curious"',
      });
      const no = await ask(client, 'SelfSubjectAccessReview', pods('delete'));
      expect(no.body.status.allowed).toBe(false);
      expect((await ask(client, 'SubjectAccessReview', { user: 'x', ...pods('get') })).status).toBe(
        403,
      );
      const path = { nonResourceAttributes: { verb: 'get', path: '/livez' } };
      const other = await ask(admin, 'SubjectAccessReview', { user: 'curious', ...path });
      expect(other.body.status.allowed).toBe(false);
      const rules = await ask(client, 'SelfSubjectRulesReview', { namespace: space });
      expect(rules.body.status.resourceRules).toContainEqual({
        verbs: ['get'],
        apiGroups: [''],
        resources: ['pods'],
      });
      expect((await ask(admin, 'SelfSubjectAccessReview', {})).status).toBe(422);
    });

    test('gather in roles that aggregate', async () => {
      const label = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };
      const rules = [{ apiGroups: ['example.com'], resources: ['widgets'], verbs: ['get'] }];
      await admin.post(`${rbac}/clusterroles`, {
        ...role('widget-viewer', rules),
        metadata: { name: 'widget-viewer', labels: label },
      });
      const { body } = await admin.get(`${rbac}/clusterroles/view`);
      expect(body.aggregationRule.clusterRoleSelectors).toEqual([{ matchLabels: label }]);
    });
  });

  describe('nobody hands out rights that they do not have', () => {
    let manager: Client;
    beforeAll(async () => {
      const all = ['get', 'list', 'create', 'update', 'patch', 'delete'];
      const kinds = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'];
      manager = await userWith('manager', [
        { apiGroups: [group], resources: kinds, verbs: all },
        on(['pods'], ['get', 'list']),
        {
          apiGroups: [group],
          resources: ['clusterroles'],
          verbs: ['bind'],
          resourceNames: ['view'],
        },
      ]);
    });

    test('in a role', async () => {
      const within = await manager.post(
        `${rbac}/clusterroles`,
        role('within', [on(['pods'], ['get'])]),
      );
      expect(within.status).toBe(201);
      const beyond = await manager.post(
        `${rbac}/clusterroles`,
        role('beyond', [on(['pods', 'secrets'], ['get'])]),
      );
      expect(refusal(beyond)).toEqual([
        403,
        'Forbidden',
        'clusterroles.rbac.authorization.k8s.io "beyond" is forbidden: user "manager" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
      ]);
      const patched = await manager.patch(`${rbac}/clusterroles/within`, 'merge', {
        rules: [on(['*'], ['*'])],
      });
      expect(patched.status).toBe(403);
      const labelled = await manager.patch(`${rbac}/clusterroles/view`, 'merge', {
        metadata: { annotations: { a: 'b' } },
      });
      expect(labelled.status).toBe(403);
      const gathers = role('gathers', [], {
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
      });
      expect((await manager.post(`${rbac}/clusterroles`, gathers)).body.message).toContain(
        'must have cluster-admin privileges to use the aggregationRule',
      );
    });

    test('by a binding, unless they may bind that role', async () => {
      const bind = (name: string, to: string) =>
        manager.post(`${rbac}/clusterrolebindings`, binding(name, to, userSubject('x')));
      expect((await bind('to-admin', 'cluster-admin')).status).toBe(403);
      expect((await bind('to-view', 'view')).status).toBe(201);
      expect((await bind('to-nothing', 'no-such-role')).status).toBe(404);
      expect((await bind('to-within', 'within')).status).toBe(201);
    });

    test('and a binding keeps to its role', async () => {
      const { body } = await admin.get(`${rbac}/clusterrolebindings/to-view`);
      const moved = { ...body, roleRef: { ...body.roleRef, name: 'edit' } };
      const answer = await admin.put(`${rbac}/clusterrolebindings/to-view`, moved);
      expect([answer.status, answer.body.message]).toEqual([
        422,
        expect.stringContaining('cannot change roleRef'),
      ]);
    });

    test.each([
      [[{ resources: ['pods'], verbs: ['get'] }], 'apiGroups'],
      [[{ apiGroups: [''], verbs: ['get'] }], 'resources'],
      [[{ apiGroups: [''], resources: ['pods'] }], 'verbs'],
      [[{ apiGroups: [''], resources: ['x'], nonResourceURLs: ['/x'], verbs: ['get'] }], 'nonRes'],
    ])('rules say what they mean: %j', async (rules, field) => {
      const { status, body } = await admin.post(`${rbac}/clusterroles`, role('odd', rules));
      expect([status, body.message]).toEqual([422, expect.stringContaining(`rules[0].${field}`)]);
    });
  });

  describe('certificate requests', () => {
    const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
    const request = (name: string, pem: string, more: object = {}) => ({
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name },
      spec: {
        request: Buffer.from(pem).toString('base64'),
        signerName: 'kubernetes.io/kube-apiserver-client',
        usages: ['client auth'],
        username: 'somebody-else',
        ...more,
      },
    });
    const approved = {
      type: 'Approved',
      status: 'True',
      reason: 'Test',
      message: 'because',
    };
    const pemFor = async (commonName: string, ...organizations: string[]): Promise<string> => {
      const { createClientCsr } = await import('../../../src/runtime/certificates/authority.ts');
      return (await createClientCsr({ commonName, organizations })).csrPem;
    };

    test('say who asked, whatever the request says', async () => {
      const client = await userWith('asker', [
        {
          apiGroups: ['certificates.k8s.io'],
          resources: ['certificatesigningrequests'],
          verbs: ['create', 'get', 'patch', 'update'],
        },
        {
          apiGroups: ['certificates.k8s.io'],
          resources: ['certificatesigningrequests/approval'],
          verbs: ['update'],
        },
      ]);
      const made = await client.post(requests, request('asked', await pemFor('asker')));
      expect(made.status).toBe(201);
      expect(made.body.spec).toMatchObject({
        username: 'asker',
        groups: ['system:authenticated'],
      });
      const taken = { ...made.body, spec: { ...made.body.spec, username: 'admin' } };
      expect((await client.put(`${requests}/asked`, taken)).body.spec.username).toBe('asker');
      const sneaky = { ...made.body, status: { conditions: [approved] } };
      expect((await client.put(`${requests}/asked`, sneaky)).body.status.conditions ?? []).toEqual(
        [],
      );
      // the right to the subresource is not enough: approving is a right to the signer
      expect(refusal(await client.put(`${requests}/asked/approval`, sneaky))).toEqual([
        403,
        'Forbidden',
        'certificatesigningrequests.certificates.k8s.io "asked" is forbidden: user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"',
      ]);
    });

    test('are approved at their own subresource, once and for all', async () => {
      const { body } = await admin.get(`${requests}/asked`);
      const put = (at: string, conditions: object[]) =>
        admin.put(`${requests}/asked/${at}`, {
          ...body,
          metadata: { name: 'asked' },
          status: { conditions },
        });
      const yes = await put('approval', [approved]);
      expect(yes.status).toBe(200);
      expect(yes.body.status.conditions[0].lastUpdateTime).toMatch(/^\d{4}-/);
      const both = await put('approval', [approved, { ...approved, type: 'Denied' }]);
      expect(both.status).toBe(422);
      expect((await put('approval', [])).status).toBe(422);
      expect((await put('status', [])).status).toBe(422);
    });

    test('never become members of system:masters', async () => {
      const made = await admin.post(requests, request('sly', await pemFor('x', 'system:masters')));
      expect(refusal(made)).toEqual([
        403,
        'Forbidden',
        'certificatesigningrequests.certificates.k8s.io "sly" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
      ]);
    });

    test.each([
      ['no request', { request: Buffer.from('x').toString('base64') }],
      ['no usages', { usages: [] }],
      ['an unknown usage', { usages: ['cooking'] }],
      ['no signer', { signerName: '' }],
      ['a signer without a domain', { signerName: 'x/y' }],
      ['too short a life', { expirationSeconds: 5 }],
    ])('with %s are refused', async (_what, more) => {
      const signerName = 'example.com/x';
      const of = request('odd', await pemFor('x'), { signerName, ...more });
      expect((await admin.post(requests, of)).status).toBe(422);
    });
  });
}
