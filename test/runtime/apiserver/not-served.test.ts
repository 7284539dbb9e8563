import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, type OurServer, startOurs } from './harness.ts';

/** What docs/embedded-hub.md says of what is not there. */
describe('what the embedded hub does not serve', () => {
  let server: OurServer;
  let admin: Client;
  beforeAll(async () => {
    server = await startOurs();
    admin = new Client(server.admin);
  });
  afterAll(async () => {
    admin.close();
    await server.stop();
  });

  test.each([
    '/apis/autoscaling/v1',
    '/api/v1/componentstatuses/etcd-0',
    '/.well-known/openid-configuration',
    '/openid/v1/jwks',
    '/api/v1/namespaces/default/pods/web/log',
    '/api/v1/namespaces/default/services/web/proxy',
  ])('is not found: %s', async (path) => {
    expect((await admin.get(path)).status).toBe(404);
  });

  test('what runs Pods is stored as it is written', async () => {
    const labels = { app: 'web' };
    const spec = {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
    };
    const { status, body } = await admin.post('/apis/apps/v1/namespaces/default/deployments', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec,
    });
    expect(status).toBe(201);
    expect(body.spec).toEqual(spec);
  });

  test('webhooks are stored and call nobody', async () => {
    const webhook = {
      name: 'no.example.com',
      clientConfig: { url: 'https://127.0.0.1:1/' },
      rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      failurePolicy: 'Fail',
    };
    const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
    const made = await admin.post(path, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'no' },
      webhooks: [webhook],
    });
    expect(made.status).toBe(201);
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'passes' } };
    expect((await admin.post('/api/v1/namespaces/default/configmaps', map)).status).toBe(201);
  });

  test('a field that its definition no longer has is shown until the object is written', async () => {
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const plugs = '/apis/parts.example.com/v1/namespaces/default/plugs';
    const versions = (properties: object) => {
      const openAPIV3Schema = { type: 'object', properties };
      return [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }];
    };
    const size = { type: 'integer' };
    await admin.post(definitions, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'plugs.parts.example.com' },
      spec: {
        ...{ group: 'parts.example.com', scope: 'Namespaced' },
        names: { plural: 'plugs', singular: 'plug', kind: 'Plug' },
        versions: versions({ size, odd: size }),
      },
    });
    await expect.poll(async () => (await admin.get(plugs)).status).toBe(200);
    const plug = { apiVersion: 'parts.example.com/v1', kind: 'Plug', metadata: { name: 'old' } };
    expect((await admin.post(plugs, { ...plug, size: 1, odd: 2 })).status).toBe(201);
    const change = { spec: { versions: versions({ size }) } };
    await admin.patch(`${definitions}/plugs.parts.example.com`, 'merge', change);
    const { body } = await admin.get(`${plugs}/old`);
    expect(body).toMatchObject({ size: 1, odd: 2 });
    const written = await admin.put(`${plugs}/old`, body);
    expect(written.body).not.toHaveProperty('odd');
    expect((await admin.get(`${plugs}/old`)).body).not.toHaveProperty('odd');
  });

  test('services of conversion webhooks are not resolved, and that is said', async () => {
    const version = (name: string, storage: boolean) => ({
      ...{ name, storage, served: true },
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    });
    const made = await admin.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
      metadata: { name: 'things.example.com' },
      spec: {
        ...{ group: 'example.com', scope: 'Cluster', names: { plural: 'things', kind: 'Thing' } },
        versions: [version('v1', true), version('v2', false)],
        conversion: {
          strategy: 'Webhook',
          webhook: {
            conversionReviewVersions: ['v1'],
            clientConfig: { service: { name: 'hook', namespace: 'default' } },
          },
        },
      },
    });
    const why = expect.stringContaining('services are not resolved by this server');
    expect([made.status, made.headers['warning']]).toEqual([201, why]);
    const thing = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'x' }, a: 1 };
    expect((await admin.post('/apis/example.com/v1/things', thing)).status).toBe(201);
    expect((await admin.get('/apis/example.com/v1/things/x')).body).toMatchObject({ a: 1 });
    const { status, body } = await admin.get('/apis/example.com/v2/things/x');
    expect([status, body.message]).toEqual([500, why]);
  });

  test('all Namespaces at once are not deleted', async () => {
    expect((await admin.delete('/api/v1/namespaces')).status).toBe(405);
  });
});
