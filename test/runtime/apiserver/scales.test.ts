import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { definitionsPath } from './definitions.ts';
import { Client, type OurServer, startOurs } from './harness.ts';
import { gearDefinition } from './steps.ts';

interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly fieldsV1: object;
}

// what kube-apiserver says of all but applied scales of custom kinds, where it fails: test/real/steps.test.ts
describe('scales of custom kinds', () => {
  const at = (version = 'v1') => `/apis/scaled.example.com/${version}/namespaces/default/gears`;
  const scale = (replicas: number) => ({
    ...{ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'o' } },
    spec: { replicas },
  });
  let server: OurServer;
  let admin: Client;
  beforeAll(async () => {
    server = await startOurs();
    admin = new Client(server.admin);
    expect((await admin.post(definitionsPath, gearDefinition)).status).toBe(201);
    const gear = { apiVersion: 'scaled.example.com/v1', kind: 'Gear', metadata: { name: 'o' } };
    const made = await admin.post(`${at()}?fieldManager=maker`, {
      ...gear,
      spec: { teeth: 2, size: 1 },
    });
    expect(made.status).toBe(201);
  });
  afterAll(async () => {
    admin.close();
    await server.stop();
    expect(server.bugs).toEqual([]);
  });
  const apply = (manager: string, replicas: number, { version = 'v1', query = '' } = {}) =>
    admin.patch(`${at(version)}/o/scale?fieldManager=${manager}${query}`, 'apply', scale(replicas));
  const entries = async () => {
    const { body } = await admin.get(`${at()}/o`);
    return (body.metadata.managedFields as Entry[]).map(
      ({ manager, operation, apiVersion, subresource = '', fieldsV1 }) => [
        ...[manager, operation, apiVersion.split('/')[1], subresource, fieldsV1],
      ],
    );
  };
  const teeth = { 'f:spec': { 'f:teeth': {} } };
  const others = ['maker', 'Update', 'v1', '', { 'f:spec': { '.': {}, 'f:size': {} } }];

  test('are applied, and refused where another manager set them', async () => {
    const { status, body } = await apply('a', 3);
    expect([status, body.reason, body.details.causes]).toEqual([
      409,
      'Conflict',
      [
        {
          reason: 'FieldManagerConflict',
          message: 'conflict with "maker" using autoscaling/v1',
          field: '.spec.replicas',
        },
      ],
    ]);
    const forced = await apply('a', 3, { query: '&force=true' });
    expect([forced.status, forced.body.kind, forced.body.spec]).toEqual([
      ...[200, 'Scale', { replicas: 3 }],
    ]);
    expect((await admin.get(`${at()}/o`)).body.spec).toEqual({ teeth: 3, size: 1 });
  });

  test('have an entry of their own in the managed fields', async () => {
    expect(await entries()).toEqual([['a', 'Apply', 'v1', 'scale', teeth], others]);
  });

  test('are owned in the version they are applied in, and taken over from another', async () => {
    const fine = { 'f:spec': { 'f:fine': { 'f:teeth': {} } } };
    expect((await apply('b', 7, { version: 'v2' })).status).toBe(409);
    expect((await apply('b', 7, { version: 'v2', query: '&force=true' })).status).toBe(200);
    expect(await entries()).toEqual([['b', 'Apply', 'v2', 'scale', fine], others]);
    expect((await admin.get(`${at()}/o`)).body.spec).toEqual({
      ...{ teeth: 3, size: 1, fine: { teeth: 7 } },
    });
  });

  test('belong to who merges them, and are free when nobody wants them', async () => {
    const path = `${at()}/o/scale`;
    await admin.patch(`${path}?fieldManager=m`, 'merge', { spec: { replicas: 5 } });
    expect(await entries()).toEqual([['m', 'Update', 'v1', 'scale', teeth], others]);
    await admin.patch(`${path}?fieldManager=m`, 'merge', { spec: { replicas: null } });
    expect(await entries()).toEqual([others]);
  });

  test('of nothing are not made by applying them', async () => {
    const body = { ...scale(1), metadata: { name: 'none' } };
    const { status } = await admin.patch(`${at()}/none/scale?fieldManager=a`, 'apply', body);
    expect(status).toBe(404);
    expect((await admin.get(`${at()}/none`)).status).toBe(404);
  });
});
