import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { definitionsPath } from './definitions.ts';
import { Client } from './harness.ts';
import { type ServerUnderTest, until } from './suite.ts';

const gauges = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gauges.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'gauges', singular: 'gauge', kind: 'Gauge', listKind: 'GaugeList' },
    versions: ['v1', 'v2'].map((name) => ({
      name,
      served: true,
      storage: name === 'v2',
      subresources: { status: {} },
      schema: {
        openAPIV3Schema: {
          type: 'object',
          'x-kubernetes-validations': [{ rule: "self.metadata.name != 'forbidden'" }],
          properties: {
            spec: {
              type: 'object',
              properties: {
                code: { type: 'string', pattern: '^[a-c]+$' },
                kept: {
                  type: 'integer',
                  'x-kubernetes-validations': [
                    { rule: 'self >= oldSelf', message: 'may not shrink' },
                  ],
                },
                first: {
                  type: 'integer',
                  'x-kubernetes-validations': [
                    {
                      rule: 'oldSelf.hasValue() ? self == oldSelf.value() : self < 10',
                      message: 'below 10 at first, and then fixed',
                      optionalOldSelf: true,
                    },
                  ],
                },
                ratio: {
                  type: 'number',
                  'x-kubernetes-validations': [{ rule: 'self / 2.0 < 5.0' }],
                },
                'odd-name': { type: 'string' },
                namespace: { type: 'string' },
                names: {
                  type: 'object',
                  properties: { 'odd-name': { type: 'string' }, namespace: { type: 'string' } },
                  'x-kubernetes-validations': [
                    { rule: "!has(self.odd__dash__name) || self.odd__dash__name != 'no'" },
                    { rule: "!has(self.__namespace__) || self.__namespace__ != 'no'" },
                  ],
                },
                since: {
                  type: 'string',
                  format: 'date-time',
                  'x-kubernetes-validations': [
                    { rule: "self > timestamp('2020-01-01T00:00:00Z')", message: 'too early' },
                  ],
                },
                port: {
                  'x-kubernetes-int-or-string': true,
                  'x-kubernetes-validations': [{ rule: 'type(self) == int ? self > 0 : true' }],
                },
                ...(name === 'v2' && { only2: { type: 'string' } }),
              },
            },
            status: { type: 'object', properties: { phase: { type: 'string' } } },
          },
        },
      },
    })),
  },
};

