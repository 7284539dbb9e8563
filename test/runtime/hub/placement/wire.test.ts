import { afterEach, describe, expect, test } from 'vitest';
import { eventKind } from '../../../../src/kube/core.ts';
import { type Ref, refOf } from '../../../../src/kube/object.ts';
import { placementDecisionKind, placementKind } from '../../../../src/kube/ocm/cluster.ts';
import { schedulePlacements } from '../../../../src/runtime/hub/placement/controller.ts';
import { type MemoryCluster, memoryCluster } from '../../../support/memory-cluster.ts';
import { type Harness, run } from '../../control/harness.ts';
import { put } from '../../world.ts';
import { cluster, clusterSet, setBinding } from '../programs.ts';
import { byLabel, placementOf } from './events.ts';

let harness: Harness | undefined;
afterEach(() => harness?.stop());

interface Sent {
  readonly verb: string;
  readonly name: string;
  readonly subresource?: string;
  readonly body: unknown;
}

/** A hub that keeps what is sent to it about placements. */
async function start(compat?: 'upstream') {
  const hub = memoryCluster();
  const sent: Sent[] = [];
  const keep = (verb: string, of: Ref, body: unknown, subresource?: string) => {
    if (!of.kind.startsWith('Placement')) return;
    sent.push({ verb, name: of.name, body, ...(subresource && { subresource }) });
  };
  const seen: MemoryCluster = {
    ...hub,
    create: (object, write) => {
      keep('create', refOf(object), object);
      return hub.create(object, write);
    },
    mergePatch: (of, patch, write) => {
      keep('patch', of, patch, write?.subresource);
      return hub.mergePatch(of, patch, write);
    },
    delete: (of, write) => {
      keep('delete', of, write);
      return hub.delete(of, write);
    },
  };
  const spec = {
    ...byLabel('env', 'prod'),
    decisionStrategy: {
      groupStrategy: {
        decisionGroups: [
          {
            groupName: 'canary',
            groupClusterSelector: { labelSelector: { matchLabels: { ring: 'a' } } },
          },
        ],
      },
    },
  };
  const clusters = [cluster('c1', { env: 'prod' }), cluster('c2', { env: 'prod', ring: 'a' })];
  for (const object of [
    ...clusters,
    clusterSet('all'),
    setBinding('all'),
    placementOf('p', spec),
  ]) {
    await put(hub, object);
  }
  harness = run([schedulePlacements(compat ? { compat } : {})], { hub: seen });
  await harness.ready;
  await harness.rest();
  const { rest } = harness;
  const next = async (): Promise<readonly Sent[]> => {
    await rest();
    return sent.splice(0);
  };
  return { hub, next };
}

const found = (hub: MemoryCluster, name: string) =>
  hub.find(placementDecisionKind, 'shop', name)?.metadata;
const times = /"lastTransitionTime":"[^"]*"/g;
const timeless = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replace(times, '"at":0'));

