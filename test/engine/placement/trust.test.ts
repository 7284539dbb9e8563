import { describe, expect, test } from 'vitest';
import { schedule } from '../../../src/engine/placement/schedule.ts';
import type { IrExpr, IrSource } from '../../../src/ir/expr.ts';
import type { IrPlacement } from '../../../src/ir/program.ts';
import { assertedBy } from '../../../src/ir/trust.ts';
import { addOn, builtIn, exactly, fleet, inputOf, label } from './builders.ts';

function messageOf(changes: Partial<IrPlacement>): string {
  const { conditions } = schedule(inputOf(fleet(2), changes));
  expect(conditions[0]?.type).toBe('PlacementMisconfigured');
  return conditions[0]?.status === 'True' ? conditions[0].message : 'fine';
}

const cel = (source: string): IrExpr => ({ op: 'cel', source });
const claim: IrExpr = {
  op: 'selector',
  over: 'claim',
  selector: { matchExpressions: [{ key: 'region', operator: 'Exists' }] },
};
const zone = (topologyKeyType: 'Label' | 'Claim') => ({
  spread: [{ topologyKey: 'zone', topologyKeyType, maxSkew: 1 }],
});
const refused = (what: string) =>
  `Trust:agents say ${what} of themselves, and the placement trusts the hub only`;

describe('a placement that trusts the hub only', () => {
  test.each<[string, Partial<IrPlacement>, string]>([
    ['labels', { where: label('env', 'prod') }, 'fine'],
    ['claims', { where: claim }, refused('claim region')],
    ['claims in groups', { groups: [{ name: 'g1', where: claim }] }, refused('claim region')],
    ['CEL on labels', { where: cel('managedCluster.metadata.labels["env"] == "a"') }, 'fine'],
    [
      'CEL on taints',
      { where: cel('managedCluster.spec.?taints.orValue([]).all(t, t.key != "x")') },
      'fine',
    ],
    [
      'CEL on status',
      { where: cel('managedCluster.status.version.kubernetes == "v1"') },
      refused('status.version.kubernetes'),
    ],
    [
      'CEL on scores',
      { where: cel('managedCluster.scores("load").size() > 0') },
      refused('scores of load'),
    ],
    [
      'CEL on everything',
      { where: cel('managedCluster == managedCluster') },
      refused('facts of clusters'),
    ],
    ['the usual scores', { prioritizerPolicy: null }, 'fine'],
    ['scores of add-ons', exactly(addOn('x')), refused('scores of load')],
    ['scores without weight', exactly(addOn('x', 0)), 'fine'],
    [
      'resources',
      exactly(builtIn('ResourceAllocatableCPU')),
      refused('status.allocatable.cpu, status.capacity.cpu'),
    ],
    ['spread over labels', zone('Label'), 'fine'],
    ['spread over claims', zone('Claim'), refused('claim zone')],
  ])('%s', (_, changes, message) => {
    expect(messageOf({ ...changes, trust: 'hub' })).toBe(message);
    expect(messageOf(changes)).toBe('fine');
  });

  test('whom else it may trust is not known', () => {
    expect(messageOf({ trust: 'Hub' })).toBe('Trust:trust is not known: Hub');
  });

  test('under compat: upstream the annotation means nothing', () => {
    const input = inputOf(fleet(2), { where: claim, trust: 'hub' }, { compat: 'upstream' });
    expect(schedule(input).conditions[0]?.status).toBe('False');
  });
});

test.each<[IrSource, 'hub' | 'agent']>([
  [{ from: 'label', key: 'env' }, 'hub'],
  [{ from: 'annotation', key: 'note' }, 'hub'],
  [{ from: 'annotation', key: 'agent.open-cluster-management.io/note' }, 'agent'],
  [{ from: 'condition', type: 'HubAcceptedManagedCluster' }, 'hub'],
  [{ from: 'condition', type: 'ManagedClusterConditionAvailable' }, 'agent'],
  [{ from: 'claim', key: 'region' }, 'agent'],
  [{ from: 'score', resource: 'load', score: 'x' }, 'agent'],
  [{ from: 'addon', name: 'a' }, 'agent'],
  [{ from: 'sets' }, 'hub'],
  [{ from: 'taints' }, 'hub'],
  [{ from: 'field', path: ['metadata', 'name'] }, 'hub'],
  [{ from: 'field', path: ['metadata'] }, 'agent'],
  [{ from: 'field', path: ['metadata', 'annotations'] }, 'agent'],
  [{ from: 'field', path: ['metadata', 'annotations', 'note'] }, 'hub'],
  [{ from: 'field', path: ['spec', 'hubAcceptsClient'] }, 'hub'],
  [{ from: 'field', path: ['spec', 'managedClusterClientConfigs'] }, 'agent'],
  [{ from: 'field', path: ['status', 'allocatable', 'cpu'] }, 'agent'],
  [{ from: 'field', path: [] }, 'agent'],
])('%j is asserted by the %s', (source, by) => {
  expect(assertedBy(source)).toBe(by);
});
