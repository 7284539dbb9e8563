import { describe, expect, test } from 'vitest';
import { type Instant, instant } from '../../../../src/base/instant.ts';
import type { IrApp, IrWindow } from '../../../../src/ir/program.ts';
import type { AppRollout } from '../../../../src/ir/program-object.ts';
import { type KubeObject, refKey } from '../../../../src/kube/object.ts';
import type { ManifestWork } from '../../../../src/kube/ocm/work.ts';
import type { Outcome } from '../../../../src/runtime/control/controller.ts';
import { rollOutApps } from '../../../../src/runtime/hub/rollout/controller.ts';
import { windowState } from '../../../../src/runtime/hub/rollout/window.ts';
import { snapshotOf } from '../../../support/snapshot.ts';
import { app, constant, fleet, placed, program } from '../programs.ts';

const saturday = instant(Date.UTC(2026, 0, 3, 21, 30));
const controller = rollOutApps();

/** A pass of an app whose account may deliver. */
function pass(of: Partial<IrApp>, at: Instant, more: readonly KubeObject[] = []): Outcome {
  const objects = [
    ...fleet(2),
    ...placed('prod', ['c1', 'c2']),
    ...program([app('web', of)]),
    ...more,
  ];
  const asked = controller.reconcile('shop/main/shop/web', snapshotOf(objects), at);
  const [ask] = asked.actions;
  if (ask?.do !== 'create') return asked;
  const review = { group: 'authorization.k8s.io', kind: 'SubjectAccessReview', namespace: '' };
  const ref = refKey({ ...review, name: ask.object.metadata.name });
  const attempts = { [ref]: { at, failure: null } };
  return controller.reconcile('shop/main/shop/web', snapshotOf({ hub: objects, attempts }), at);
}

const works = ({ actions }: Outcome): readonly ManifestWork[] =>
  actions.flatMap((action) => (action.do === 'apply' ? [action.object as ManifestWork] : []));
const rollout = ({ actions }: Outcome): AppRollout | undefined => {
  const patch = actions.find((action) => action.do === 'patchStatus');
  if (patch?.do !== 'patchStatus') return undefined;
  return (patch.status as unknown as { rollouts: AppRollout[] }).rollouts[0];
};

describe('what an app says of its works', () => {
  test('reaches every work: deletion, executor, and how objects are applied and tracked', () => {
    const deleteOption = { propagationPolicy: 'Orphan', ttlSecondsAfterFinished: 60 } as const;
    const executor = { namespace: 'shop', name: 'deployer' };
    const own = {
      resourceIdentifier: { group: '', resource: 'configmaps', namespace: 'shop', name: 'web' },
      updateStrategy: { type: 'CreateOnly' },
    } as const;
    const [work] = works(pass({ deleteOption, executor, manifestConfigs: [own] }, saturday));
    expect(work?.spec).toMatchObject({
      deleteOption,
      executor: { subject: { type: 'ServiceAccount', serviceAccount: executor } },
      manifestConfigs: [own],
    });
  });

  test('takes precedence over what is known of a kind, which fills what it leaves out', () => {
    const manifests = [
      {
        origin: { file: 0, span: { start: 0, end: 0 } },
        object: constant({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'web', namespace: 'shop' },
        }),
      },
    ];
    const own = {
      resourceIdentifier: {
        group: 'apps',
        resource: 'deployments',
        namespace: 'shop',
        name: 'web',
      },
      updateStrategy: { type: 'ServerSideApply' },
      conditionRules: [{ type: 'CEL', condition: 'Progressing', celExpressions: ['!true'] }],
    } as const;
    const [work] = works(pass({ manifests, manifestConfigs: [own] }, saturday));
    expect(work?.spec?.manifestConfigs).toEqual([
      { ...own, feedbackRules: [{ type: 'WellKnownStatus' }] },
    ]);
  });

  test('is nothing to the rollout where another carrier delivers it', () => {
    expect(pass({ via: 'replicaset' }, saturday).actions).toEqual([]);
  });
});

const nightly: IrWindow = {
  mode: 'active',
  ranges: ['22:00-24:00', '00:00-05:00'],
  zone: 'Europe/Prague',
  days: ['Saturday', 'Sunday'],
};

describe('a window', () => {
  test('holds back what is to start until it opens, and says so', () => {
    const early = instant(saturday - 60 * 60_000);
    const closed = pass({ window: nightly }, early);
    expect(works(closed)).toEqual([]);
    expect(rollout(closed)).toMatchObject({ reason: 'WindowClosed' });
    expect(closed.again).toBe(instant(Date.UTC(2026, 0, 3, 21, 0)));
    expect(
      works(pass({ window: nightly }, saturday)).map(({ metadata }) => metadata.namespace),
    ).toEqual(['c1', 'c2']);
  });

  test('of an unknown zone starts nothing', () => {
    const lost = pass({ window: { ...nightly, zone: 'Europe/Atlantis' } }, saturday);
    expect(works(lost)).toEqual([]);
    expect(rollout(lost)).toMatchObject({ reason: 'InvalidWindow' });
  });

  test.each([
    // Prague is an hour ahead of UTC in winter, two in summer.
    ['2026-01-03T20:59:00Z', 'closed', 'one minute before'],
    ['2026-01-03T21:00:00Z', 'open', 'the start is in it'],
    ['2026-01-04T03:59:00Z', 'open', 'the next day has the second range'],
    ['2026-01-04T04:00:00Z', 'closed', 'the end is not in it'],
    ['2026-01-04T23:30:00Z', 'closed', 'Monday there, Sunday in UTC'],
    ['2026-07-04T20:00:00Z', 'open', 'summer time'],
    ['2026-01-05T21:30:00Z', 'closed', 'not on Mondays'],
  ])('at %s is %s: %s', (at, state) => {
    expect(windowState(nightly, instant(Date.parse(at))).state).toBe(state);
    const blocked = windowState({ ...nightly, mode: 'blocked' }, instant(Date.parse(at)));
    expect(blocked.state).toBe(state === 'open' ? 'closed' : 'open');
  });
});
