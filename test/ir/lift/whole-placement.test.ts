import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/base/json.ts';
import { lift } from '../../../src/ir/lift/lift.ts';
import { wholePlacement, writtenPlacement } from '../../../src/ir/lift/whole-placement.ts';
import { lowerDecl } from '../../../src/ir/lower/lower.ts';
import type { IrPlacement } from '../../../src/ir/program.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { badPlacements, goodPlacements, placementOf } from '../../support/bad-placements.ts';

const bare: IrPlacement = {
  kind: 'placement',
  name: 'p',
  namespace: 'default',
  origin: { file: 0, span: { start: 0, end: 0 } },
  clusterSets: [],
  where: { op: 'const', type: 'bool', value: true },
  numberOfClusters: 3,
  prioritizerPolicy: null,
  sortBy: null,
  tolerations: [],
  groups: [],
  clustersPerDecisionGroup: null,
  spread: [{ topologyKey: 'zone', topologyKeyType: 'Label' }],
  via: null,
};

/** What a placement is decided by, with what the API says of what it leaves out. */
function decidedBy({ origin: _, raw: __, annotations: ___, ...placement }: IrPlacement) {
  const { prioritizerPolicy, tolerations } = placement;
  return {
    rescore: '1m',
    ...placement,
    sortBy: placement.sortBy ?? 'ClusterName',
    prioritizerPolicy: prioritizerPolicy && {
      ...prioritizerPolicy,
      mode: prioritizerPolicy.mode ?? 'Additive',
    },
    tolerations: tolerations.map((toleration) => ({ operator: 'Equal', ...toleration })),
  };
}

describe('a placement of a program', () => {
  test('that its object says no more of is itself', () => {
    expect(wholePlacement(bare)).toBe(bare);
    const more = { ...bare, raw: { metadata: { labels: { a: 'b' } } }, annotations: { a: 'b' } };
    expect(wholePlacement(more)).toBe(more);
  });

  test('has what `raw` says, merged as into its object, and keeps everything else', () => {
    const coordinate = { builtIn: 'Balance' };
    const strategy = { clustersPerDecisionGroup: '25%' };
    const raw: JsonObject = {
      spec: {
        prioritizerPolicy: { configurations: [{ scoreCoordinate: coordinate }] },
        decisionStrategy: { groupStrategy: strategy },
        spreadPolicy: { spreadConstraints: [] },
      },
    };
    const decl = { ...bare, raw };
    const { spread, ...others } = decl;
    expect(spread).toHaveLength(1);
    expect(wholePlacement(decl)).toEqual({
      ...others,
      prioritizerPolicy: {
        mode: 'Additive',
        configurations: [{ by: { type: 'BuiltIn', name: 'Balance' }, weight: 1 }],
      },
      clustersPerDecisionGroup: '25%',
    });
    expect(wholePlacement(decl)).toBe(wholePlacement(decl));
  });

  test('has the guard and the trust of annotations, its own and those of `raw`', () => {
    const annotations = { 'ocmlang.dev/never-empty': 'true' };
    const raw = { metadata: { annotations: { 'ocmlang.dev/trust': 'hub' } } };
    expect(wholePlacement({ ...bare, annotations, raw })).toMatchObject({
      guard: { neverEmpty: true },
      trust: 'hub',
    });
  });

  test('keys of any name are no matter', () => {
    const raw = JSON.parse('{"spec":{"__proto__":{"predicates":1},"constructor":2},"metadata":[]}');
    const decl = { ...bare, raw };
    expect(wholePlacement(decl)).toBe(decl);
  });
});

test.each([
  ...badPlacements.map(([what, spec]) => [what, spec] as const),
  ...goodPlacements.map((spec) => [JSON.stringify(spec), spec] as const),
])('%s: what is imported is decided by what it was imported from', (_, spec) => {
  const object = placementOf('p', spec);
  const [decl] = lift([object]);
  if (decl?.kind !== 'placement') {
    expect(decl).toMatchObject({ kind: 'resource', object });
    return;
  }
  expect(lowerDecl(decl).objects).toEqual([object as KubeObject]);
  expect(decidedBy(wholePlacement(decl))).toEqual(decidedBy(writtenPlacement(object)));
});
