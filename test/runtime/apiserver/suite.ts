import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Access, Client } from './harness.ts';

/** A running API server, and an administrator's way in. */
export interface ServerUnderTest {
  readonly admin: Access;
  readonly stop: () => Promise<void>;
}

const space = 'suite';
const maps = `/api/v1/namespaces/${space}/configmaps`;
const secrets = `/api/v1/namespaces/${space}/secrets`;

function map(name: string, more: object = {}, metadata: object = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, ...more };
}

/**
 * What clients count on in any API server of Kubernetes. It runs on ours, and as it is on kube-apiserver: what is
 * expected here is what that one answers.
 */
export function apiSuite(start: () => Promise<ServerUnderTest>): void {
  let server: ServerUnderTest;
  let admin: Client;
  beforeAll(async () => {
    server = await start();
    admin = new Client(server.admin);
    const made = await admin.post('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: space },
    });
    expect(made.status).toBe(201);
    await admin.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', widgets);
    await until(async () => (await admin.get(`/apis/example.com/v1/widgets`)).status === 200);
  });
  afterAll(async () => {
    admin?.close();
    await server?.stop();
  });

  describe('create', () => {
    test('fills in what the server knows', async () => {
      const { status, body } = await admin.post(maps, map('made', { data: { a: 'b' } }));
      expect(status).toBe(201);
      expect(body).toMatchObject({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'made', namespace: space },
        data: { a: 'b' },
      });
      expect(body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
      expect(body.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(Number(body.metadata.resourceVersion)).toBeGreaterThan(0);
      expect(body.metadata.managedFields).toMatchObject([
        { manager: 'test', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1' },
      ]);
    });

    test('makes names from a prefix', async () => {
      const { body } = await admin.post(maps, map('', {}, { generateName: 'some-' }));
      expect(body.metadata.name).toMatch(/^some-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      expect(body.metadata.generateName).toBe('some-');
    });

    test.each([
      ['of another namespace', map('x', {}, { namespace: 'other' }), 400, 'BadRequest'],
      ['without a name', map(''), 422, 'Invalid'],
      ['of another kind', { ...map('x'), kind: 'Secret' }, 400, 'BadRequest'],
      ['of another version', { ...map('x'), apiVersion: 'v2' }, 400, 'BadRequest'],
      ['with a bad name', map('Bad_Name'), 422, 'Invalid'],
      ['with a bad label', map('x', {}, { labels: { 'a b': 'c' } }), 422, 'Invalid'],
      ['with data of another type', map('x', { data: { a: 1 } }), 400, 'BadRequest'],
      ['with a bad key', map('x', { data: { 'a b': 'c' } }), 422, 'Invalid'],
      ['that is a list', [], 400, 'BadRequest'],
    ])('refuses an object %s', async (_what, object, status, reason) => {
      const answer = await admin.post(maps, object);
      expect([answer.status, answer.body.reason]).toEqual([status, reason]);
      expect(answer.body).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure' });
      expect(answer.body.code).toBe(answer.status);
    });

    test('says which fields are wrong', async () => {
      const { body } = await admin.post(maps, map('Bad', {}, { labels: { x: 'y z' } }));
      expect(body.details).toMatchObject({ name: 'Bad', kind: 'ConfigMap' });
      expect(body.details.causes.map((cause: { field: string }) => cause.field)).toEqual([
        'metadata.name',
        'metadata.labels',
      ]);
      expect(body.message).toContain('ConfigMap "Bad" is invalid: [metadata.name: Invalid value');
    });

    test('refuses what is there, and what is in no namespace', async () => {
      await admin.post(maps, map('twice'));
      expect((await admin.post(maps, map('twice'))).body).toMatchObject({
        code: 409,
        reason: 'AlreadyExists',
        message: 'configmaps "twice" already exists',
        details: { name: 'twice', kind: 'configmaps' },
      });
      const missing = await admin.post('/api/v1/namespaces/nowhere/configmaps', map('x'));
      expect(missing.body).toMatchObject({
        code: 404,
        reason: 'NotFound',
        message: 'namespaces "nowhere" not found',
      });
    });

    test('knows unknown fields, and does with them what the client wants', async () => {
      const odd = (name: string) => ({ ...map(name), wrong: 1 });
      const strict = await admin.post(`${maps}?fieldValidation=Strict`, odd('strict'));
      expect(strict.status).toBe(400);
      expect(strict.body.message).toContain('strict decoding error: unknown field "wrong"');
      const warned = await admin.post(`${maps}?fieldValidation=Warn`, odd('warned'));
      expect(warned.status).toBe(201);
      expect(warned.headers['warning']).toBe('299 - "unknown field \\"wrong\\""');
      expect(warned.body).not.toHaveProperty('wrong');
      const ignored = await admin.post(`${maps}?fieldValidation=Ignore`, odd('ignored'));
      expect([ignored.status, ignored.headers['warning']]).toEqual([201, undefined]);
      const unknown = await admin.post(`${maps}?fieldValidation=Perhaps`, odd('perhaps'));
      expect(unknown.status).toBe(422);
    });

    test('with dryRun leaves nothing behind', async () => {
      const dry = await admin.post(`${maps}?dryRun=All`, map('dry'));
      expect([dry.status, dry.body.metadata.uid?.length]).toEqual([201, 36]);
      expect((await admin.get(`${maps}/dry`)).status).toBe(404);
      expect((await admin.post(`${maps}?dryRun=Some`, map('dry'))).status).toBe(422);
    });
  });

  describe('get', () => {
    test('finds an object, and says what it does not find', async () => {
      await admin.post(maps, map('found', { data: { a: 'b' } }));
      expect((await admin.get(`${maps}/found`)).body.data).toEqual({ a: 'b' });
      expect((await admin.get(`${maps}/lost`)).body).toMatchObject({
        code: 404,
        reason: 'NotFound',
        message: 'configmaps "lost" not found',
        details: { name: 'lost', kind: 'configmaps' },
      });
    });

    test.each([
      '/api/v1/nothing',
      `/api/v1/namespaces/${space}/nothing/x`,
      `${maps}/x/nothing`,
      '/apis/example.com/v9/widgets',
      '/apis/no.such.group/v1/things',
    ])('finds nothing at %s', async (path) => {
      expect((await admin.get(path)).status).toBe(404);
    });

    test('gives a part of the object or a table, as the client wants it', async () => {
      await admin.post(maps, map('shown', { data: { a: 'b' } }));
      const as = (kind: string, more = '') => ({
        accept: `application/json;as=${kind};v=v1;g=meta.k8s.io${more}`,
      });
      const part = await admin.get(`${maps}/shown`, as('PartialObjectMetadata'));
      expect(part.body).toMatchObject({
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: { name: 'shown' },
      });
      expect(part.body).not.toHaveProperty('data');
      const table = await admin.get(`${maps}/shown`, as('Table', ',application/json'));
      expect(table.body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
      expect(table.body.columnDefinitions.map((column: { name: string }) => column.name)).toEqual([
        'Name',
        'Data',
        'Age',
      ]);
      expect(table.body.rows[0].cells.slice(0, 2)).toEqual(['shown', 1]);
      expect(table.body.rows[0].object).toMatchObject({ kind: 'PartialObjectMetadata' });
      const bare = await admin.get(`${maps}/shown?includeObject=None`, as('Table'));
      expect(bare.body.rows[0].object).toBeOneOf([undefined, null]);
      expect((await admin.get(`${maps}/shown`, { accept: 'text/html' })).status).toBe(406);
    });
  });

  describe('list', () => {
    beforeAll(async () => {
      for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
        const labels = {
          list: 'yes',
          parity: index % 2 === 0 ? 'even' : 'odd',
          [`is-${name}`]: '',
        };
        await admin.post(secrets, {
          apiVersion: 'v1',
          kind: 'Secret',
          type: index === 0 ? 'example.com/first' : 'Opaque',
          metadata: { name, labels },
        });
      }
    });
    const names = (reply: { body: { items: { metadata: { name: string } }[] } }) =>
      reply.body.items.map((item) => item.metadata.name);
    const select = async (query: string) =>
      names(await admin.get(`${secrets}?${query.replaceAll('+', '%2B')}`)).join('');

    test('is a list of its kind, with a revision', async () => {
      const { body } = await admin.get(`${secrets}?labelSelector=list`);
      expect(body).toMatchObject({ kind: 'SecretList', apiVersion: 'v1' });
      expect(Number(body.metadata.resourceVersion)).toBeGreaterThan(0);
      expect(names({ body })).toEqual(['a', 'b', 'c', 'd', 'e']);
    });

    test.each([
      ['labelSelector=list%3Dyes,parity%3Deven', 'ace'],
      ['labelSelector=list,parity!%3Deven', 'bd'],
      ['labelSelector=list,parity%20in%20(even,odd)', 'abcde'],
      ['labelSelector=list,parity%20notin%20(odd)', 'ace'],
      ['labelSelector=list,!is-a', 'bcde'],
      ['labelSelector=is-c', 'c'],
      ['labelSelector=is-c%3D', 'c'],
      ['labelSelector=list%3D%3Dyes&fieldSelector=metadata.name!%3Da', 'bcde'],
      ['labelSelector=list&fieldSelector=metadata.name%3Db', 'b'],
      ['labelSelector=list&fieldSelector=type%3Dexample.com/first', 'a'],
      [`labelSelector=list&fieldSelector=metadata.namespace%3D${space}`, 'abcde'],
      ['labelSelector=list&fieldSelector=metadata.namespace%3Dother', ''],
    ])('selects by %s', async (query, expected) => {
      expect(await select(query)).toBe(expected);
    });

    test.each([
      'labelSelector=a%20b',
      'labelSelector=x%20in%20y',
      'labelSelector=-bad-%3Dx',
      'fieldSelector=metadata.name',
      'fieldSelector=spec.nothing%3Dx',
      'limit=x',
      'resourceVersion=x',
    ])('refuses %s', async (query) => {
      const { status, body } = await admin.get(`${secrets}?${query}`);
      expect([status, body.reason]).toEqual([400, 'BadRequest']);
    });

    test('comes in pages, all of the same moment', async () => {
      const first = await admin.get(`${secrets}?limit=2&labelSelector=list`);
      expect(names(first)).toEqual(['a', 'b']);
      await admin.post(secrets, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'cc', labels: { list: 'late' } },
      });
      const token = encodeURIComponent(first.body.metadata.continue);
      const second = await admin.get(`${secrets}?limit=2&labelSelector=list&continue=${token}`);
      expect(names(second)).toEqual(['c', 'd']);
      expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
      const next = encodeURIComponent(second.body.metadata.continue);
      const third = await admin.get(`${secrets}?limit=2&labelSelector=list&continue=${next}`);
      expect(names(third)).toEqual(['e']);
      expect(third.body.metadata.continue ?? '').toBe('');
      await admin.delete(`${secrets}/cc`);
      const counted = await admin.get(`${secrets}?limit=1`);
      expect(counted.body.metadata.remainingItemCount).toBe(4);
      expect((await admin.get(`${secrets}?limit=1&continue=nonsense`)).status).toBe(400);
    });

    test('is of one revision where the client asks for it', async () => {
      const { body } = await admin.get(secrets);
      const at = body.metadata.resourceVersion;
      await admin.post(secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'z' } });
      const exact = await admin.get(`${secrets}?resourceVersion=${at}&resourceVersionMatch=Exact`);
      expect(names(exact)).not.toContain('z');
      const newer = await admin.get(
        `${secrets}?resourceVersion=${at}&resourceVersionMatch=NotOlderThan`,
      );
      expect(names(newer)).toContain('z');
      await admin.delete(`${secrets}/z`);
      expect((await admin.get(`${secrets}?resourceVersionMatch=Exact`)).status).toBe(422);
      const zero = await admin.get(`${secrets}?resourceVersion=0&resourceVersionMatch=Exact`);
      expect(zero.status).toBe(422);
    });

    test('of metadata alone is told so', async () => {
      const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
      const { body } = await admin.get(`${secrets}?labelSelector=list`, { accept });
      expect(body).toMatchObject({
        kind: 'PartialObjectMetadataList',
        apiVersion: 'meta.k8s.io/v1',
      });
      expect(names({ body })).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(body.items[0]).not.toHaveProperty('type');
    });
  });

  describe('replace', () => {
    test('needs the version that was read, where one is given', async () => {
      const { body: made } = await admin.post(maps, map('put', { data: { a: '1' } }));
      const next = await admin.put(`${maps}/put`, { ...made, data: { a: '2' } });
      expect([next.status, next.body.data.a]).toEqual([200, '2']);
      expect(next.body.metadata.uid).toBe(made.metadata.uid);
      const stale = await admin.put(`${maps}/put`, { ...made, data: { a: '3' } });
      expect(stale.body).toMatchObject({
        code: 409,
        reason: 'Conflict',
        message:
          'Operation cannot be fulfilled on configmaps "put": the object has been modified; please apply your changes to the latest version and try again',
      });
      const blind = await admin.put(`${maps}/put`, map('put', { data: { a: '4' } }));
      expect([blind.status, blind.body.data.a]).toEqual([200, '4']);
    });

    test('without a change writes nothing', async () => {
      const { body: made } = await admin.post(maps, map('same', { data: { a: '1' } }));
      const again = await admin.put(`${maps}/same`, made);
      expect(again.body.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    });

    test('refuses another name, another uid, and what is not there', async () => {
      const { body: made } = await admin.post(maps, map('named'));
      expect((await admin.put(`${maps}/named`, map('other'))).status).toBe(400);
      const uid = '00000000-0000-0000-0000-000000000000';
      const other = { ...made, metadata: { ...made.metadata, uid } };
      expect((await admin.put(`${maps}/named`, other)).body.reason).toBe('Conflict');
      expect((await admin.put(`${maps}/absent`, map('absent'))).status).toBe(404);
    });

    test('makes a Lease and a Role that are not there', async () => {
      const lease = {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: 'l' },
      };
      const leases = `/apis/coordination.k8s.io/v1/namespaces/${space}/leases`;
      expect((await admin.put(`${leases}/l`, lease)).status).toBe(201);
    });

    test('does not move what never changes', async () => {
      const { body: made } = await admin.post(maps, map('fixed'));
      const metadata = {
        ...made.metadata,
        creationTimestamp: '2001-01-01T00:00:00Z',
        generation: 7,
        selfLink: '/x',
      };
      const { body } = await admin.put(`${maps}/fixed`, { ...made, metadata });
      expect(body.metadata.creationTimestamp).toBe(made.metadata.creationTimestamp);
      expect(body.metadata).not.toHaveProperty('generation');
    });

    test('keeps immutable data', async () => {
      const { body: made } = await admin.post(maps, map('frozen', { immutable: true, data: {} }));
      const changed = await admin.put(`${maps}/frozen`, { ...made, data: { a: 'b' } });
      expect([changed.status, changed.body.reason]).toEqual([422, 'Invalid']);
      expect(changed.body.message).toContain('field is immutable when `immutable` is set');
    });
  });

  describe('patch', () => {
    test('merges', async () => {
      await admin.post(maps, map('merge', { data: { a: '1', b: '2' } }));
      const { body, status } = await admin.patch(`${maps}/merge`, 'merge', {
        data: { a: null, c: '3' },
        metadata: { labels: { x: 'y' } },
      });
      expect([status, body.data, body.metadata.labels]).toEqual([
        200,
        { b: '2', c: '3' },
        { x: 'y' },
      ]);
    });

    test('follows JSON patches', async () => {
      await admin.post(maps, map('json', { data: { a: '1' } }));
      const { body } = await admin.patch(`${maps}/json`, 'json', [
        { op: 'test', path: '/data/a', value: '1' },
        { op: 'add', path: '/data/b', value: '2' },
        { op: 'remove', path: '/data/a' },
      ]);
      expect(body.data).toEqual({ b: '2' });
      const failed = await admin.patch(`${maps}/json`, 'json', [
        { op: 'test', path: '/data/b', value: 'x' },
      ]);
      expect([failed.status, failed.body.reason]).toEqual([422, 'Invalid']);
      expect((await admin.patch(`${maps}/json`, 'json', { no: 'list' })).status).toBe(400);
    });

    test('follows no JSON patch of too many operations, or that copies too much', async () => {
      await admin.post(maps, map('grown', { data: { a: '1' } }));
      const operations = (count: number, operation: (n: number) => object) =>
        admin.patch(
          `${maps}/grown`,
          'json',
          Array.from({ length: count }, (_, n) => operation(n)),
        );
      const many = await operations(10_001, () => ({ op: 'add', path: '/data/b', value: '2' }));
      expect([many.status, many.body.reason, many.body.message]).toEqual([
        413,
        'RequestEntityTooLarge',
        'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
      ]);
      const from = '/metadata/annotations';
      await admin.patch(`${maps}/grown`, 'merge', { metadata: { annotations: { a: 'b' } } });
      const doubled = await operations(40, (n) => ({ op: 'copy', from, path: `${from}/k${n}` }));
      expect([doubled.status, doubled.body.reason, doubled.body.message]).toEqual([
        422,
        'Invalid',
        'the server rejected our request due to an error in our request',
      ]);
    });

    test('merges strategically: lists by their keys', async () => {
      const path = `/api/v1/namespaces/${space}/serviceaccounts`;
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'strategic' } };
      await admin.post(path, { ...account, secrets: [{ name: 'a' }, { name: 'b' }] });
      const { body } = await admin.patch(`${path}/strategic`, 'strategic', {
        secrets: [{ name: 'c' }, { $patch: 'delete', name: 'a' }],
      });
      const merged = body.secrets.map((each: { name: string }) => each.name);
      expect(merged.sort()).toEqual(['b', 'c']);
    });

    test('applies on the server: makes, owns, refuses conflicts, takes over by force', async () => {
      const config = (data: object) => map('applied', { data });
      const path = (manager: string, force = false) =>
        `${maps}/applied?fieldManager=${manager}${force ? '&force=true' : ''}`;
      const made = await admin.patch(path('one'), 'apply', config({ a: '1', b: '1' }));
      expect(made.status).toBe(201);
      const conflict = await admin.patch(path('two'), 'apply', config({ a: '2' }));
      expect(conflict.body).toMatchObject({
        code: 409,
        reason: 'Conflict',
        message: 'Apply failed with 1 conflict: conflict with "one": .data.a',
      });
      expect(conflict.body.details.causes[0]).toMatchObject({ reason: 'FieldManagerConflict' });
      const forced = await admin.patch(path('two', true), 'apply', config({ a: '2' }));
      expect([forced.status, forced.body.data]).toEqual([200, { a: '2', b: '1' }]);
      const dropped = await admin.patch(path('one'), 'apply', config({}));
      expect(dropped.body.data).toEqual({ a: '2' });
      const nameless = await admin.patch(`${maps}/applied`, 'apply', config({}));
      expect([nameless.status, nameless.body.reason]).toEqual([422, 'Invalid']);
    });

    test('takes YAML for server-side apply', async () => {
      const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: "1"\n';
      const made = await admin.patch(`${maps}/yaml?fieldManager=m`, 'apply', yaml);
      expect([made.status, made.body.data]).toEqual([201, { a: '1' }]);
    });

    test('refuses what it does not know, what is not there, and old versions', async () => {
      await admin.post(maps, map('odd'));
      const odd = await admin.send('PATCH', `${maps}/odd`, { body: {}, type: 'text/plain' });
      expect([odd.status, odd.body.reason]).toEqual([415, 'UnsupportedMediaType']);
      expect((await admin.patch(`${maps}/absent`, 'merge', {})).status).toBe(404);
      const old = { metadata: { resourceVersion: '1' }, data: { x: 'y' } };
      expect((await admin.patch(`${maps}/odd`, 'merge', old)).status).toBe(409);
    });

    test('without a change writes nothing', async () => {
      const { body: made } = await admin.post(maps, map('nothing', { data: { a: '1' } }));
      const { body } = await admin.patch(`${maps}/nothing`, 'merge', { data: { a: '1' } });
      expect(body.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    });
  });

  describe('delete', () => {
    test('takes an object away, and tells it', async () => {
      const { body: made } = await admin.post(maps, map('gone'));
      const deleted = await admin.delete(`${maps}/gone`);
      expect(deleted.body).toMatchObject({
        kind: 'Status',
        status: 'Success',
        details: { name: 'gone', kind: 'configmaps', uid: made.metadata.uid },
      });
      expect((await admin.delete(`${maps}/gone`)).status).toBe(404);
    });

    test('says of a name that what has it is about to leave', async () => {
      await admin.post(maps, map('leaving', {}, { finalizers: ['example.com/hold'] }));
      await admin.delete(`${maps}/leaving`);
      const again = await admin.post(maps, map('leaving'));
      expect([again.status, again.body.reason, again.body.message]).toEqual([
        409,
        'AlreadyExists',
        'object is being deleted: configmaps "leaving" already exists',
      ]);
      const dry = await admin.post(`${maps}?dryRun=All`, map('leaving'));
      expect(dry.body.message).toBe(again.body.message);
    });

    test('waits for finalizers', async () => {
      await admin.post(maps, map('held', {}, { finalizers: ['example.com/hold'] }));
      const deleted = await admin.delete(`${maps}/held`);
      expect(deleted.body.metadata.deletionTimestamp).toBeDefined();
      expect(deleted.body.metadata.deletionGracePeriodSeconds).toBe(0);
      const added = { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } };
      expect((await admin.patch(`${maps}/held`, 'merge', added)).status).toBe(422);
      const again = await admin.delete(`${maps}/held`);
      expect([again.status, again.body.metadata.name]).toEqual([200, 'held']);
      const freed = await admin.patch(`${maps}/held`, 'merge', { metadata: { finalizers: null } });
      expect(freed.status).toBe(200);
      expect((await admin.get(`${maps}/held`)).status).toBe(404);
    });

    test('holds to its preconditions', async () => {
      const { body: made } = await admin.post(maps, map('guarded'));
      const options = (preconditions: object) => ({
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions,
      });
      const uid = '00000000-0000-0000-0000-000000000000';
      expect((await admin.delete(`${maps}/guarded`, options({ uid }))).status).toBe(409);
      const old = options({ resourceVersion: '1' });
      expect((await admin.delete(`${maps}/guarded`, old)).status).toBe(409);
      const right = options({ uid: made.metadata.uid });
      expect((await admin.delete(`${maps}/guarded`, right)).status).toBe(200);
    });

    test('notes for the collector what becomes of dependents', async () => {
      const finalizers = async (query: string): Promise<string[]> => {
        await admin.post(maps, map('policy', {}, { finalizers: ['example.com/hold'] }));
        const { body } = await admin.delete(`${maps}/policy?${query}`);
        await admin.patch(`${maps}/policy`, 'merge', { metadata: { finalizers: null } });
        return body.metadata.finalizers;
      };
      expect(await finalizers('propagationPolicy=Background')).toEqual(['example.com/hold']);
      expect(await finalizers('propagationPolicy=Orphan')).toEqual(['example.com/hold', 'orphan']);
      expect(await finalizers('propagationPolicy=Foreground')).toEqual([
        'example.com/hold',
        'foregroundDeletion',
      ]);
      const wrong = await admin.delete(`${maps}/policy?propagationPolicy=Never`);
      expect([wrong.status, wrong.body.reason]).toEqual([422, 'Invalid']);
    });

    test('with dryRun takes nothing away', async () => {
      await admin.post(maps, map('stays'));
      expect((await admin.delete(`${maps}/stays?dryRun=All`)).status).toBe(200);
      expect((await admin.get(`${maps}/stays`)).status).toBe(200);
    });

    test('takes whole collections, as selected', async () => {
      for (const name of ['x1', 'x2', 'x3']) {
        const labels = { bulk: name === 'x3' ? 'no' : 'yes' };
        await admin.post(maps, map(name, {}, { labels }));
      }
      const deleted = await admin.delete(`${maps}?labelSelector=bulk%3Dyes`);
      expect(deleted.status).toBe(200);
      expect((await admin.get(`${maps}/x1`)).status).toBe(404);
      expect((await admin.get(`${maps}/x3`)).status).toBe(200);
      expect((await admin.delete('/api/v1/configmaps')).status).toBe(405);
    });

    test('answers with the object where Kubernetes does', async () => {
      const path = `/api/v1/namespaces/${space}/serviceaccounts`;
      await admin.post(path, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'sa' },
      });
      expect((await admin.delete(`${path}/sa`)).body.kind).toBe('ServiceAccount');
    });
  });

  describe('watch', () => {
    const follow = (query: string) => admin.watch(`${maps}?watch=true&${query}`);
    const revision = async () => (await admin.get(maps)).body.metadata.resourceVersion as string;

    test('tells every change after a revision, once and in order', async () => {
      const watching = await follow(
        `resourceVersion=${await revision()}&labelSelector=watch%3Dorder`,
      );
      const labels = { watch: 'order' };
      await admin.post(maps, map('w1', {}, { labels }));
      await admin.patch(`${maps}/w1`, 'merge', { data: { a: 'b' } });
      await admin.delete(`${maps}/w1`);
      expect(await watching.brief(3)).toEqual(['ADDED w1', 'MODIFIED w1', 'DELETED w1']);
      watching.close();
    });

    test('begins with what there is where no revision is given', async () => {
      await admin.post(maps, map('w2', {}, { labels: { watch: 'begin' } }));
      const watching = await follow('labelSelector=watch%3Dbegin');
      expect(await watching.brief(1)).toEqual(['ADDED w2']);
      await admin.patch(`${maps}/w2`, 'merge', { data: { a: 'b' } });
      expect(await watching.brief(1)).toEqual(['MODIFIED w2']);
      watching.close();
    });

    test('tells what comes into a selection and what leaves it', async () => {
      await admin.post(maps, map('w3'));
      const watching = await follow(
        `resourceVersion=${await revision()}&labelSelector=watch%3Dselect`,
      );
      const label = (value: string | null) =>
        admin.patch(`${maps}/w3`, 'merge', { metadata: { labels: { watch: value } } });
      await label('select');
      await admin.patch(`${maps}/w3`, 'merge', { data: { a: 'b' } });
      await label(null);
      await label('select');
      expect(await watching.brief(4)).toEqual([
        'ADDED w3',
        'MODIFIED w3',
        'DELETED w3',
        'ADDED w3',
      ]);
      watching.close();
    });

    test('can be of one object', async () => {
      await admin.post(maps, map('w4'));
      const watching = await follow('fieldSelector=metadata.name%3Dw4');
      await admin.post(maps, map('w5'));
      await admin.delete(`${maps}/w4`);
      expect(await watching.brief(2)).toEqual(['ADDED w4', 'DELETED w4']);
      watching.close();
    });

    test('marks the end of what there was', async () => {
      await admin.post(maps, map('w6', {}, { labels: { watch: 'initial' } }));
      const watching = await follow(
        'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=watch%3Dinitial',
      );
      expect(await watching.brief(1)).toEqual(['ADDED w6']);
      const bookmark = await watching.next();
      expect(bookmark?.type).toBe('BOOKMARK');
      expect(bookmark?.object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' });
      expect(bookmark?.object.metadata.annotations).toMatchObject({
        'k8s.io/initial-events-end': 'true',
      });
      await admin.patch(`${maps}/w6`, 'merge', { data: { a: 'b' } });
      expect(await watching.brief(1)).toEqual(['MODIFIED w6']);
      watching.close();
    });

    test('ends after its time', async () => {
      const watching = await follow(`resourceVersion=${await revision()}&timeoutSeconds=1`);
      expect(await watching.next()).toBeNull();
    });

    test('can be a watch of tables, or of metadata', async () => {
      await admin.post(maps, map('w7', { data: { a: 'b' } }, { labels: { watch: 'form' } }));
      const path = `${maps}?watch=true&labelSelector=watch%3Dform`;
      const tables = await admin.watch(path, {
        accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
      });
      const event = await tables.next();
      expect([event?.type, event?.object.kind]).toEqual(['ADDED', 'Table']);
      expect(event?.object.rows[0].cells.slice(0, 2)).toEqual(['w7', 1]);
      tables.close();
      const parts = await admin.watch(path, {
        accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
      });
      expect((await parts.next())?.object).toMatchObject({
        kind: 'PartialObjectMetadata',
        metadata: { name: 'w7' },
      });
      parts.close();
    });
  });

  describe('custom kinds', () => {
    const path = `/apis/example.com/v1/namespaces/${space}/widgets`;
    const widget = (name: string, spec: object, more: object = {}) => ({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name },
      spec,
      ...more,
    });

    test('are validated, filled in and pruned', async () => {
      const made = await admin.post(path, widget('w', { size: 3, odd: 1, free: { any: [1] } }));
      expect(made.status).toBe(201);
      expect(made.body.spec).toEqual({ size: 3, color: 'red', free: { any: [1] } });
      expect(made.body.metadata.generation).toBe(1);
      const wrong = await admin.post(path, widget('v', { size: 0, color: 'mauve' }));
      expect([wrong.status, wrong.body.reason]).toEqual([422, 'Invalid']);
      expect(
        wrong.body.details.causes.map((cause: { field: string }) => cause.field).sort(),
      ).toEqual(['spec.color', 'spec.size']);
      expect((await admin.post(path, widget('u', {}))).body.message).toContain(
        'spec.size: Required value',
      );
      const strict = await admin.post(
        `${path}?fieldValidation=Strict`,
        widget('t', { size: 1, odd: 1 }),
      );
      expect(strict.body.message).toContain('unknown field "spec.odd"');
    });

    test('keep status and the rest apart', async () => {
      const { body: made } = await admin.post(
        path,
        widget('s', { size: 1 }, { status: { phase: 'x' } }),
      );
      expect(made).not.toHaveProperty('status');
      const put = await admin.put(`${path}/s/status`, {
        ...made,
        spec: { size: 9 },
        status: { phase: 'on' },
      });
      expect([put.status, put.body.spec.size, put.body.status]).toEqual([200, 1, { phase: 'on' }]);
      expect(put.body.metadata.generation).toBe(1);
      const spec = await admin.patch(`${path}/s`, 'merge', {
        spec: { size: 2 },
        status: { phase: 'y' },
      });
      expect([spec.body.spec.size, spec.body.status, spec.body.metadata.generation]).toEqual([
        2,
        { phase: 'on' },
        2,
      ]);
      const labelled = await admin.patch(`${path}/s`, 'merge', {
        metadata: { labels: { a: 'b' } },
      });
      expect(labelled.body.metadata.generation).toBe(2);
      const patched = await admin.patch(`${path}/s/status`, 'merge', { status: { phase: 'off' } });
      expect(patched.body.status).toEqual({ phase: 'off' });
      expect((await admin.get(`${path}/s/status`)).body.kind).toBe('Widget');
    });

    test('need a version to be replaced, and know no strategic merge', async () => {
      await admin.post(path, widget('r', { size: 1 }));
      const blind = await admin.put(`${path}/r`, widget('r', { size: 2 }));
      expect([blind.status, blind.body.reason]).toEqual([422, 'Invalid']);
      expect((await admin.patch(`${path}/r`, 'strategic', { spec: { size: 2 } })).status).toBe(415);
    });

    test('are applied with their schema', async () => {
      const config = (items: object[]) => widget('a', { size: 1, items });
      const as = (manager: string) => `${path}/a?fieldManager=${manager}`;
      await admin.patch(as('one'), 'apply', config([{ name: 'x', value: '1' }]));
      const both = await admin.patch(as('two'), 'apply', config([{ name: 'y', value: '2' }]));
      expect(both.body.spec.items).toEqual([
        { name: 'x', value: '1' },
        { name: 'y', value: '2' },
      ]);
    });

    test('show the columns of their definition', async () => {
      await admin.post(path, widget('t1', { size: 5 }));
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
      const { body } = await admin.get(`${path}/t1`, { accept });
      expect(body.columnDefinitions.map((column: { name: string }) => column.name)).toEqual([
        'Name',
        'Size',
      ]);
      expect(body.rows[0].cells).toEqual(['t1', 5]);
    });

    test('are discovered', async () => {
      const { body } = await admin.get('/apis/example.com/v1');
      expect(body).toMatchObject({ kind: 'APIResourceList', groupVersion: 'example.com/v1' });
      expect(
        body.resources.find((each: { name: string }) => each.name === 'widgets'),
      ).toMatchObject({
        singularName: 'widget',
        namespaced: true,
        kind: 'Widget',
        shortNames: ['wd'],
      });
      expect(
        body.resources.find((each: { name: string }) => each.name === 'widgets/status'),
      ).toMatchObject({ kind: 'Widget', verbs: ['get', 'patch', 'update'] });
    });
  });

  describe('a custom kind of two versions', () => {
    const gears = (version: string) =>
      `/apis/parts.example.com/${version}/namespaces/${space}/gears`;
    const gear = (version: string, name: string, spec: object) => ({
      apiVersion: `parts.example.com/${version}`,
      kind: 'Gear',
      metadata: { name },
      spec,
    });
    beforeAll(async () => {
      await admin.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', gearDefinition);
      await until(async () => {
        const answers = await Promise.all(['v1', 'v1beta1'].map((of) => admin.get(gears(of))));
        return answers.every(({ status }) => status === 200);
      });
    });

    test('is one object, told in the version that is asked for', async () => {
      const made = await admin.post(gears('v1beta1'), gear('v1beta1', 'g', { teeth: 8 }));
      expect(made.body).toMatchObject({
        apiVersion: 'parts.example.com/v1beta1',
        spec: { teeth: 8, finish: 'plain' },
      });
      const { body } = await admin.get(`${gears('v1')}/g`);
      expect(body.apiVersion).toBe('parts.example.com/v1');
      expect(body.spec).toEqual({ teeth: 8, finish: 'plain' });
      expect(body.metadata.uid).toBe(made.body.metadata.uid);
      const list = await admin.get(gears('v1beta1'));
      expect(list.body.apiVersion).toBe('parts.example.com/v1beta1');
      expect(list.body.items[0].apiVersion).toBe('parts.example.com/v1beta1');
    });

    test('is patched and applied in either, and watched in the one that is asked for', async () => {
      const { body: before } = await admin.get(gears('v1'));
      const query = `watch=true&resourceVersion=${before.metadata.resourceVersion}`;
      const watching = await admin.watch(`${gears('v1')}?${query}`);
      await admin.post(gears('v1beta1'), gear('v1beta1', 'h', { teeth: 8 }));
      const path = `${gears('v1beta1')}/h`;
      const patched = await admin.patch(path, 'merge', { spec: { teeth: 9 } });
      expect([patched.status, patched.body.metadata.generation]).toEqual([200, 2]);
      const applied = await admin.patch(
        `${gears('v1')}/h?fieldManager=one&force=true`,
        'apply',
        gear('v1', 'h', { teeth: 10 }),
      );
      expect([applied.status, applied.body.apiVersion]).toEqual([200, 'parts.example.com/v1']);
      for (const teeth of [8, 9, 10]) {
        expect((await watching.next())?.object).toMatchObject({
          apiVersion: 'parts.example.com/v1',
          spec: { teeth, finish: 'plain' },
        });
      }
      watching.close();
    });

    test('is validated by the schema of the version it comes in', async () => {
      const old = await admin.post(gears('v1beta1'), gear('v1beta1', 'i', { teeth: 3 }));
      expect(old.status).toBe(201);
      const refused = await admin.post(gears('v1'), gear('v1', 'j', { teeth: 3 }));
      expect([refused.status, refused.body.reason]).toEqual([422, 'Invalid']);
    });
  });

  describe('discovery', () => {
    test('lists versions, groups and resources', async () => {
      expect((await admin.get('/api')).body).toMatchObject({
        kind: 'APIVersions',
        versions: ['v1'],
      });
      const { body } = await admin.get('/apis');
      expect(body.kind).toBe('APIGroupList');
      const group = body.groups.find((each: { name: string }) => each.name === 'apps');
      expect(group.preferredVersion).toEqual({ groupVersion: 'apps/v1', version: 'v1' });
      const core = await admin.get('/api/v1');
      const known = new Map(
        core.body.resources.map((each: { name: string }) => [each.name, each] as const),
      );
      expect(known.get('configmaps')).toMatchObject({
        singularName: 'configmap',
        namespaced: true,
        kind: 'ConfigMap',
        shortNames: ['cm'],
      });
      expect(known.get('serviceaccounts/token')).toMatchObject({
        group: 'authentication.k8s.io',
        version: 'v1',
        kind: 'TokenRequest',
        verbs: ['create'],
      });
    });

    test('comes in one document for those who ask', async () => {
      const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
      const { body, headers } = await admin.get('/apis', { accept });
      expect(headers['content-type']).toBe(accept);
      expect(body).toMatchObject({
        kind: 'APIGroupDiscoveryList',
        apiVersion: 'apidiscovery.k8s.io/v2',
      });
      const group = body.items.find(
        (each: { metadata: { name: string } }) => each.metadata.name === 'example.com',
      );
      expect(group.versions[0]).toMatchObject({ version: 'v1', freshness: 'Current' });
      expect(group.versions[0].resources[0]).toMatchObject({
        resource: 'widgets',
        scope: 'Namespaced',
        responseKind: { group: 'example.com', version: 'v1', kind: 'Widget' },
      });
      const again = await admin.get('/apis', { accept, 'if-none-match': headers.etag ?? '' });
      expect(again.status).toBe(304);
    });

    test('has documents for people and tools', async () => {
      const index = await admin.get('/openapi/v3');
      const { serverRelativeURL } = index.body.paths['apis/example.com/v1'];
      const { body } = await admin.get(serverRelativeURL);
      const schema = body.components.schemas['com.example.v1.Widget'];
      expect(schema['x-kubernetes-group-version-kind']).toEqual([
        { group: 'example.com', kind: 'Widget', version: 'v1' },
      ]);
      expect(schema.properties.spec.properties.size.type).toBe('integer');
    });

    test('tells the version and the health', async () => {
      expect((await admin.get('/version')).body).toMatchObject({ major: '1', minor: '35' });
      expect(await admin.get('/livez')).toMatchObject({ status: 200, text: 'ok' });
    });
  });

  test('takes only events that say what happened to what', async () => {
    const namespaced = (path: string) => `${path}/namespaces/${space}/events`;
    const [core, named] = ['/api/v1', '/apis/events.k8s.io/v1'].map(namespaced);
    const event = (apiVersion: string, more: object) => ({
      apiVersion,
      kind: 'Event',
      metadata: { generateName: 'event-' },
      ...more,
    });
    const causes = async (path: string | undefined, body: object) => {
      const answer = await admin.post(path ?? '', body);
      // the kind it is stored as, whichever group was asked
      expect(answer.body.details?.group).toBeUndefined();
      const told = (answer.body.details?.causes ?? []) as { field: string; message: string }[];
      return [answer.status, ...told.map(({ field, message }) => `${field}: ${message}`)];
    };
    const about = { kind: 'ConfigMap', name: 'x', namespace: space };
    const eventTime = '2026-01-02T03:04:05.000006Z';
    expect(await causes(core, event('v1', { involvedObject: about }))).toEqual([201]);
    const elsewhere = { ...about, namespace: 'default' };
    expect(await causes(core, event('v1', { involvedObject: elsewhere }))).toEqual([
      422,
      'involvedObject.namespace: Invalid value: "default": does not match event.namespace',
    ]);
    const empty = await causes(named, event('events.k8s.io/v1', { regarding: about, eventTime }));
    expect(empty.map((each) => String(each).slice(0, 60))).toEqual(
      [
        '422',
        'reportingController: Required value',
        'reportingController: Invalid value: "": name part must be no',
        'reportingController: Invalid value: "": name part must consi',
        'reportingInstance: Required value',
        'action: Required value',
        'reason: Required value',
        'type: Invalid value: "": has invalid value: ',
      ].map((each) => each.slice(0, 60)),
    );
    const whole = {
      ...{ regarding: about, eventTime, reportingController: 'a/b', reportingInstance: 'c' },
      ...{ action: 'Act', reason: 'Because', type: 'Normal', series: { count: 1 } },
      deprecatedCount: 3,
    };
    expect(await causes(named, event('events.k8s.io/v1', whole))).toEqual([
      422,
      'series.count: Invalid value: "": should be at least 2',
      'series.lastObservedTime: Required value',
      'count: Invalid value: "": needs to be unset',
    ]);
  });

  test('tells programs that serve beside it whom to believe, and who may ask', async () => {
    const [core, rbac] = ['/api/v1', '/apis/rbac.authorization.k8s.io/v1'].map(
      (path) => `${path}/namespaces/kube-system`,
    );
    const name = 'extension-apiserver-authentication';
    await until(async () => (await admin.get(`${core}/configmaps/${name}`)).status === 200);
    const info = await admin.get(`${core}/configmaps/${name}`);
    const trim = (pem: string) => pem.replace(/\s+/g, '');
    expect(trim(info.body.data['client-ca-file'])).toBe(trim(server.admin.ca));
    const { body } = await admin.get(`${rbac}/roles/${name}-reader`);
    expect(body.rules).toEqual([
      {
        apiGroups: [''],
        resources: ['configmaps'],
        resourceNames: [name],
        verbs: ['get', 'list', 'watch'],
      },
    ]);
    expect(body.metadata).toMatchObject({
      labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
      annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
    });
  });

  describe('methods', () => {
    test.each([
      ['POST', '/api/v1/configmaps'],
      ['PUT', maps],
      ['DELETE', '/apis/authorization.k8s.io/v1/subjectaccessreviews'],
      ['GET', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'],
    ])('%s %s is not allowed', async (method, path) => {
      const { status, body } = await admin.send(method, path, method === 'GET' ? {} : { body: {} });
      expect([status, body.reason]).toEqual([405, 'MethodNotAllowed']);
    });

    test('bodies that are no JSON are refused', async () => {
      for (const body of ['{', '', '[]', '"x"', '{"a":', '\u0000']) {
        expect((await admin.post(maps, body)).status).toBe(400);
      }
      const odd = await admin.post(maps, 'x', { type: 'text/plain' });
      expect([odd.status, odd.body.reason]).toEqual([415, 'UnsupportedMediaType']);
      expect((await admin.post(maps, `${'['.repeat(50_000)}`)).status).toBe(400);
    });

    test('bodies over 3 MiB are refused', async () => {
      const { status, body } = await admin.post(maps, map('x', { data: { a: 'x'.repeat(4e6) } }));
      expect([status, body.reason]).toEqual([413, 'RequestEntityTooLarge']);
    });
  });

  describe('namespaces', () => {
    test('have a phase, a finalizer and a label with their name', async () => {
      const { body } = await admin.get(`/api/v1/namespaces/${space}`);
      expect(body.status).toEqual({ phase: 'Active' });
      expect(body.spec).toEqual({ finalizers: ['kubernetes'] });
      expect(body.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': space });
    });

    test('that are about to go take nothing new, and go when they are finalized', async () => {
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'leaving' } };
      await admin.post('/api/v1/namespaces', namespace);
      const deleted = await admin.delete('/api/v1/namespaces/leaving');
      expect([deleted.status, deleted.body.status.phase]).toEqual([200, 'Terminating']);
      const late = await admin.post('/api/v1/namespaces/leaving/configmaps', map('late'));
      expect(late.body).toMatchObject({ code: 403, reason: 'Forbidden' });
      expect(late.body.details.causes[0].reason).toBe('NamespaceTerminating');
      const { body } = await admin.get('/api/v1/namespaces/leaving');
      const finalized = await admin.put('/api/v1/namespaces/leaving/finalize', {
        ...body,
        spec: { finalizers: [] },
      });
      expect(finalized.status).toBe(200);
      expect((await admin.get('/api/v1/namespaces/leaving')).status).toBe(404);
    });

    test.each(['default', 'kube-system', 'kube-public'])('%s stays', async (name) => {
      const { body } = await admin.delete(`/api/v1/namespaces/${name}`);
      expect([body.code, body.reason]).toEqual([403, 'Forbidden']);
    });
  });
}

