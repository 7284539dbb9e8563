import { describe, expect, test } from 'vitest';
import type { HubObjects } from '../../../src/engine/inventory/objects.ts';
import type { PipelineInput } from '../../../src/engine/placement/input.ts';
import { reasonsOf } from '../../../src/engine/placement/reasons.ts';
import { schedule } from '../../../src/engine/placement/schedule.ts';
import type { IrPlacement } from '../../../src/ir/program.ts';
import type { ManagedCluster } from '../../../src/kube/ocm/cluster.ts';
import { cluster, clusterSet, everything, scoreOn } from '../inventory/builders.ts';
import { addOn, at, builtIn, exactly, fleet, inputOf, label, now } from './builders.ts';

const upstream = { compat: 'upstream' } as const;

function selected(...input: Parameters<typeof inputOf>): readonly string[] {
  return schedule(inputOf(...input)).selected;
}

/** Status, reason and message of both conditions. */
function conditions(...input: Parameters<typeof inputOf>): readonly string[] {
  return schedule(inputOf(...input)).conditions.map(
    ({ status, reason, message }) => `${status} ${reason}: ${message}`,
  );
}

describe('which clusters', () => {
  test('all, where nothing is asked for', () => {
    expect(selected(fleet(3))).toEqual(['c1', 'c2', 'c3']);
  });

  test('so many, equal ones by name', () => {
    expect(selected(fleet(3), { numberOfClusters: 2 })).toEqual(['c1', 'c2']);
    expect(selected(fleet(3), { numberOfClusters: 0 })).toEqual([]);
  });

  test('those of the sets it names and the namespace is bound to', () => {
    const objects: HubObjects = {
      clusters: [cluster('a', { labels: { env: 'dev' } }), cluster('b')],
      sets: [everything, clusterSet('dev', { matchLabels: { env: 'dev' } })],
    };
    const bound = { boundSets: ['all', 'dev'] };
    expect(selected(objects, { clusterSets: ['dev'] }, bound)).toEqual(['a']);
    expect(selected(objects, {}, bound)).toEqual(['a', 'b']);
    expect(selected(objects, { clusterSets: ['dev'] }, { boundSets: ['all'] })).toEqual([]);
  });

  test('those the predicate holds for', () => {
    const clusters = [cluster('a', { labels: { env: 'dev' } }), cluster('b')];
    expect(selected(clusters, { where: label('env', 'dev') })).toEqual(['a']);
  });

  test('none that is being deleted', () => {
    expect(selected([cluster('a'), cluster('b', { deleting: true })])).toEqual(['a']);
  });
});

describe('conditions, as upstream says them', () => {
  const fine = 'False Succeedconfigured: Placement configurations check pass';

  test.each<
    [string, readonly ManagedCluster[], Partial<IrPlacement>, Partial<PipelineInput>, string]
  >([
    ['all there', fleet(2), {}, {}, 'True AllDecisionsScheduled: All cluster decisions scheduled'],
    [
      'too few',
      fleet(2),
      { numberOfClusters: 5 },
      {},
      'False NotAllDecisionsScheduled: 3 cluster decisions unscheduled',
    ],
    [
      'none matches',
      fleet(2),
      { where: label('a', 'b') },
      {},
      'False NoManagedClusterMatched: No ManagedCluster matches any of the cluster predicate',
    ],
    [
      'no binding',
      fleet(2),
      {},
      { boundSets: [] },
      'False NoManagedClusterSetBindings: No valid ManagedClusterSetBindings found in placement namespace',
    ],
    [
      'other sets',
      fleet(2),
      { clusterSets: ['z', 'a'] },
      {},
      'False NoIntersection: None of ManagedClusterSets [z,a] is bound to placement namespace',
    ],
    [
      'empty sets',
      [],
      {},
      { boundSets: ['all', 'a'] },
      'False AllManagedClusterSetsEmpty: All ManagedClusterSets [a,all] have no member ManagedCluster',
    ],
  ])('%s', (_, clusters, changes, more, satisfied) => {
    expect(conditions(clusters, changes, more)).toEqual([fine, satisfied]);
    expect(conditions(clusters, changes, { ...more, ...upstream })).toEqual([fine, satisfied]);
  });

  test('a selector that is not valid', () => {
    const where = label('no key!', 'x');
    const [misconfigured] = conditions(fleet(1), { where });
    expect(misconfigured).toMatch(/^True Misconfigured: Predicate:key: Invalid value: "no key!"/);
    expect(selected(fleet(1), { where })).toEqual([]);
  });

  test('is noticed also where there is no cluster, which upstream does not do', () => {
    const where = { op: 'cel', source: '1 +' } as const;
    expect(conditions([], { where })[0]).toMatch(/^True Misconfigured: Predicate:compilation/);
    expect(conditions([], { where }, upstream)[0]).toBe(fine);
    const tolerations = [{ operator: 'Equal' }];
    expect(conditions([], { tolerations })[0]).toBe(
      'True Misconfigured: TaintToleration:If the key is empty, operator must be Exists.',
    );
    expect(conditions([], { tolerations }, upstream)[0]).toBe(fine);
  });

  test('a predicate nested more deeply than what is evaluated', () => {
    let where = label('a', 'b');
    for (let at = 0; at < 50_000; at += 1)
      where = { op: at % 2 === 0 ? 'or' : 'and', args: [where] };
    expect(conditions(fleet(1), { where })[0]).toBe(
      'True Misconfigured: Predicate:the predicate is nested too deeply',
    );
  });

  test('a set that cannot be resolved: nothing is decided', () => {
    const bad = clusterSet('bad', { matchExpressions: [{ key: 'a', operator: 'Is' as 'In' }] });
    const objects = { clusters: fleet(1), sets: [everything, bad] };
    const outcome = schedule(inputOf(objects, {}, { boundSets: ['all', 'bad'] }));
    expect(outcome.error).toBe(
      'failed to get clusters from ClusterSet "bad": "Is" is not a valid label selector operator',
    );
    expect(outcome).toMatchObject({ groups: null, conditions: [], selected: [] });
    expect(selected(objects)).toEqual(['c1']);
  });

  test('a negative number of clusters', () => {
    expect(conditions(fleet(1), { numberOfClusters: -1 })[0]).toBe(
      'True Misconfigured: :numberOfClusters is negative: -1',
    );
  });
});

