import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/kube/object.ts';
import type { PolicyCompliance } from '../../../../src/kube/ocm/policy.ts';
import { sumUpPolicySets } from '../../../../src/runtime/hub/policy/policy-set.ts';
import { snapshotOf } from '../../../support/snapshot.ts';
import { binding, decision, policy, policySet } from './objects.ts';

const controller = sumUpPolicySets();
const statusOf = (objects: readonly KubeObject[]) => {
  const { actions } = controller.reconcile('shop/s', snapshotOf(objects), 0 as never);
  const patch = actions.find((action) => action.do === 'patchStatus');
  return patch?.do === 'patchStatus' ? patch.status : undefined;
};
const reporting = (name: string, states: Record<string, PolicyCompliance>, spec: object = {}) =>
  policy(name, {
    spec,
    status: {
      status: Object.entries(states).map(([clustername, compliant]) => ({
        clustername,
        compliant,
      })),
    },
  });
const placed = [binding('b', 'prod', ['PolicySet/s']), decision('prod', ['c1', 'c2'])];

describe('a policy set', () => {
  test('is as its worst member on its own clusters', () => {
    expect(
      statusOf([
        policySet('s', ['p', 'q']),
        ...placed,
        reporting('p', { c1: 'Compliant' }),
        reporting('q', { c2: 'Pending', c9: 'NonCompliant' }),
      ]),
    ).toEqual({
      compliant: 'Pending',
      statusMessage: 'Policies awaiting pending dependencies: q',
      placement: [{ placementBinding: 'b', placement: 'prod' }],
      exclusions: null,
    });
  });

  test('is silent while a member is', () => {
    expect(
      statusOf([
        policySet('s', ['p', 'q']),
        ...placed,
        reporting('p', { c1: 'NonCompliant' }),
        reporting('q', {}),
      ]),
    ).toMatchObject({
      compliant: null,
      statusMessage: 'No status provided while awaiting policy status: q',
    });
  });

  test('says what is disabled, missing and excluded', () => {
    const set = policySet('s', ['p', 'q', 'r'], [{ policyName: 'p', clusterNames: ['c2', 'c1'] }]);
    const objects = [
      set,
      ...placed,
      reporting('p', { c1: 'Compliant' }),
      reporting('q', {}, { disabled: true }),
    ];
    expect(statusOf(objects)).toMatchObject({
      compliant: null,
      statusMessage:
        'Disabled policies: q; No status provided while awaiting policy status: p; Deleted policies: r; ' +
        'One or more policies were excluded. For details, see status.exclusions.',
      exclusions: [{ policyName: 'p', clusters: ['c1', 'c2'] }],
    });
  });

  test('without members has no status', () => {
    expect(statusOf([policySet('s', [])])).toEqual({
      compliant: null,
      statusMessage: null,
      placement: null,
      exclusions: null,
    });
  });
});
