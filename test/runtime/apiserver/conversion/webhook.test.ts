import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { webhookConverter } from '../../../../src/runtime/apiserver/conversion/webhook.ts';
import { type ShirtWebhook, startShirtWebhook } from '../conversion-webhook.ts';

const shirt = (name: string) => ({
  ...{ apiVersion: 'fashion.example.com/v1', kind: 'Shirt', metadata: { name } },
  spec: { colours: 'red' },
});
const wanted = 'fashion.example.com/v2';

describe('calls of a conversion webhook', () => {
  let webhook: ShirtWebhook;
  let hook: JsonObject;
  beforeAll(async () => {
    webhook = await startShirtWebhook();
    hook = (webhook.conversion as { webhook: JsonObject }).webhook;
  });
  afterAll(() => webhook.stop());
  const withClient = (clientConfig: JsonObject) => ({ ...hook, clientConfig });

  test('take several objects at once, and give them in their order', async () => {
    const objects = await webhookConverter({ webhook: hook })([shirt('a'), shirt('b')], wanted);
    expect(objects).toEqual(
      ['a', 'b'].map((name) => ({
        ...{ ...shirt(name), apiVersion: wanted },
        spec: { colours: ['red'] },
      })),
    );
    expect(webhook.asked).toHaveLength(1);
  });

  test('speak v1beta1 where that is named first, and no version that is not known', async () => {
    const named = (...conversionReviewVersions: string[]) =>
      webhookConverter({ webhook: { ...hook, conversionReviewVersions } });
    expect(await named('v9', 'v1beta1', 'v1')([shirt('a')], wanted)).toHaveLength(1);
    expect(webhook.asked.at(-1)?.apiVersion).toBe('apiextensions.k8s.io/v1beta1');
    expect(await named('v9')([shirt('a')], wanted)).toMatchObject({
      ...{ code: 500, message: 'no supported conversion review versions' },
    });
  });

  test('end when their time is over', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const sockets: { destroy: () => void }[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const converter = webhookConverter({ webhook: withClient({ url }), millis: 50 });
    expect(await converter([shirt('a')], wanted)).toMatchObject({
      code: 500,
      message: `conversion webhook for fashion.example.com/v1, Kind=Shirt failed: Post "${url}?timeout=0.05s": context deadline exceeded`,
    });
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  test.each<[string, () => JsonObject, RegExp]>([
    [
      'authority',
      () => ({ url: (hook['clientConfig'] as JsonObject)['url'] as string }),
      /certificate/,
    ],
    [
      'bundle',
      () => ({
        ...(hook['clientConfig'] as JsonObject),
        caBundle: btoa('-----BEGIN CERTIFICATE-----'),
      }),
      /^conversion webhook for fashion.example.com\/v1, Kind=Shirt failed: Post "/,
    ],
    ['port', () => ({ url: 'https://127.0.0.1:1/' }), /ECONNREFUSED/],
    ['URL', () => ({ url: 'https://' }), /is no URL/],
    [
      'place: services are not resolved',
      () => ({ service: { name: 's', namespace: 'n', path: '/c' } }),
      /Post "https:\/\/s.n.svc:443\/c": services are not resolved by this server: name a url/,
    ],
  ])('fail for a wrong %s', async (_, client, message) => {
    const converter = webhookConverter({ webhook: withClient(client()) });
    const outcome = await converter([shirt('a')], wanted);
    expect(outcome).toMatchObject({ code: 500, message: expect.stringMatching(message) });
  });
});