describe.each([
  ['native', undefined],
  ['upstream', 'upstream' as const],
])('on the wire, %s', (_, compat) => {
  test('a decision is created without status, as upstream names, labels and owns it, then patched', async () => {
    const { hub, next } = await start(compat);
    const p = hub.find(placementKind, 'shop', 'p')?.metadata;
    const created = (n: number, group: string) => ({
      verb: 'create',
      name: `p-decision-${n}`,
      body: {
        apiVersion: 'cluster.open-cluster-management.io/v1beta1',
        kind: 'PlacementDecision',
        metadata: {
          name: `p-decision-${n}`,
          namespace: 'shop',
          labels: {
            'cluster.open-cluster-management.io/placement': 'p',
            'cluster.open-cluster-management.io/decision-group-index': String(n - 1),
            'cluster.open-cluster-management.io/decision-group-name': group,
          },
          ownerReferences: [
            {
              apiVersion: 'cluster.open-cluster-management.io/v1beta1',
              kind: 'Placement',
              name: 'p',
              uid: p?.uid,
              controller: true,
              blockOwnerDeletion: true,
            },
          ],
        },
      },
    });
    const filled = (n: number, clusterName: string) => ({
      verb: 'patch',
      subresource: 'status',
      name: `p-decision-${n}`,
      // Of the very decision that was created.
      body: {
        metadata: {
          uid: found(hub, `p-decision-${n}`)?.uid,
          resourceVersion: expect.stringMatching(/^\d+$/),
        },
        status: { decisions: [{ clusterName, reason: '' }] },
      },
    });
    const sent = await next();
    expect(sent.slice(0, 4)).toEqual([
      created(1, 'canary'),
      filled(1, 'c2'),
      created(2, ''),
      filled(2, 'c1'),
    ]);
    const group = (n: number, decisionGroupName: string) => ({
      decisionGroupIndex: n,
      decisionGroupName,
      decisions: [`p-decision-${n + 1}`],
      clusterCount: 1,
    });
    expect(timeless(sent.slice(4))).toEqual([
      {
        verb: 'patch',
        subresource: 'status',
        name: 'p',
        body: {
          metadata: { uid: p?.uid, resourceVersion: expect.any(String) },
          status: {
            conditions: [
              {
                type: 'PlacementMisconfigured',
                status: 'False',
                reason: 'Succeedconfigured',
                message: 'Placement configurations check pass',
                at: 0,
              },
              {
                type: 'PlacementSatisfied',
                status: 'True',
                reason: 'AllDecisionsScheduled',
                message: 'All cluster decisions scheduled',
                at: 0,
              },
            ],
            numberOfSelectedClusters: 2,
            decisionGroups: [group(0, 'canary'), group(1, '')],
          },
        },
      },
    ]);
  });

  test('a change is a patch of what changes, for the object that was read', async () => {
    const { hub, next } = await start(compat);
    await next();
    const [first, second, p] = [
      found(hub, 'p-decision-1'),
      found(hub, 'p-decision-2'),
      hub.find(placementKind, 'shop', 'p')?.metadata,
    ];
    const asRead = (of: typeof first) => ({ uid: of?.uid, resourceVersion: of?.resourceVersion });
    await hub.mergePatch(refOf(cluster('c2')), { metadata: { labels: { ring: 'b' } } });
    const sent = await next();
    expect(sent).toEqual([
      {
        verb: 'patch',
        name: 'p-decision-1',
        body: {
          metadata: {
            ...asRead(first),
            labels: {
              ...first?.labels,
              'cluster.open-cluster-management.io/decision-group-name': '',
            },
          },
        },
      },
      {
        verb: 'patch',
        subresource: 'status',
        name: 'p-decision-1',
        body: {
          metadata: { uid: first?.uid, resourceVersion: expect.stringMatching(/^\d+$/) },
          status: {
            decisions: [
              { clusterName: 'c1', reason: '' },
              { clusterName: 'c2', reason: '' },
            ],
          },
        },
      },
      {
        verb: 'delete',
        name: 'p-decision-2',
        body: { ifUid: second?.uid, ifVersion: second?.resourceVersion },
      },
      {
        verb: 'patch',
        subresource: 'status',
        name: 'p',
        body: {
          metadata: asRead(p),
          status: {
            decisionGroups: [
              {
                decisionGroupIndex: 0,
                decisionGroupName: '',
                decisions: ['p-decision-1'],
                clusterCount: 2,
              },
            ],
          },
        },
      },
    ]);
  });

  test('nothing selected: no status for a new decision, an empty list for an old one, and a count of 0', async () => {
    const { hub, next } = await start(compat);
    await next();
    for (const name of ['c1', 'c2']) {
      await hub.mergePatch(refOf(cluster(name)), { metadata: { labels: { env: 'dev' } } });
    }
    await next();
    expect(hub.find(placementDecisionKind, 'shop', 'p-decision-1')?.status).toEqual({
      decisions: [],
    });
    expect(hub.find(placementKind, 'shop', 'p')?.status).toMatchObject({
      numberOfSelectedClusters: 0,
      decisionGroups: [{ decisions: ['p-decision-1'], clusterCount: 0 }],
    });
    await put(hub, placementOf('q', byLabel('env', 'prod')));
    await next();
    expect(hub.find(placementDecisionKind, 'shop', 'q-decision-1')).not.toHaveProperty('status');
    expect(hub.find(placementKind, 'shop', 'q')?.status).not.toHaveProperty(
      'numberOfSelectedClusters',
    );
  });

  test('events are the placement controller’s: what was done, about which placement and decision', async () => {
    const { hub, next } = await start(compat);
    await next();
    await hub.mergePatch(refOf(cluster('c2')), { metadata: { labels: { ring: 'b' } } });
    await next();
    const events = hub.objects(eventKind).map((event) => ({
      reason: event.reason,
      action: event.action,
      by: event.reportingComponent,
      on: event.involvedObject.name,
      related: event.related?.name,
      message: event.message,
    }));
    const by = 'placement-controller';
    const about = (n: number, what: string) =>
      `Decision p-decision-${n} is ${what} with placement p in namespace shop`;
    const of = (n: number, reason: string, what: string) => ({
      reason,
      action: `${reason}d`,
      by,
      on: 'p',
      related: `p-decision-${n}`,
      message: about(n, what),
    });
    for (const expected of [
      of(1, 'DecisionCreate', 'created'),
      of(2, 'DecisionCreate', 'created'),
      of(1, 'DecisionUpdate', 'updated'),
      of(2, 'DecisionUpdate', 'updated'),
      of(2, 'DecisionDelete', 'deleted'),
      { reason: 'ScoreUpdate', action: 'ScoreUpdated', by, on: 'p', message: 'c1:0 c2:0 ' },
    ]) {
      expect(events).toContainEqual(expected);
    }
  });
});