describe('which are best', () => {
  const scored = {
    clusters: fleet(3),
    scores: [scoreOn('c1', { cpu: 10 }), scoreOn('c2', { cpu: 90 }), scoreOn('c3', { cpu: 90 })],
  };

  test('the highest add-on score, then the name', () => {
    expect(selected(scored, exactly(addOn('cpu')))).toEqual(['c2', 'c3', 'c1']);
    expect(selected(scored, exactly(addOn('cpu', -1)))).toEqual(['c1', 'c2', 'c3']);
    expect(selected(scored, { ...exactly(addOn('cpu')), numberOfClusters: 1 })).toEqual(['c2']);
  });

  test('what is decided already stays, unless others have it less (Steady 1, Balance 1)', () => {
    const two = { numberOfClusters: 2 };
    expect(selected(fleet(3), two, { decided: ['c3'] })).toEqual(['c3', 'c1']);
    const othersDecided = new Map([
      ['c3', 2],
      ['c2', 1],
    ]);
    expect(selected(fleet(3), two, { othersDecided, decided: ['c3'] })).toEqual(['c1', 'c2']);
  });

  test('weights that are written override the defaults, or stand alone', () => {
    const additive = {
      prioritizerPolicy: { mode: 'Additive', configurations: [builtIn('Steady', 3)] },
      numberOfClusters: 1,
    };
    const more = { decided: ['c3'], othersDecided: new Map([['c3', 2]]) };
    expect(selected(fleet(3), additive, more)).toEqual(['c3']);
    expect(selected(fleet(3), { ...exactly(), numberOfClusters: 1 }, more)).toEqual(['c1']);
  });

  test.each<[string, Partial<IrPlacement>, string]>([
    ['an unknown one', exactly(builtIn('Spread')), 'incorrect builtin prioritizer: Spread'],
    [
      'an unknown mode',
      { prioritizerPolicy: { mode: 'Some', configurations: [] } },
      'incorrect prioritizer policy mode: Some',
    ],
    [
      'no add-on',
      exactly({ by: { type: 'AddOn', resource: '', score: '' }, weight: 1 }),
      'addOn should not be empty',
    ],
  ])('%s is misconfigured', (_, changes, message) => {
    expect(conditions(fleet(1), changes)[0]).toBe(`True Misconfigured: :${message}`);
    expect(conditions(fleet(1), changes, upstream)[0]).toBe(`True Misconfigured: :${message}`);
  });

  test('an unknown one that counts nothing is left alone', () => {
    expect(selected(fleet(1), exactly(builtIn('Spread', 0)))).toEqual(['c1']);
  });

  test('a negative Steady would flip for ever: refused, upstream does it', () => {
    const changes = { ...exactly(builtIn('Steady', -1)), numberOfClusters: 1 };
    expect(conditions(fleet(2), changes)[0]).toBe(
      'True Misconfigured: :the weight of Steady is negative: -1',
    );
    const more = { ...upstream, decided: ['c1'] };
    expect(selected(fleet(2), changes, more)).toEqual(['c2']);
  });

  test('the same add-on score twice is refused; upstream counts it twice', () => {
    const changes = exactly(addOn('cpu', 2), addOn('cpu', -1));
    expect(conditions(scored, changes)[0]).toBe(
      'True Misconfigured: :AddOn/load/cpu is listed twice',
    );
    expect(selected(scored, changes, upstream)).toEqual(['c2', 'c3', 'c1']);
  });
});

