import { describe, expect, test } from 'vitest';
import { instant } from '../../../../src/base/instant.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import type { Cluster } from '../../../../src/runtime/client/cluster.ts';
import {
  type DebugAnswer,
  debugPlacement,
} from '../../../../src/runtime/hub/placement/debug/debug.ts';
import {
  type DebugRequest,
  mostBytes,
} from '../../../../src/runtime/hub/placement/debug/request.ts';
import { snapshotOf } from '../../../support/snapshot.ts';
import { cluster, fleet } from '../programs.ts';
import { byLabel, placementOf } from './events.ts';

type Spec = Readonly<Record<string, unknown>>;

/** A hub that knows tokens and who may what, and keeps the questions it was asked. */
function hubThatKnows(may: (attributes: Spec) => boolean) {
  const asked: Spec[] = [];
  const create = async (object: KubeObject) => {
    const spec = object.spec as Spec;
    asked.push(spec);
    const user = { username: 'ann', uid: 'u1', groups: ['devs'], extra: { scopes: ['x'] } };
    const status =
      object.kind === 'TokenReview'
        ? { authenticated: spec['token'] === 'good', user: spec['token'] === 'bad' ? {} : user }
        : { allowed: may(spec['resourceAttributes'] as Spec) };
    return { ok: true, value: { ...object, status } };
  };
  return { hub: { create } as unknown as Cluster, asked };
}

const tainted = {
  ...cluster('c3', { env: 'prod' }),
  spec: { taints: [{ key: 'old', effect: 'NoSelect' }] },
};
const objects = [
  ...fleet(0),
  cluster('c1', { env: 'prod' }),
  cluster('c2', { env: 'dev' }),
  tainted as KubeObject,
  placementOf('p', byLabel('env', 'prod')),
];

async function ask(
  request: Partial<DebugRequest>,
  may: (attributes: Spec) => boolean = ({ namespace }) => namespace === 'shop',
): Promise<DebugAnswer & { readonly asked: readonly Spec[] }> {
  const { hub, asked } = hubThatKnows(may);
  const answer = await debugPlacement(
    {
      method: 'GET',
      target: '/debug/placements/shop/p',
      authorization: 'Bearer good',
      body: '',
      ...request,
    },
    { hub, snapshot: () => snapshotOf(objects), now: () => instant(0) },
  );
  return { ...answer, asked };
}

