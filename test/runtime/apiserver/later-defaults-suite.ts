import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { definitionsPath } from './definitions.ts';
import { Client } from './harness.ts';
import { type ServerUnderTest, until } from './suite.ts';

const group = 'later.example.com';

/** Objects from before a default was in their definition; it runs on ours and on kube-apiserver. */
export function laterDefaultsSuite(start: () => Promise<ServerUnderTest>): void {
  describe('objects from before a change of their definition', () => laterDefaults(start));
}

function laterDefaults(start: () => Promise<ServerUnderTest>): void {
  let server: ServerUnderTest;
  let admin: Client;
  const at = (version = 'v1') => `/apis/${group}/${version}/namespaces/default/lamps`;
  const lamp = (name: string, spec: object, version = 'v1') => ({
    ...{ apiVersion: `${group}/${version}`, kind: 'Lamp', metadata: { name }, spec },
  });
  const version = (name: string, storage: boolean, watts: object, more: object = {}) => {
    const bulb = { type: 'object', properties: { socket: { type: 'string', ...more } } };
    const properties = {
      watts: { type: 'integer', ...watts },
      bulbs: { type: 'array', items: bulb },
      // kube-apiserver 1.35 takes selectable fields of one version only where the schemas differ
      [`only-${name}`]: { type: 'string' },
    };
    const spec = { type: 'object', properties };
    const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
    const selectableFields = name === 'v1' ? [{ jsonPath: '.spec.watts' }] : [];
    return { name, served: true, storage, schema, selectableFields };
  };
  const change = async (versions: readonly object[]) => {
    const patch = { spec: { versions } };
    const { status, body } = await admin.patch(`${definitionsPath}/lamps.${group}`, 'merge', patch);
    expect([status, body.message]).toEqual([200, undefined]);
  };
  beforeAll(async () => {
    server = await start();
    admin = new Client(server.admin);
    const made = await admin.post(definitionsPath, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `lamps.${group}` },
      spec: {
        ...{ group, scope: 'Namespaced' },
        names: { plural: 'lamps', singular: 'lamp', kind: 'Lamp', listKind: 'LampList' },
        versions: [version('v1', true, {}), version('v2', false, {})],
      },
    });
    expect(made.status).toBe(201);
    await until(async () => (await admin.get(at())).status === 200);
    await until(async () => (await admin.get(at('v2'))).status === 200);
    for (const [name, spec] of [
      ['plain', {}],
      ['bright', { watts: 100, bulbs: [{}, { socket: 'E14' }] }],
      ['touched', {}],
    ] as const) {
      expect((await admin.post(at(), lamp(name, spec))).status).toBe(201);
    }
    await change([
      version('v1', true, { default: 40 }, { default: 'E27' }),
      version('v2', false, { default: 60 }),
    ]);
    await until(async () => (await admin.get(`${at()}/plain`)).body.spec.watts === 40);
  });
  afterAll(async () => {
    admin?.close();
    await server?.stop();
  });

  describe('a default that came after the objects', () => {
    const bulbs = [{ socket: 'E27' }, { socket: 'E14' }];

    test('is shown in each of them, and nothing is written for it', async () => {
      const { body } = await admin.get(`${at()}/bright`);
      expect([body.spec, body.metadata.generation]).toEqual([{ watts: 100, bulbs }, 1]);
      const again = await admin.get(`${at()}/bright`);
      expect(again.body.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
    });

    test('is shown in other versions: that of the version it is stored in', async () => {
      const { body } = await admin.get(`${at('v2')}/plain`);
      expect([body.apiVersion, body.spec]).toEqual([`${group}/v2`, { watts: 40 }]);
    });

    test('is shown in lists, and selected by', async () => {
      const listed = async (query: string) => {
        const { body } = await admin.get(`${at()}${query}`);
        return body.items.map((each: ReturnType<typeof lamp>) => [each.metadata.name, each.spec]);
      };
      const [bright, plain] = [
        ['bright', { watts: 100, bulbs }],
        ['plain', { watts: 40 }],
      ];
      await until(async () => (await listed('?limit=2')).length === 2);
      expect(await listed('?limit=2')).toEqual([bright, plain]);
      expect(await listed('?fieldSelector=spec.watts%3D40,metadata.name%3Dplain')).toEqual([plain]);
    });

    test('is shown by a watch that begins with what there is', async () => {
      const watching = await admin.watch(
        `${at()}?watch=true&fieldSelector=metadata.name%3Dplain&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
      );
      const event = await watching.next();
      watching.close();
      expect([event?.type, event?.object.spec]).toEqual(['ADDED', { watts: 40 }]);
    });

    test('is there for who patches the object', async () => {
      const test = [{ op: 'test', path: '/spec/watts', value: 40 }];
      expect((await admin.patch(`${at()}/plain`, 'json', test)).status).toBe(200);
    });

    test('is stored with the next write, even if that changes nothing', async () => {
      const { body } = await admin.get(`${at()}/touched`);
      expect(body.spec).toEqual({ watts: 40 });
      const first = await admin.put(`${at()}/touched`, body);
      expect([first.status, first.body.spec]).toEqual([200, { watts: 40 }]);
      expect(first.body.metadata.resourceVersion).not.toBe(body.metadata.resourceVersion);
      expect(first.body.metadata.generation).toBe(1);
      const second = await admin.put(`${at()}/touched`, first.body);
      expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    });

    test('goes when the default goes, but where it was stored', async () => {
      await change([version('v1', true, {}), version('v2', false, {})]);
      await until(
        async () => (await admin.get(`${at()}/bright`)).body.spec.bulbs[0].socket === undefined,
      );
      expect((await admin.get(`${at()}/touched`)).body.spec).toEqual({ watts: 40 });
    });
  });

  describe('a version that becomes the one to store', () => {
    test('takes objects over as they are written', async () => {
      await change([version('v1', false, {}), version('v2', true, { default: 7 })]);
      const path = `${at('v2')}/bright`;
      const made = async () => {
        const fresh = await admin.post(`${at('v2')}?dryRun=All`, lamp('new', {}, 'v2'));
        return fresh.body.spec?.watts === 7;
      };
      await until(made);
      const { body } = await admin.get(path);
      const written = await admin.put(path, body);
      expect(written.body.metadata.resourceVersion).not.toBe(body.metadata.resourceVersion);
      const again = await admin.put(path, written.body);
      expect(again.body.metadata.resourceVersion).toBe(written.body.metadata.resourceVersion);
    });
  });
}