/** A kind of a test's own. */
function gearVersion(name: string, storage: boolean, spec: object): object {
  const schema = { type: 'object', properties: { spec: { type: 'object', properties: spec } } };
  return { name, served: true, storage, schema: { openAPIV3Schema: schema } };
}

const gearDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gears.parts.example.com' },
  spec: {
    group: 'parts.example.com',
    scope: 'Namespaced',
    names: { plural: 'gears', singular: 'gear', kind: 'Gear' },
    versions: [
      gearVersion('v1', true, {
        teeth: { type: 'integer', minimum: 5 },
        finish: { type: 'string', default: 'plain' },
      }),
      gearVersion('v1beta1', false, {
        teeth: { type: 'integer' },
        finish: { type: 'string', default: 'plain' },
      }),
    ],
  },
};

export const widgets = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', shortNames: ['wd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['size'],
                properties: {
                  size: { type: 'integer', minimum: 1 },
                  color: { type: 'string', default: 'red', enum: ['red', 'blue'] },
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                  items: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: { name: { type: 'string' }, value: { type: 'string' } },
                    },
                  },
                },
              },
              status: { type: 'object', properties: { phase: { type: 'string' } } },
            },
          },
        },
      },
    ],
  },
};

/** Asks until it is so. */
export async function until(probe: () => Promise<boolean>): Promise<void> {
  while (!(await probe())) await new Promise((resolve) => setTimeout(resolve, 20));
}