describe('the debugger of placements', () => {
  test('answers in the form of upstream’s, and says who was dropped and why', async () => {
    const { status, body } = await ask({});
    expect(status).toBe(200);
    expect(body).toMatchObject({
      placement: { kind: 'Placement', metadata: { name: 'p', namespace: 'shop' } },
      filteredPipelineResults: [
        { name: 'Predicate', filteredClusters: ['c1', 'c3'] },
        { name: 'Predicate,TaintToleration', filteredClusters: ['c1'] },
      ],
      prioritizeResults: [{ name: 'PreferNoSelect', weight: 1, scores: {} }],
      aggregatedScores: [{ clusterName: 'c1', score: 0 }],
      selectedClusters: ['c1'],
      droppedClusters: [
        { clusterName: 'c2', filter: 'Predicate', why: expect.any(String) },
        { clusterName: 'c3', filter: 'TaintToleration', why: expect.stringContaining('old') },
      ],
      conditions: [
        { type: 'PlacementMisconfigured' },
        { type: 'PlacementSatisfied', status: 'True' },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('resourceVersion');
  });

  test('asks the hub whose token it is, and whether they may get this very placement', async () => {
    const { asked } = await ask({});
    expect(asked).toEqual([
      { token: 'good' },
      {
        user: 'ann',
        uid: 'u1',
        groups: ['devs'],
        extra: { scopes: ['x'] },
        resourceAttributes: {
          namespace: 'shop',
          verb: 'get',
          group: 'cluster.open-cluster-management.io',
          version: 'v1beta1',
          resource: 'placements',
          name: 'p',
        },
      },
    ]);
  });

  test.each([
    ['no token', undefined],
    ['no bearer token', 'Basic good'],
    ['an empty token', 'Bearer '],
    ['two', 'Bearer good good'],
    ['a long one', `Bearer ${'x'.repeat(20_000)}`],
    ['one the hub does not know', 'Bearer bad'],
    ['one that is over, of somebody the hub knows', 'Bearer over'],
  ])('401 with %s', async (_, authorization) => {
    expect((await ask({ authorization })).status).toBe(401);
  });

  test('whom a certificate names is asked about as an API server would, and no token is looked at', async () => {
    const certified = { username: 'carla', groups: ['readers'] };
    const { status, asked } = await ask({ certified, authorization: 'Bearer bad' });
    expect(status).toBe(200);
    expect(asked).toEqual([
      {
        user: 'carla',
        groups: ['readers', 'system:authenticated'],
        resourceAttributes: expect.objectContaining({ verb: 'get', name: 'p' }),
      },
    ]);
  });

  test('403 for who may not get it, the same whether there is such a placement or not', async () => {
    const nobody = () => false;
    const there = await ask({}, nobody);
    const missing = await ask({ target: '/debug/placements/shop/none' }, nobody);
    expect([there.status, missing.status]).toEqual([403, 403]);
    expect(there.body).toEqual(missing.body);
    expect((await ask({ target: '/debug/placements/pay/p' })).status).toBe(403);
    expect((await ask({ target: '/debug/placements/shop/none' })).status).toBe(404);
  });

  test.each([
    '/debug/placements/shop',
    '/debug/placements/shop/',
    '/debug/placements//p',
    '/debug/placements/shop/p/',
    '/debug/placements/shop//p',
    '/debug/placements/shop/../pay/p',
    '/debug/placements/../../shop/p',
    '/debug/placements/shop/..',
    '/debug/placements/shop%2Fp',
    '/debug/placements/shop/%70',
    '/debug/placements/shop/p%00',
    '/debug/placements/shop/p?x=1',
    '/debug/placements/shop/p;x',
    '/debug/placements/Shop/p',
    '/debug/placements/shop/p\\..',
  ])('400 for the path %s, and nobody is asked', async (target) => {
    const { status, asked } = await ask({ target }, () => true);
    expect([status, asked]).toEqual([400, []]);
  });

  test.each([
    ['PUT', '/debug/placements/shop/p', 405],
    ['GET', '/debug/placement/shop/p', 404],
    ['GET', '//debug/placements/shop/p', 404],
    ['GET', '/healthz/../debug/placements/shop/p', 404],
    ['POST', '/debug/placements/shop/p', 404],
  ])('%s %s gives %i', async (method, target, expected) => {
    expect((await ask({ method, target }, () => true)).status).toBe(expected);
  });

  test('a placement that is sent is evaluated with the defaults of the API, for who may create it there', async () => {
    const post = (object: unknown, may?: (attributes: Spec) => boolean) =>
      ask({ method: 'POST', target: '/debug/placements/', body: JSON.stringify(object) }, may);
    const coordinate = { builtIn: 'ResourceAllocatableCPU' };
    const spec = {
      prioritizerPolicy: { mode: 'Exact', configurations: [{ scoreCoordinate: coordinate }] },
    };
    const { status, body, asked } = await post({ metadata: { namespace: 'shop' }, spec });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      prioritizeResults: [
        { name: 'ResourceAllocatableCPU', weight: 1 },
        { name: 'PreferNoSelect' },
      ],
      selectedClusters: ['c1', 'c2'],
    });
    expect(asked[1]?.['resourceAttributes']).toMatchObject({ verb: 'create', namespace: 'shop' });
    expect((await post({ metadata: { namespace: 'pay' } })).status).toBe(403);
    const wrong = { ...spec, numberOfClusters: -1 };
    expect((await post({ metadata: { namespace: 'shop' }, spec: wrong })).body).toMatchObject({
      conditions: [{ type: 'PlacementMisconfigured', status: 'True' }, {}],
    });
  });

  test.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['no namespace', '{"metadata":{"name":"p"}}'],
    ['a namespace that is a path', '{"metadata":{"namespace":"../pay"}}'],
    ['what is nested deeply', `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`],
  ])('400 for a body of %s', async (_, body) => {
    expect((await ask({ method: 'POST', target: '/debug/placements/', body })).status).toBe(400);
  });

  test('400 for a body above a mebibyte, which is not read to its end', async () => {
    expect(mostBytes).toBe(1_048_576);
    const answer = await ask({ method: 'POST', target: '/debug/placements/', body: null });
    expect(answer.status).toBe(400);
  });

  test('any spec is answered: what an API server would refuse by its field, as there', async () => {
    const matchLabels = { ['__proto__']: 'x' };
    const odd: readonly (readonly [spec: object, field: string | null])[] = [
      [{ predicates: [{ requiredClusterSelector: { labelSelector: { matchLabels } } }] }, null],
      [{ numberOfClusters: 'x' }, 'spec.numberOfClusters: '],
      [{ predicates: 'x', tolerations: { a: 1 }, clusterSets: [1] }, 'spec.'],
      [
        { decisionStrategy: { groupStrategy: { clustersPerDecisionGroup: {} } } },
        'spec.decisionStrategy.groupStrategy.clustersPerDecisionGroup: ',
      ],
      [{ prioritizerPolicy: { configurations: [null] } }, 'spec.prioritizerPolicy.configurations'],
      [{ tolerations: [{ tolerationSeconds: 1.5 }] }, 'spec.tolerations[0].tolerationSeconds: '],
    ];
    for (const [spec, field] of odd) {
      const body = JSON.stringify({ metadata: { namespace: 'shop' }, spec });
      const answer = await ask({ method: 'POST', target: '/debug/placements/', body });
      expect(answer.status).toBe(field === null ? 200 : 400);
      if (field !== null) expect(answer.body).toEqual({ error: expect.stringContaining(field) });
    }
  });

  test('503 while the process does not schedule, 500 where the hub does not answer: its words are not passed on', async () => {
    const { hub } = hubThatKnows(() => true);
    const request = {
      method: 'GET',
      target: '/debug/placements/shop/p',
      authorization: 'Bearer good',
      body: '',
    };
    const standby = { hub, snapshot: () => null, now: () => instant(0) };
    expect((await debugPlacement(request, standby)).status).toBe(503);
    const create = async () => ({ ok: false, status: 403, reason: 'Forbidden', message: 'secret' });
    const silent = { ...standby, hub: { create } as unknown as Cluster };
    expect(await debugPlacement(request, silent)).toEqual({
      status: 500,
      body: { error: 'the hub does not answer a TokenReview' },
    });
  });
});
