import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customResourceDefinitions } from '../../../src/kube/schema/definitions.ts';
import { firstRevision } from '../../../src/runtime/store/store.ts';
import { badInputObjects } from './bad-input.ts';
import { Client, type OurServer, type Reply, startOurs } from './harness.ts';
import { matrixKinds } from './matrix.ts';

/** Told with the run, so that it can be had again: `OCM_FUZZ_SEED=… npx vitest run test/runtime/apiserver/fuzz.prop.ts`. */
const seed = Number(process.env['OCM_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const runs = Number(process.env['OCM_FUZZ_RUNS'] ?? 60);

const words = fc.constantFrom(
  ...['', 'default', 'there', 'x', '..', '.', '%2e%2e', '%2f', '%00', '%zz', '__proto__', '*'],
  ...['constructor', 'status', 'scale', 'namespaces', 'configmaps', 'watch', 'é', 'a'.repeat(300)],
);
const known = fc.constantFrom(
  ...matrixKinds.flatMap(({ path, object }) => {
    const { name } = object['metadata'] as { readonly name: string };
    const here = path.replace('/namespaces/matrix/', '/namespaces/bad/');
    return [here, `${here}/${name}`, `${here}/${name}/status`, `${here}/${name}/scale`];
  }),
  ...['/', '/api', '/apis', '/version', '/openapi/v3', '/livez', '/metrics'],
);
const path = fc.oneof(
  { weight: 6, arbitrary: known },
  { weight: 1, arbitrary: fc.tuple(known, words).map((parts) => parts.join('/')) },
  { weight: 1, arbitrary: fc.array(words, { maxLength: 9 }).map((parts) => `/${parts.join('/')}`) },
);
const parameter = fc.tuple(
  fc.constantFrom(
    ...['limit', 'continue', 'resourceVersion', 'resourceVersionMatch', 'labelSelector', 'dryRun'],
    ...['fieldSelector', 'fieldManager', 'force', 'fieldValidation', 'propagationPolicy', 'pretty'],
    ...['gracePeriodSeconds', 'sendInitialEvents', 'orphanDependents', 'includeObject'],
  ),
  fc.oneof(
    fc.constantFrom('1', '0', '-1', 'true', 'All', 'Strict', 'Exact', 'a=b', 'a in (b)', 'Orphan'),
    fc.string({ maxLength: 12 }),
  ),
);
const query = fc
  .array(parameter, { maxLength: 3 })
  .map((pairs) => new URLSearchParams(pairs).toString());
const type = fc.oneof(
  fc.constantFrom(
    ...['application/json', 'application/yaml', 'application/merge-patch+json'],
    ...['application/json-patch+json', 'application/strategic-merge-patch+json'],
    ...['application/apply-patch+yaml', 'application/vnd.kubernetes.protobuf', 'text/plain'],
  ),
);

/** An object of a kind with something in it changed, left out or put elsewhere. */
const spoiled = fc
  .tuple(
    fc.constantFrom(...matrixKinds.map(({ object }) => object)),
    fc.array(
      fc.tuple(
        fc.array(fc.constantFrom('metadata', 'spec', 'status', 'data', 'labels', 'rules', '0'), {
          maxLength: 3,
        }),
        fc.constantFrom(
          ...['name', 'namespace', 'uid', 'finalizers', 'ownerReferences', 'managedFields', 'kind'],
          ...['apiVersion', '__proto__', 'constructor', 'spec', 'versions', 'a', 'labels', '1'],
        ),
        fc.jsonValue({ maxDepth: 2 }),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([object, changes]) => {
    const copy = JSON.parse(JSON.stringify(object)) as Record<string, unknown>;
    for (const [way, key, value] of changes) {
      let at: unknown = copy;
      for (const step of way) at = isOpen(at) && Object.hasOwn(at, step) ? at[step] : at;
      if (!isOpen(at)) continue;
      Object.defineProperty(at, key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return JSON.stringify(copy);
  });

function isOpen(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

const operations = fc
  .array(
    fc.record({
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'),
      path: fc.constantFrom(
        '',
        '/',
        '/metadata',
        '/metadata/labels/a',
        '/spec/-',
        '/a~2',
        'x',
        '/0',
      ),
      from: fc.constantFrom('', '/metadata', '/spec', '/metadata/labels'),
      value: fc.jsonValue({ maxDepth: 1 }),
    }),
    { maxLength: 4 },
  )
  .map((list) => JSON.stringify(list));
const body = fc.oneof(
  { weight: 6, arbitrary: spoiled },
  { weight: 2, arbitrary: operations },
  { weight: 2, arbitrary: fc.json() },
  {
    weight: 2,
    arbitrary: fc
      .tuple(spoiled, fc.nat(400), fc.string({ maxLength: 3 }))
      .map(([text, at, junk]) => text.slice(0, at) + junk + text.slice(at + 1)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 80 })
      .map((bytes) => Buffer.concat([Buffer.from('k8s\0'), bytes])),
  },
);
const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
  path,
  query,
  type,
  body,
});

const sane = new Set([200, 201, 202, 304, 400, 403, 404, 405, 406, 409, 410, 413, 415, 422, 504]);
/** What kube-apiserver answers with 500 too. */
const known500 = /resourceVersion should not be set|failed to create typed patch object/;

function faultOf({ status, body: answer, text, headers }: Reply): string | null {
  if (status === 500) return known500.test(text) ? null : `500: ${text}`;
  if (!sane.has(status)) return `${status}: ${text}`;
  if (status < 400 || text === '') return null;
  if (!String(headers['content-type']).startsWith('application/json')) return null;
  const fine = answer.kind === 'Status' && answer.code === status && answer.status === 'Failure';
  return fine ? null : `no Status: ${text}`;
}

describe('requests nobody would send', () => {
  let server: OurServer;
  let admin: Client;
  beforeAll(async () => {
    server = await startOurs({ definitions: customResourceDefinitions() });
    admin = new Client(server.admin);
    await furnish();
  });
  afterAll(async () => {
    admin.close();
    await server.stop();
  });

  /** Puts back what requests have deleted, definitions of kinds too. */
  const furnish = async (): Promise<void> => {
    for (const definition of customResourceDefinitions()) {
      await admin.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
    }
    for (const [at, object] of badInputObjects) await admin.post(at, object);
  };

  /** Whether discovery tells of the kind that is listed at a path: who deletes its definition is served it no longer. */
  const isServed = async (at: string): Promise<boolean> => {
    const group = at.slice(0, at.lastIndexOf('/'));
    const { status, body: found } = await admin.get(group);
    const plural = at.slice(group.length + 1);
    return status === 200 && found.resources.some(({ name }: { name: string }) => name === plural);
  };

  /** All that is stored can be read, is what its name says, and is there once. */
  const consistent = async (revisionBefore: number): Promise<void> => {
    expect(server.store.revision).toBeGreaterThanOrEqual(revisionBefore);
    const uids = new Set<string>();
    let count = 0;
    for (const { path: at } of matrixKinds) {
      const everywhere = at.replace('/namespaces/matrix/', '/');
      const { status, body: list } = await admin.get(everywhere);
      if (status === 405) continue;
      expect([everywhere, status]).toEqual([everywhere, (await isServed(everywhere)) ? 200 : 404]);
      if (status === 404) continue;
      for (const { metadata } of list.items) {
        const { name, namespace, uid, resourceVersion } = metadata;
        const plural = everywhere.slice(everywhere.lastIndexOf('/'));
        const root = everywhere.slice(0, -plural.length);
        const own =
          namespace === undefined ? everywhere : `${root}/namespaces/${namespace}${plural}`;
        const { body: one } = await admin.get(`${own}/${encodeURIComponent(name)}`);
        expect(one.metadata).toMatchObject({ name, uid, resourceVersion });
        expect(Number(resourceVersion)).toBeGreaterThan(firstRevision - 1);
        // Kubernetes tells of events in two groups
        if (at.includes('events.k8s.io')) continue;
        uids.add(uid);
        count += 1;
      }
    }
    expect(uids.size).toBe(count);
  };

  test('are answered with a Status, end nothing and leave a store that can be read', async () => {
    console.info(`fuzz of the API server: seed ${seed}`);
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 5, maxLength: 12 }), async (requests) => {
        await furnish();
        const before = server.store.revision;
        for (const { method, path: at, query: asked, type: of, body: sent } of requests) {
          const bare = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
          const encoded = encodeURI(at).replaceAll('%25', '%');
          const reply = await admin.send(method, `${encoded}?${asked}`, {
            ...(bare ? {} : { body: sent, type: of }),
            raw: true,
          });
          expect(faultOf(reply)).toBeNull();
        }
        expect((await admin.get('/livez')).text).toBe('ok');
        expect(server.bugs).toEqual([]);
        expect(server.store.revision).toBeGreaterThanOrEqual(before);
      }),
      { numRuns: runs, seed },
    );
    await consistent(firstRevision);
  }, 120_000);
});