/** Custom kinds in several versions and with rules; it runs on ours and on kube-apiserver. */
export function definitionsSuite(start: () => Promise<ServerUnderTest>): void {
  let server: ServerUnderTest;
  let admin: Client;
  const at = (version: string) => `/apis/example.com/${version}/namespaces/default/gauges`;
  const gauge = (name: string, spec: object, version = 'v1') => ({
    ...{ apiVersion: `example.com/${version}`, kind: 'Gauge', metadata: { name }, spec },
  });
  beforeAll(async () => {
    server = await start();
    admin = new Client(server.admin);
    expect((await admin.post(definitionsPath, gauges)).status).toBe(201);
    for (const version of ['v1', 'v2']) {
      await until(async () => (await admin.get(at(version))).status === 200);
    }
  });
  afterAll(async () => {
    admin?.close();
    await server?.stop();
  });

  describe('rules and patterns', () => {
    test.each<[string, object, string | null]>([
      ['a pattern', { code: 'abc' }, null],
      ['a pattern', { code: 'abd' }, "spec.code in body should match '^[a-c]+$'"],
      ['a number', { ratio: 3 }, null],
      ['a number', { ratio: 10 }, 'self / 2.0 < 5.0'],
      ['a field whose name CEL cannot write', { names: { 'odd-name': 'no' } }, 'odd__dash__name'],
      ['a field whose name CEL reserves', { names: { namespace: 'no' } }, '__namespace__'],
      ['fields of such names', { names: { namespace: 'x', 'odd-name': 'x' } }, null],
      ['a time', { since: '2021-01-01T00:00:00Z' }, null],
      ['a time', { since: '2019-01-01T00:00:00Z' }, 'too early'],
      ['an integer or a text', { port: 'http' }, null],
      ['an integer or a text', { port: 0 }, 'type(self) == int'],
      ['what may be there before', { first: 3 }, null],
      ['what may be there before', { first: 30 }, 'below 10 at first'],
    ])('of %s: %j', async (_, spec, message) => {
      const { status, body } = await admin.post(`${at('v1')}?dryRun=All`, gauge('judged', spec));
      expect(status).toBe(message === null ? 201 : 422);
      if (message !== null) expect(body.message).toContain(message);
    });

    test('of the object itself', async () => {
      const { status, body } = await admin.post(at('v1'), gauge('forbidden', {}));
      expect([status, body.message]).toEqual([422, expect.stringContaining("!= 'forbidden'")]);
    });

    test('of changes', async () => {
      await admin.post(at('v1'), gauge('changing', { kept: 5, first: 3 }));
      const patch = async (spec: object) => {
        const { status, body } = await admin.patch(`${at('v1')}/changing`, 'merge', { spec });
        return [status, body.message];
      };
      expect(await patch({ kept: 4 })).toEqual([422, expect.stringContaining('may not shrink')]);
      expect((await patch({ kept: 6 }))[0]).toBe(200);
      expect(await patch({ first: 4 })).toEqual([422, expect.stringContaining('then fixed')]);
      expect((await patch({ first: 3 }))[0]).toBe(200);
    });
  });

  describe('several versions of a kind', () => {
    test('show the same objects', async () => {
      const made = await admin.post(at('v1'), gauge('shared', { code: 'a' }));
      expect([made.status, made.body.apiVersion]).toEqual([201, 'example.com/v1']);
      const other = await admin.get(`${at('v2')}/shared`);
      expect(other.body).toMatchObject({ apiVersion: 'example.com/v2', spec: { code: 'a' } });
      expect(other.body.metadata.uid).toBe(made.body.metadata.uid);
      const { body: list } = await admin.get(at('v2'));
      expect(list.apiVersion).toBe('example.com/v2');
      expect(new Set(list.items.map((each: { apiVersion: string }) => each.apiVersion))).toEqual(
        new Set(['example.com/v2']),
      );
    });

    test('are written and applied in each, and watched in each', async () => {
      const watching = await admin.watch(
        `${at('v1')}?watch=true&fieldSelector=metadata.name%3Dboth`,
      );
      await admin.post(at('v2'), gauge('both', { code: 'b', only2: 'x' }, 'v2'));
      const patched = await admin.patch(`${at('v1')}/both`, 'merge', { spec: { code: 'c' } });
      expect(patched.body).toMatchObject({ apiVersion: 'example.com/v1', spec: { code: 'c' } });
      const events = [await watching.next(), await watching.next()];
      watching.close();
      expect(events.map((event) => event?.object.apiVersion)).toEqual([
        'example.com/v1',
        'example.com/v1',
      ]);
      const applied = await admin.patch(
        `${at('v2')}/both?fieldManager=m&force=true`,
        'apply',
        gauge('both', { code: 'a' }, 'v2'),
      );
      expect(applied.body).toMatchObject({ apiVersion: 'example.com/v2', spec: { code: 'a' } });
    });

    test('do not take objects of each other', async () => {
      const wrong = await admin.post(at('v1'), gauge('wrong', {}, 'v2'));
      expect([wrong.status, wrong.body.reason]).toEqual([400, 'BadRequest']);
    });

    test('are listed in discovery, the preferred one first', async () => {
      const { body } = await admin.get('/apis/example.com');
      expect(body.preferredVersion.version).toBe('v2');
      expect(body.versions.map((each: { version: string }) => each.version)).toEqual(['v2', 'v1']);
    });

    test('are served no longer once the definition says so', async () => {
      const { body } = await admin.get(`${definitionsPath}/gauges.example.com`);
      const versions = body.spec.versions.map((each: { name: string }) =>
        each.name === 'v1' ? { ...each, served: false } : each,
      );
      const put = await admin.put(`${definitionsPath}/gauges.example.com`, {
        ...body,
        spec: { ...body.spec, versions },
      });
      expect(put.status).toBe(200);
      await until(async () => (await admin.get(at('v1'))).status === 404);
      expect((await admin.get(`${at('v2')}/shared`)).status).toBe(200);
    });
  });
}
