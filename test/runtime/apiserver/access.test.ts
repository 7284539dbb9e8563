import { afterAll, describe, expect, test } from 'vitest';
import { accessSuite } from './access-suite.ts';
import { Client, type OurServer, startOurs } from './harness.ts';

describe('our API server', () => {
  accessSuite(startOurs);
});

describe('our API server, to its own tokens', () => {
  const servers: OurServer[] = [];
  afterAll(async () => {
    for (const server of servers) await server.stop();
  });
  const start = async (...args: Parameters<typeof startOurs>) => {
    const server = await startOurs(...args);
    servers.push(server);
    return server;
  };
  const whoami = async (client: Client) => {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const { status, body } = await client.post(path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'SelfSubjectReview',
    });
    client.close();
    return status === 201 ? body.status.userInfo : status;
  };

  test('knows those it was given at its start', async () => {
    const tokens = [{ token: 'let-me-in', user: 'tool', groups: ['tools'] }];
    const server = await start({ tokens });
    expect(await whoami(new Client(server.bearer('let-me-in')))).toMatchObject({
      username: 'tool',
      groups: ['tools', 'system:authenticated'],
    });
    expect(await whoami(new Client(server.bearer('let-me-out')))).toBe(401);
  });

  test('knows bootstrap tokens as long as their Secrets say so', async () => {
    const server = await start();
    const admin = new Client(server.admin);
    const secrets = '/api/v1/namespaces/kube-system/secrets';
    const put = (id: string, more: Record<string, string>) =>
      admin.post(secrets, {
        apiVersion: 'v1',
        kind: 'Secret',
        type: 'bootstrap.kubernetes.io/token',
        metadata: { name: `bootstrap-token-${id}` },
        stringData: {
          'token-id': id,
          'token-secret': '0123456789abcdef',
          'usage-bootstrap-authentication': 'true',
          ...more,
        },
      });
    const user = (id: string, secret = '0123456789abcdef') =>
      whoami(new Client(server.bearer(`${id}.${secret}`)));
    await put('aaaaaa', { 'auth-extra-groups': 'system:bootstrappers:clusters' });
    expect(await user('aaaaaa')).toMatchObject({
      username: 'system:bootstrap:aaaaaa',
      groups: ['system:bootstrappers', 'system:bootstrappers:clusters', 'system:authenticated'],
    });
    expect(await user('aaaaaa', '0123456789abcdee')).toBe(401);
    await put('bbbbbb', { expiration: '2001-01-01T00:00:00Z' });
    await put('cccccc', { 'usage-bootstrap-authentication': 'false' });
    await put('dddddd', { 'auth-extra-groups': 'system:masters' });
    await put('eeeeee', { expiration: 'tomorrow' });
    for (const id of ['bbbbbb', 'cccccc', 'dddddd', 'eeeeee', 'ffffff']) {
      expect(await user(id)).toBe(401);
    }
    await admin.delete(`${secrets}/bootstrap-token-aaaaaa`);
    expect(await user('aaaaaa')).toBe(401);
    admin.close();
  });

  test('refuses a certificate that somebody else signed', async () => {
    const [one, two] = [await start(), await start()];
    const { cert = '', key = '' } = await two.user('admin', 'system:masters');
    const client = new Client({ ...one.nobody, cert, key });
    expect((await client.get('/api/v1/namespaces')).status).toBe(401);
    client.close();
  });
});
