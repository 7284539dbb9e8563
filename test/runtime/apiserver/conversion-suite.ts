import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ShirtWebhook, startShirtWebhook, type Trick } from './conversion-webhook.ts';
import { definitionsPath } from './definitions.ts';
import { Client } from './harness.ts';
import { type ServerUnderTest, until } from './suite.ts';

const group = 'fashion.example.com';

/** Of shirts in two versions, the second of which is stored. */
export function shirtDefinition(conversion: object) {
  const version = (name: string, colours: object, more: object = {}) => ({
    ...{ name, served: true, storage: name === 'v2', subresources: { status: {}, scale } },
    // kube-apiserver 1.35 refuses the same fields in all versions where schemas differ
    selectableFields: ['size', ...Object.keys(more)].map((field) => ({
      jsonPath: `.spec.${field}`,
    })),
    schema: {
      openAPIV3Schema: {
        type: 'object',
        properties: {
          spec: {
            type: 'object',
            required: ['colours'],
            properties: {
              colours,
              size: { type: 'string', default: 'M' },
              stock: { type: 'integer' },
              ...more,
            },
          },
          status: { type: 'object', properties: { sold: { type: 'integer' } } },
        },
      },
    },
  });
  const scale = { specReplicasPath: '.spec.stock', statusReplicasPath: '.status.sold' };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `shirts.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'shirts', singular: 'shirt', kind: 'Shirt', listKind: 'ShirtList' },
      versions: [
        version('v1', { type: 'string', pattern: '^[a-z,]+$' }),
        version('v2', { type: 'array', items: { type: 'string' } }, { only2: { type: 'string' } }),
      ],
      conversion,
    },
  };
}

/** A custom kind whose versions a webhook converts; it runs on ours and on kube-apiserver. */
export function conversionSuite(start: () => Promise<ServerUnderTest>): void {
  let server: ServerUnderTest;
  let webhook: ShirtWebhook;
  let admin: Client;
  const at = (version: string, namespace = 'default') =>
    `/apis/${group}/${version}/namespaces/${namespace}/shirts`;
  const shirt = (name: string, spec: object, version = 'v1', more: object = {}) => ({
    ...{ apiVersion: `${group}/${version}`, kind: 'Shirt', metadata: { name, ...more }, spec },
  });
  beforeAll(async () => {
    [server, webhook] = await Promise.all([start(), startShirtWebhook()]);
    admin = new Client(server.admin);
    const made = await admin.post(definitionsPath, shirtDefinition(webhook.conversion));
    expect([made.status, made.body.message]).toEqual([201, undefined]);
    for (const version of ['v1', 'v2']) {
      await until(async () => (await admin.get(at(version))).status === 200);
    }
    for (const name of ['in1', 'in2']) {
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
      expect((await admin.post('/api/v1/namespaces', namespace)).status).toBe(201);
    }
  });
  afterEach(() => {
    webhook.trick = null;
  });
  afterAll(async () => {
    admin?.close();
    await webhook?.stop();
    await server?.stop();
  });

  describe('versions that a webhook converts', () => {
    test('are written in one and read in the other', async () => {
      const made = await admin.post(at('v1'), shirt('one', { colours: 'red,blue' }));
      expect([made.status, made.body.apiVersion, made.body.spec]).toEqual([
        ...[201, `${group}/v1`, { colours: 'red,blue', size: 'M' }],
      ]);
      const { body } = await admin.get(`${at('v2')}/one`);
      expect([body.apiVersion, body.spec]).toEqual([
        ...[`${group}/v2`, { colours: ['red', 'blue'], size: 'M' }],
      ]);
      expect(body.metadata.uid).toBe(made.body.metadata.uid);
      expect((await admin.get(`${at('v1')}/one`)).body.spec).toEqual(made.body.spec);
    });

    test('are asked for as ConversionReviews', async () => {
      await admin.post(at('v1'), shirt('asked', { colours: 'red' }));
      const asked = webhook.asked.filter(
        ({ request }) => request.objects[0]?.metadata.name === 'asked',
      );
      const [review] = asked;
      expect(review).toMatchObject({
        url: '/convert?timeout=30s',
        kind: 'ConversionReview',
        apiVersion: 'apiextensions.k8s.io/v1',
        request: {
          desiredAPIVersion: `${group}/v2`,
          objects: [
            { apiVersion: `${group}/v1`, kind: 'Shirt', spec: { colours: 'red', size: 'M' } },
          ],
        },
      });
      expect(review.request.uid).toMatch(/^[0-9a-f-]{36}$/);
      expect(new Set(asked.map(({ request }) => request.uid)).size).toBe(asked.length);
    });

    test('are changed in either', async () => {
      await admin.post(at('v1'), shirt('changed', { colours: 'red' }));
      const path = (version: string) => `${at(version)}/changed`;
      const merged = await admin.patch(path('v1'), 'merge', { spec: { colours: 'green,blue' } });
      expect([merged.status, merged.body.spec.colours]).toEqual([200, 'green,blue']);
      const patch = [{ op: 'add', path: '/spec/colours/-', value: 'black' }];
      const patched = await admin.patch(path('v2'), 'json', patch);
      expect(patched.body.spec.colours).toEqual(['green', 'blue', 'black']);
      const { body } = await admin.get(path('v1'));
      const put = await admin.put(path('v1'), { ...body, spec: { colours: 'white', size: 'S' } });
      expect([put.status, put.body.spec]).toEqual([200, { colours: 'white', size: 'S' }]);
      const status = { ...put.body, status: { sold: 3 } };
      expect((await admin.put(`${path('v1')}/status`, status)).body.status).toEqual({ sold: 3 });
      const read = await admin.get(path('v2'));
      expect(read.body).toMatchObject({ spec: { colours: ['white'] }, status: { sold: 3 } });
      expect(read.body.metadata.generation).toBe(4);
      const wrong = await admin.patch(path('v1'), 'merge', { spec: { colours: 'RED' } });
      expect([wrong.status, wrong.body.reason]).toEqual([422, 'Invalid']);
      const applied = await admin.patch(
        `${path('v2')}?fieldManager=m&force=true`,
        'apply',
        shirt('changed', { colours: ['pink'] }, 'v2'),
      );
      expect([applied.status, applied.body.spec.colours]).toEqual([200, ['pink']]);
      expect((await admin.get(path('v1'))).body.spec.colours).toBe('pink');
    });

    test('lose what the other does not know', async () => {
      const spec = { colours: ['red'], only2: 'x' };
      await admin.post(at('v2'), shirt('lost', spec, 'v2'));
      expect((await admin.get(`${at('v1')}/lost`)).body.spec).toEqual({
        ...{ colours: 'red', size: 'M' },
      });
      expect((await admin.get(`${at('v2')}/lost`)).body.spec.only2).toBe('x');
      await admin.patch(`${at('v1')}/lost`, 'merge', { spec: { size: 'L' } });
      expect((await admin.get(`${at('v2')}/lost`)).body.spec).toEqual({
        ...{ colours: ['red'], size: 'L' },
      });
    });

    test('are listed, selected and shown as tables', async () => {
      for (const [name, size] of [
        ['a', 'S'],
        ['b', 'L'],
        ['c', 'S'],
      ] as const) {
        const labels = { size: size.toLowerCase() };
        await admin.post(at('v2', 'in1'), shirt(name, { colours: [name], size }, 'v2', { labels }));
      }
      const listed = async (query: string) => {
        const { body } = await admin.get(`${at('v1', 'in1')}${query}`);
        return body.items.map(({ apiVersion, metadata, spec }: never) => [
          ...[
            apiVersion,
            (metadata as { name: string }).name,
            (spec as { colours: string }).colours,
          ],
        ]);
      };
      const of = (name: string) => [`${group}/v1`, name, name];
      expect(await listed('')).toEqual(['a', 'b', 'c'].map(of));
      expect(await listed('?labelSelector=size%3Ds')).toEqual(['a', 'c'].map(of));
      expect(await listed('?fieldSelector=spec.size%3DL')).toEqual([of('b')]);
      expect(await listed('?fieldSelector=metadata.name%3Dc')).toEqual([of('c')]);
      expect(await listed('?limit=2')).toEqual(['a', 'b'].map(of));
      const table = await admin.get(at('v1', 'in1'), {
        accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
      });
      expect(table.body.rows.map(({ cells }: { cells: string[] }) => cells[0])).toEqual([
        ...['a', 'b', 'c'],
      ]);
    });

    test('are watched in either', async () => {
      const watching = await admin.watch(`${at('v1', 'in2')}?watch=true`);
      await admin.post(at('v2', 'in2'), shirt('seen', { colours: ['red'] }, 'v2'));
      await admin.patch(`${at('v2', 'in2')}/seen`, 'merge', { spec: { colours: ['red', 'blue'] } });
      await admin.delete(`${at('v2', 'in2')}/seen`);
      const events = [await watching.next(), await watching.next(), await watching.next()];
      watching.close();
      expect(events.map((event) => [event?.type, event?.object.spec.colours])).toEqual([
        ['ADDED', 'red'],
        ['MODIFIED', 'red,blue'],
        ['DELETED', 'red,blue'],
      ]);
    });

    test('are watched from a revision, and by what is selected', async () => {
      const { body } = await admin.get(at('v1', 'in2'));
      const since = body.metadata.resourceVersion;
      const query = `watch=true&resourceVersion=${since}&fieldSelector=spec.size%3DL`;
      await admin.post(at('v2', 'in2'), shirt('picked', { colours: ['red'], size: 'S' }, 'v2'));
      const watching = await admin.watch(`${at('v1', 'in2')}?${query}`);
      for (const size of ['L', 'S']) {
        await admin.patch(`${at('v2', 'in2')}/picked`, 'merge', { spec: { size } });
      }
      const events = [await watching.next(), await watching.next()];
      watching.close();
      expect(
        events.map((event) => [event?.type, event?.object.apiVersion, event?.object.spec.colours]),
      ).toEqual([
        ['ADDED', `${group}/v1`, 'red'],
        ['DELETED', `${group}/v1`, 'red'],
      ]);
    });

    test('have scales', async () => {
      await admin.post(at('v1'), shirt('scaled', { colours: 'red', stock: 2 }));
      const path = `${at('v1')}/scaled/scale`;
      expect((await admin.get(path)).body.spec).toEqual({ replicas: 2 });
      const scaled = await admin.patch(path, 'merge', { spec: { replicas: 5 } });
      expect(scaled.body.spec).toEqual({ replicas: 5 });
      expect((await admin.get(`${at('v2')}/scaled`)).body.spec).toMatchObject({
        ...{ colours: ['red'], stock: 5 },
      });
    });

    test('may change labels and annotations, and no other metadata', async () => {
      await admin.post(
        at('v2'),
        shirt('labelled', { colours: ['red'] }, 'v2', { labels: { a: 'b' } }),
      );
      webhook.trick = eachObject((object) => {
        const { creationTimestamp: _time, ...metadata } = object.metadata;
        const changed = { ...metadata, generation: 77, labels: { c: 'd' }, finalizers: ['x/y'] };
        return { ...object, metadata: { ...changed, annotations: { e: 'f' } } };
      });
      const { body } = await admin.get(`${at('v1')}/labelled`);
      const stored = (await admin.get(`${at('v2')}/labelled`)).body.metadata;
      const { managedFields: _mine, ...metadata } = body.metadata;
      const { managedFields: _theirs, ...before } = stored;
      expect(metadata).toEqual({ ...before, labels: { c: 'd' }, annotations: { e: 'f' } });
    });

    test('are deleted in either', async () => {
      await admin.post(at('v1'), shirt('going', { colours: 'red' }));
      expect((await admin.delete(`${at('v1')}/going`)).status).toBe(200);
      expect((await admin.get(`${at('v2')}/going`)).status).toBe(404);
      const finalizers = ['example.com/wait'];
      await admin.post(at('v1'), shirt('waiting', { colours: 'red' }, 'v1', { finalizers }));
      const deleted = await admin.delete(`${at('v1')}/waiting`);
      expect(deleted.body.spec.colours).toBe('red');
      await admin.patch(`${at('v1')}/waiting`, 'merge', { metadata: { finalizers: null } });
      expect((await admin.get(`${at('v1')}/waiting`)).status).toBe(404);
    });
  });

  describe('a webhook that does wrong', () => {
    const failed = `conversion webhook for ${group}/v2, Kind=Shirt`;
    const inResponse = (change: object): Trick => {
      return (answer) => ({ ...answer, response: { ...answer.response, ...change } });
    };
    const metadata = (change: object): Trick =>
      eachObject((object) => ({ ...object, metadata: { ...object.metadata, ...change } }));
    test.each<[string, Trick, string | RegExp]>([
      [
        'says so',
        inResponse({ result: { status: 'Failure', message: 'out of stock' } }),
        'failed: out of stock',
      ],
      [
        'says nothing of success',
        inResponse({ result: {} }),
        "failed: response.result.status was '', not 'Success'",
      ],
      [
        'answers another request',
        inResponse({ uid: 'other' }),
        /^ failed: expected response.uid="[0-9a-f-]{36}", got "other"$/,
      ],
      ['does not answer', ({ response: _, ...rest }) => rest, 'failed: no response provided'],
      ['gives nothing', inResponse({ convertedObjects: [] }), 'returned 0 objects, expected 1'],
      [
        'gives another version',
        eachObject((object) => ({ ...object, apiVersion: `${group}/v3` })),
        `returned invalid object at index 0: invalid groupVersion (expected ${group}/v1, received ${group}/v3)`,
      ],
      [
        'gives the version it got',
        eachObject((object) => ({ ...object, apiVersion: `${group}/v2` })),
        `returned invalid object at index 0: invalid groupVersion (expected ${group}/v1, received ${group}/v2)`,
      ],
      [
        'gives another kind',
        eachObject((object) => ({ ...object, kind: 'Hat' })),
        'returned invalid object at index 0: invalid kind (expected Shirt, received Hat)',
      ],
      [
        'changes the name',
        metadata({ name: 'other' }),
        'returned invalid object: must have the same name: wronged != other',
      ],
      [
        'changes the namespace',
        metadata({ namespace: 'other' }),
        'returned invalid object: must have the same namespace: default != other',
      ],
      [
        'changes the uid',
        metadata({ uid: 'other' }),
        /^ returned invalid object: must have the same UID: [0-9a-f-]{36} != other$/,
      ],
      [
        'gives labels that are none',
        metadata({ labels: 'x' }),
        'returned invalid metadata: invalid metadata.labels of type string in converted object',
      ],
      [
        'gives a label that is no text',
        metadata({ labels: { a: 1 } }),
        'returned invalid metadata: metadata.labels[a] must be a string, but is int64 in converted object',
      ],
      [
        'gives a label of a wrong name',
        metadata({ labels: { 'a b': 'c' } }),
        /^ returned invalid metadata: metadata.labels: Invalid value: "a b": name part must consist of/,
      ],
      [
        'gives an annotation of a wrong name',
        metadata({ annotations: { 'a b': 'c' } }),
        /^ returned invalid metadata: metadata.annotation: Invalid value: "a b": name part must consist of/,
      ],
      ['answers with an error', () => ({ code: 500, body: '{}' }), /^ failed: /],
      [
        'answers with a Status',
        () => ({
          code: 403,
          body: JSON.stringify({
            kind: 'Status',
            apiVersion: 'v1',
            status: 'Failure',
            message: 'not for you',
            code: 403,
          }),
        }),
        'failed: not for you',
      ],
      ['answers with what is no JSON', () => ({ code: 200, body: 'shirt' }), /^ failed: /],
      ['answers with another kind', (answer) => ({ ...answer, kind: 'Status' }), /^ failed: /],
      ['hangs up', () => null, /^ failed: Post "https:\/\/127.0.0.1:\d+\/convert\?timeout=30s": /],
    ])('%s', async (_, trick, message) => {
      await admin.post(at('v2'), shirt('wronged', { colours: ['red'] }, 'v2'));
      webhook.trick = trick;
      const { status, body } = await admin.get(`${at('v1')}/wronged`);
      expect([status, body.kind, body.reason]).toEqual([500, 'Status', undefined]);
      expect(body.message.slice(0, failed.length)).toBe(failed);
      const said = body.message.slice(failed.length);
      if (typeof message === 'string') expect(said).toBe(` ${message}`);
      else expect(said).toMatch(message);
      const other = await admin.get(`${at('v2')}/wronged`);
      expect(other.body.spec.colours).toEqual(['red']);
    });

    test('hinders who writes too, and changes nothing', async () => {
      await admin.post(at('v2'), shirt('kept', { colours: ['red'] }, 'v2'));
      webhook.trick = inResponse({ result: { status: 'Failure', message: 'closed' } });
      const asked = [
        await admin.post(at('v1'), shirt('unmade', { colours: 'red' })),
        await admin.patch(`${at('v1')}/kept`, 'merge', { spec: { size: 'S' } }),
        await admin.delete(`${at('v1')}/kept`),
        await admin.get(`${at('v1')}/kept/scale`),
      ];
      expect(asked.map(({ status, body }) => [status, body.reason ?? ''])).toEqual(
        asked.map(() => [500, '']),
      );
      expect((await admin.get(`${at('v2')}/unmade`)).status).toBe(404);
      expect((await admin.get(`${at('v2')}/kept`)).body.spec.size).toBe('M');
    });

    test('does not hinder the end of its definition', async () => {
      webhook.trick = () => null;
      const path = `${definitionsPath}/shirts.${group}`;
      expect((await admin.delete(path)).status).toBe(200);
      await until(async () => (await admin.get(path)).status === 404);
      expect((await admin.get(at('v2'))).status).toBe(404);
    }, 30_000);
  });
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into whatever comes
function eachObject(change: (object: any) => any): Trick {
  return (answer) => {
    const { response } = answer;
    const convertedObjects = response.convertedObjects.map(change);
    return { ...answer, response: { ...response, convertedObjects } };
  };
}
