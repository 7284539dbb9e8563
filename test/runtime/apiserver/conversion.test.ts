import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conversionSuite, shirtDefinition } from './conversion-suite.ts';
import { type ShirtWebhook, startShirtWebhook } from './conversion-webhook.ts';
import { definitionsPath } from './definitions.ts';
import { Client, type OurServer, startOurs } from './harness.ts';

describe('conversion webhooks of the embedded server', () => {
  conversionSuite(startOurs);
});

// kube-apiserver asks for each object by itself
describe('a list of what a webhook converts', () => {
  const at = (version: string) => `/apis/fashion.example.com/${version}/namespaces/default/shirts`;
  let server: OurServer;
  let webhook: ShirtWebhook;
  let admin: Client;
  beforeAll(async () => {
    [server, webhook] = await Promise.all([startOurs(), startShirtWebhook()]);
    admin = new Client(server.admin);
    await admin.post(definitionsPath, shirtDefinition(webhook.conversion));
    for (const name of ['a', 'b', 'c']) {
      const shirt = { apiVersion: 'fashion.example.com/v2', kind: 'Shirt', metadata: { name } };
      const made = await admin.post(at('v2'), { ...shirt, spec: { colours: [name] } });
      expect(made.status).toBe(201);
    }
  });
  afterAll(async () => {
    admin.close();
    await webhook.stop();
    await server.stop();
    expect(server.bugs).toEqual([]);
  });

  test('takes one call, and none while nothing changes', async () => {
    const asked = webhook.asked.length;
    const lists = [await admin.get(at('v1')), await admin.get(at('v1'))];
    for (const { body } of lists) {
      expect(body.items.map(({ spec }: { spec: object }) => spec)).toEqual(
        ['a', 'b', 'c'].map((colours) => ({ colours, size: 'M' })),
      );
    }
    expect(webhook.asked.slice(asked).map(({ request }) => request.objects.length)).toEqual([3]);
  });

  test('of the version that is stored takes none', async () => {
    const asked = webhook.asked.length;
    expect((await admin.get(at('v2'))).body.items).toHaveLength(3);
    expect(webhook.asked.length).toBe(asked);
  });

  test('is refused whole where one cannot be converted', async () => {
    const shirt = { apiVersion: 'fashion.example.com/v2', kind: 'Shirt', metadata: { name: 'd' } };
    await admin.post(at('v2'), { ...shirt, spec: { colours: ['d'] } });
    webhook.trick = () => ({ code: 500, body: '' });
    const { status, body } = await admin.get(at('v1'));
    expect([status, body.message]).toEqual([
      ...[500, expect.stringContaining('conversion webhook for fashion.example.com/v2')],
    ]);
    webhook.trick = null;
    expect((await admin.get(at('v1'))).body.items).toHaveLength(4);
  });
});
