import { describe, expect, test } from 'vitest';
import type { PlacementDecision } from '../../../../src/kube/ocm/cluster.ts';
import type { Action } from '../../../../src/runtime/control/controller.ts';
import { writeDecisions } from '../../../../src/runtime/hub/placement/write-decisions.ts';
import { decision, placement } from '../programs.ts';

const owner = {
  apiVersion: 'cluster.open-cluster-management.io/v1beta1',
  kind: 'Placement',
  name: 'prod',
  uid: 'uid-prod',
};
const owned = (made: PlacementDecision): PlacementDecision => ({
  ...made,
  metadata: { ...made.metadata, uid: `uid-${made.metadata.name}`, ownerReferences: [owner] },
});
const write = (
  wanted: readonly PlacementDecision[],
  live: readonly PlacementDecision[],
  compat?: 'upstream',
) => writeDecisions({ placement: placement('prod', 0), wanted, live, ...(compat && { compat }) });
const steps = (actions: readonly Action[]) =>
  actions.flatMap((action) => {
    if (action.do === 'record') return [];
    return [`${action.do} ${'of' in action ? action.of.name : action.object.metadata.name}`];
  });

describe('decisions', () => {
  test('are created without status, then filled, and told about', () => {
    const actions = write([owned(decision('prod', ['c1']))], []);
    expect(steps(actions)).toEqual(['create prod-decision-1', 'patchStatus prod-decision-1']);
    expect(actions[0]).not.toHaveProperty('object.status');
    expect(
      actions.flatMap((action) =>
        action.do === 'record' ? [`${action.reason}: ${action.message}`] : [],
      ),
    ).toEqual([
      'DecisionCreate: Decision prod-decision-1 is created with placement prod in namespace shop',
      'DecisionUpdate: Decision prod-decision-1 is updated with placement prod in namespace shop',
    ]);
  });

  test('that are empty get no status', () => {
    expect(steps(write([owned(decision('prod', []))], []))).toEqual(['create prod-decision-1']);
  });

  test('that gain are written before those that lose', () => {
    const live = [owned(decision('prod', ['a', 'b'], 0)), owned(decision('prod', ['c'], 1))];
    const wanted = [owned(decision('prod', ['a'], 0)), owned(decision('prod', ['b', 'c'], 1))];
    expect(steps(write(wanted, live))).toEqual([
      'patchStatus prod-decision-2',
      'patchStatus prod-decision-1',
    ]);
  });

  test('that swap go through a moment in which one has both', () => {
    const live = [owned(decision('prod', ['a'], 0)), owned(decision('prod', ['b'], 1))];
    const wanted = [owned(decision('prod', ['b'], 0)), owned(decision('prod', ['a'], 1))];
    expect(steps(write(wanted, live))).toEqual([
      'patchStatus prod-decision-2',
      'patchStatus prod-decision-1',
      'patchStatus prod-decision-2',
    ]);
  });

  test('that are no longer needed are deleted last', () => {
    const live = [owned(decision('prod', ['a'], 0)), owned(decision('prod', ['b'], 1))];
    expect(steps(write([owned(decision('prod', ['a', 'b'], 0))], live))).toEqual([
      'patchStatus prod-decision-1',
      'delete prod-decision-2',
    ]);
  });

  test('of somebody else are left alone, which upstream does not', () => {
    const foreign = decision('prod', ['x'], 8);
    expect(steps(write([], [foreign]))).toEqual([]);
    expect(steps(write([], [foreign], 'upstream'))).toEqual(['delete prod-decision-9']);
  });

  test('get their group and owner where these are missing', () => {
    const live = decision('prod', ['a'], 0, 'old');
    const wanted = owned(decision('prod', ['a'], 0, 'canary'));
    expect(write([wanted], [live])).toEqual([
      expect.objectContaining({
        do: 'patch',
        patch: { metadata: { labels: wanted.metadata.labels, ownerReferences: [owner] } },
      }),
    ]);
  });

  test('of a Placement of that name that is no more are taken over, and keep their other owners', () => {
    const wanted = owned(decision('prod', ['a'], 0));
    const gone = { ...owner, uid: 'uid-of-before', controller: true };
    const other = { ...owner, kind: 'Application', uid: 'uid-other' };
    const live = {
      ...wanted,
      metadata: { ...wanted.metadata, ownerReferences: [gone, other] },
    };
    expect(write([wanted], [live])).toEqual([
      expect.objectContaining({
        do: 'patch',
        patch: { metadata: { ownerReferences: [other, owner] } },
      }),
    ]);
  });
});
