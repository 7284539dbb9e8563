import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { customResourceDefinitions } from '../../../src/kube/schema/definitions.ts';
import { placementAdmission } from '../../../src/runtime/apiserver/admission/placements.ts';
import type { Requester } from '../../../src/runtime/apiserver/request/requester.ts';
import type { Resource } from '../../../src/runtime/apiserver/resources/resource.ts';
import { badPlacements, goodPlacements, placementOf } from '../../support/bad-placements.ts';
import { Client, type OurServer, startOurs } from './harness.ts';

const placements = '/apis/cluster.open-cluster-management.io/v1beta1/namespaces/default/placements';

describe('the embedded hub refuses Placements nobody can decide', () => {
  let server: OurServer;
  let admin: Client;
  let count = 0;
  const create = (spec: Json, annotations: Json = {}) => {
    count += 1;
    return admin.post(placements, placementOf(`p${count}`, spec, annotations));
  };

  beforeAll(async () => {
    server = await startOurs({ definitions: customResourceDefinitions() });
    admin = new Client(server.admin);
  });
  afterAll(async () => {
    admin.close();
    await server.stop();
    expect(server.bugs).toEqual([]);
  });

  test.each(badPlacements)('%s', async (_, spec, said) => {
    const { status, body } = await create(spec);
    expect({ status, reason: body.reason }).toEqual({ status: 422, reason: 'Invalid' });
    expect(body.message).toContain(said);
    expect(body.details.causes[0].field).toMatch(/^spec\./);
  });

  test.each(goodPlacements)('and takes %j', async (spec) => {
    expect((await create(spec)).status).toBe(201);
  });

  test('selectors and CEL are read too, and what annotations say', async () => {
    const selecting = (of: Json): Json => ({ predicates: [{ requiredClusterSelector: of }] });
    const cel = await create(selecting({ celSelector: { celExpressions: ['nope == 1'] } }));
    expect(cel.body.message).toContain("undeclared reference to 'nope'");
    const label = await create(
      selecting({
        labelSelector: { matchExpressions: [{ key: 'a', operator: 'Gt', values: [] }] },
      }),
    );
    expect(label.body.message).toContain('spec.predicates: Invalid value: "Gt" is not a valid');
    const guard = await create({}, { 'ocmlang.dev/remove-at-most': 'few' });
    expect(guard.body.message).toContain('few is neither a number of clusters nor a percentage');
    const trust = await create(
      selecting({
        celSelector: { celExpressions: ['managedCluster.status.version.kubernetes == "v1"'] },
      }),
      { 'ocmlang.dev/trust': 'hub' },
    );
    expect(trust.body.message).toContain('agents say status.version.kubernetes of themselves');
  });

  test('everything that is wrong is said at once', async () => {
    const { body } = await create({ numberOfClusters: -1, ...(badPlacements[1]?.[1] as object) });
    expect(body.details.causes).toHaveLength(2);
  });
});

test('what was wrong before hinders no other change', () => {
  const validate = (old: Json, spec: Json, more: object = {}) => {
    const was = placementOf('p', old);
    const is = placementOf('p', spec);
    const refusal = placementAdmission.validate?.({
      operation: 'UPDATE',
      isNamed: true,
      resource: { group: 'cluster.open-cluster-management.io', plural: 'placements' } as Resource,
      subresource: '',
      namespace: 'default',
      name: 'p',
      object: { ...is, metadata: { ...is.metadata, ...more } },
      old: was,
      requester: { name: 'admin', groups: [] } as unknown as Requester,
      dryRun: false,
    });
    return refusal?.code ?? 'fine';
  };
  const bad = { numberOfClusters: -1 };
  expect(validate(bad, bad, { labels: { a: 'b' } })).toBe('fine');
  expect(validate(bad, { ...bad, clusterSets: ['a'] })).toBe('fine');
  expect(validate(bad, { numberOfClusters: 1 })).toBe('fine');
  expect(validate(bad, { numberOfClusters: -2 })).toBe(422);
  expect(validate({}, bad)).toBe(422);
});