describe('scores that end', () => {
  const end = '2030-01-01T00:00:00Z';
  const objects = {
    clusters: fleet(3),
    scores: [scoreOn('c1', { cpu: 10 }), scoreOn('c2', { cpu: 90 }, end)],
  };
  const by = exactly(addOn('cpu'));

  test('count up to and including their end', () => {
    expect(selected(objects, by)).toEqual(['c2', 'c1', 'c3']);
    const later = schedule(inputOf(objects, by, { now: at('2030-01-01T00:00:00.001Z') }));
    expect(later.selected).toEqual(['c1', 'c2', 'c3']);
    expect(later.status).toEqual({
      code: 'Warning',
      plugin: 'AddOn/load/cpu',
      message: 'AddOnPlacementScores c2/load expired',
    });
    expect(later.conditions[0]?.reason).toBe('Succeedconfigured');
  });

  test('ask for another look right after their end, which upstream does not do', () => {
    expect(schedule(inputOf(objects, by)).recheckAt).toBe(now + 1);
    expect(schedule(inputOf(objects, by, upstream)).recheckAt).toBeNull();
    expect(schedule(inputOf(objects)).recheckAt).toBeNull();
  });

  test('are all told, where several have ended; upstream keeps one', () => {
    const input = (more = {}) =>
      inputOf(
        {
          clusters: fleet(1),
          scores: [scoreOn('c1', { cpu: 1, memory: 2 }, '2029-12-31T00:00:00Z')],
        },
        exactly(addOn('cpu'), addOn('memory')),
        more,
      );
    expect(schedule(input()).status).toMatchObject({
      plugin: 'AddOn/load/cpu, AddOn/load/memory',
      message: 'AddOnPlacementScores c1/load expired; AddOnPlacementScores c1/load expired',
    });
    expect(schedule(input(upstream)).status.plugin).toBe('AddOn/load/memory');
  });

  test('are named, the first five; upstream names all', () => {
    const many = {
      clusters: fleet(9),
      scores: fleet(9).map(({ metadata }) =>
        scoreOn(metadata.name, { cpu: 1 }, '2029-01-01T00:00:00Z'),
      ),
    };
    const message =
      'AddOnPlacementScores c1/load c2/load c3/load c4/load c5/load and 4 more expired';
    expect(schedule(inputOf(many, by)).status.message).toBe(message);
    expect(schedule(inputOf(many, by, upstream)).status.message).toContain('c9/load');
  });
});

describe('reasons', () => {
  test('say how many clusters each step cost, and name one', () => {
    const clusters = [
      cluster('a', { labels: { env: 'dev' } }),
      cluster('b', { labels: { env: 'dev' } }),
      cluster('c', { labels: { env: 'prod' } }),
      cluster('d', { labels: { env: 'dev' }, taints: [{ key: 'k', effect: 'NoSelect' }] }),
    ];
    const changes = { where: label('env', 'dev'), numberOfClusters: 1 };
    expect(reasonsOf(inputOf(clusters, changes))).toEqual([
      {
        by: 'Predicate',
        kept: 3,
        dropped: 1,
        why: [{ text: 'label selector {"matchLabels":{"env":"dev"}}', clusters: 1, example: 'c' }],
      },
      {
        by: 'TaintToleration',
        kept: 2,
        dropped: 1,
        why: [{ text: 'taint k:NoSelect is not tolerated', clusters: 1, example: 'd' }],
      },
      {
        by: 'take',
        kept: 1,
        dropped: 1,
        why: [{ text: 'ranked below the first 1', clusters: 1, example: 'b' }],
      },
    ]);
  });

  test('are as long for ten thousand clusters as for ten', () => {
    const ofSize = (size: number) => {
      const clusters = fleet(size).map((one, index) =>
        cluster(one.metadata.name, { taints: [{ key: `k${index}`, effect: 'NoSelect' }] }),
      );
      return reasonsOf(inputOf(clusters));
    };
    const [few, many] = [ofSize(10), ofSize(10_000)];
    expect(many[1]?.dropped).toBe(10_000);
    const texts = (of: typeof few) => of.flatMap(({ why }) => why);
    expect(texts(many)).toHaveLength(texts(few).length);
    expect(JSON.stringify(many).length).toBeLessThan(2 * JSON.stringify(few).length);
  });
});
