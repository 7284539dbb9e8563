import { describe, expect, test } from 'vitest';
import { explain } from '../../../src/engine/placement/explain.ts';
import { runPipeline } from '../../../src/engine/placement/pipeline.ts';
import { reasonsOf } from '../../../src/engine/placement/reasons.ts';
import { schedule } from '../../../src/engine/placement/schedule.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import type { IrPlacement } from '../../../src/ir/program.ts';
import type {
  AddOnPlacementScore,
  ClusterTaint,
  ManagedCluster,
} from '../../../src/kube/ocm/cluster.ts';
import { cluster, everything, scoreOn } from '../inventory/builders.ts';
import { addOn, builtIn, exactly, fleet, inputOf, label } from './builders.ts';

const cel = (source: string): IrExpr => ({ op: 'cel', source });

/** Both forms decide the same, and what they decide. */
function decide(...input: Parameters<typeof inputOf>) {
  const fast = schedule(inputOf(...input));
  expect(fast.selected).toEqual(runPipeline(inputOf(...input)).selected);
  return fast;
}

describe('a mistake in one placement', () => {
  const inventory = inputOf(fleet(3)).inventory;
  const good = () => schedule({ ...inputOf([]), inventory }).selected;

  test.each<[string, Partial<IrPlacement>, string]>([
    ['CEL that does not compile', { where: cel('nope(') }, 'Predicate:compilation failed: ERROR'],
    [
      'CEL of nested braces without end',
      { where: cel('('.repeat(5000)) },
      'Predicate:compilation failed: ERROR',
    ],
    ['an illegal label value', { where: label('a', 'not a label') }, 'Predicate:'],
    [
      'an unknown prioritizer',
      exactly(builtIn('Random')),
      ':incorrect builtin prioritizer: Random',
    ],
    [
      'an empty score',
      exactly({ by: { type: 'AddOn', resource: '', score: '' }, weight: 1 }),
      ':addOn should not be empty',
    ],
    ['a bad group', { groups: [{ name: 'g', where: label('a', '?') }] }, ':'],
  ])('%s is said, and is no matter of the others', (_, changes, said) => {
    const of = inputOf([], changes);
    const { conditions } = schedule({ ...of, inventory });
    expect(conditions[0]).toMatchObject({ status: 'True', reason: 'Misconfigured' });
    expect(conditions[0]?.message.startsWith(said), conditions[0]?.message).toBe(true);
    expect(good()).toEqual(['c1', 'c2', 'c3']);
  });
});

describe('CEL that fails on clusters', () => {
  const clusters = [
    cluster('good', { labels: { n: '4' } }),
    cluster('bad', { labels: { n: 'four' } }),
    cluster('bare', {}),
  ];
  const where = cel('int(managedCluster.metadata.labels["n"]) > 3');

  test('drops those, keeps the others, and explain says what went wrong', () => {
    expect(decide(clusters, { where }).selected).toEqual(['good']);
    const [filter] = explain(inputOf(clusters, { where })).steps;
    expect(filter).toMatchObject({
      dropped: [
        { cluster: 'bad', why: expect.stringContaining("type conversion error to 'int'") },
        { cluster: 'bare', why: expect.stringContaining('no such key') },
      ],
    });
  });

  test('what costs too much holds nowhere, and ends', () => {
    const list = `[${Array.from({ length: 100 }, (_, at) => at).join(',')}]`;
    const source = `${list}.all(a, ${list}.all(b, ${list}.all(c, ${list}.all(d, a + b + c + d >= 0))))`;
    const [one] = clusters;
    const of = [one ?? cluster('one')];
    expect(decide(of, { where: cel(source) }).selected).toEqual([]);
    const [filter] = explain(inputOf(of, { where: cel(source) })).steps;
    expect(filter).toMatchObject({ dropped: [{ why: expect.stringContaining('limit') }] });
  });

  test('what costs too much over all clusters is a mistake, and does not hold up the others', () => {
    const list = `[${Array.from({ length: 100 }, (_, at) => at).join(',')}]`;
    const source = `${list}.all(a, ${list}.all(b, a + b >= 0))`;
    const [first] = schedule(inputOf(fleet(10_000), { where: cel(source) })).conditions;
    expect(first).toMatchObject({
      reason: 'Misconfigured',
      message: expect.stringContaining('costs more than 7000000 over 10000 clusters'),
    });
    const few = inputOf(fleet(3), { where: cel(source) });
    expect(schedule(few).selected).toHaveLength(3);
    expect(schedule({ ...few, compat: 'upstream' }).selected).toHaveLength(3);
  });

  test('a cluster without labels has none of them; upstream finds no labels to ask', () => {
    const without = cel('!("n" in managedCluster.metadata.labels)');
    expect(decide(clusters, { where: without }).selected).toEqual(['bare']);
    const upstream = { compat: 'upstream' } as const;
    expect(decide(clusters, { where: without }, upstream).selected).toEqual([]);
  });

  test('a value that is no bool holds nowhere', () => {
    expect(decide(clusters, { where: cel('managedCluster.metadata.name') }).selected).toEqual([]);
  });
});

describe('numbers that are none', () => {
  const sized = (name: string, cpu: unknown) =>
    cluster(name, {
      allocatable: { cpu: cpu as string },
      capacity: { cpu: cpu as string },
    });

  test('resources: what is no quantity counts as nothing said, what is huge as huge', () => {
    const clusters = [
      sized('a', 'NaN'),
      sized('b', '1'),
      sized('c', `${'9'.repeat(400)}`),
      sized('d', '-5'),
      sized('e', '1e400'),
      sized('f', null),
      sized('g', {}),
      sized('h', Number.NaN),
      sized('i', '2'),
    ];
    const { selected, conditions } = decide(clusters, exactly(builtIn('ResourceAllocatableCPU')));
    expect(selected).toHaveLength(9);
    expect(conditions[1]?.status).toBe('True');
    const { scores } = runPipeline(inputOf(clusters, exactly(builtIn('ResourceAllocatableCPU'))));
    for (const [name, score] of scores)
      expect([name, Number.isFinite(score)]).toEqual([name, true]);
    for (const name of ['a', 'f', 'g', 'h']) expect(scores.get(name)).toBe(0);
  });

  test('scores: absent ones, and those no add-on may write, count nothing', () => {
    const odd = (name: string, value: unknown): AddOnPlacementScore =>
      scoreOn(name, { x: value as number });
    const objects = {
      clusters: fleet(8),
      sets: [everything],
      scores: [
        odd('c1', 5),
        odd('c2', Number.NaN),
        odd('c3', Number.POSITIVE_INFINITY),
        odd('c4', '70'),
        odd('c5', null),
        odd('c6', {}),
        { ...scoreOn('c7', {}), status: { scores: {} } } as unknown as AddOnPlacementScore,
      ],
    };
    const { selected } = decide(objects, { ...exactly(addOn('x', 3)), sortBy: 'Score' });
    expect(selected).toEqual(['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8']);
  });
});

test('clusters of any form are read as far as they go', () => {
  const odd = (name: string, more: object): ManagedCluster =>
    ({ ...cluster(name, {}), ...more }) as unknown as ManagedCluster;
  const clusters = [
    odd('a', { spec: { taints: 'none' } }),
    odd('b', { spec: { taints: [{ key: 7, effect: 'NoSelect' }] as unknown as ClusterTaint[] } }),
    odd('c', { status: { clusterClaims: 'x', conditions: 3, allocatable: [] } }),
    odd('d', { metadata: { name: 'd', labels: { a: 1, __proto__: { b: 'c' } } } }),
    odd('e', { spec: null, status: null }),
  ];
  for (const where of [label('a', '1'), cel('managedCluster.metadata.labels["a"] == "1"')]) {
    expect(() => decide(clusters, { where })).not.toThrow();
  }
  expect(decide(clusters, exactly(builtIn('ResourceAllocatableMemory'))).selected).toEqual([
    ...['a', 'c', 'd', 'e'],
  ]);
});

test('a hundred thousand clusters: the best, the reasons bounded', () => {
  const clusters = fleet(100_000).map(({ metadata: { name } }, at) =>
    cluster(name, {
      labels: { zone: `z${at % 7}`, env: at % 2 === 0 ? 'prod' : 'dev' },
      taints: at % 10 === 0 ? [{ key: `k${at}`, effect: 'NoSelect' }] : [],
    }),
  );
  const input = inputOf(clusters, {
    where: label('env', 'prod'),
    numberOfClusters: 700,
    spread: [{ topologyKey: 'zone', topologyKeyType: 'Label', maxSkew: 1 }],
  });
  const outcome = schedule(input);
  expect(outcome.selected).toHaveLength(700);
  const zones = new Map<string, number>();
  for (const name of outcome.selected) {
    const zone = `z${(Number(name.slice(1)) - 1) % 7}`;
    zones.set(zone, (zones.get(zone) ?? 0) + 1);
  }
  expect([...zones.values()]).toEqual(Array(7).fill(100));
  expect(JSON.stringify(reasonsOf(input)).length).toBeLessThan(2000);
});

test('a hundred and fifty thousand clusters: more than a function takes arguments', () => {
  const clusters = fleet(150_000).map(({ metadata: { name } }, at) =>
    cluster(name, { allocatable: { cpu: `${1 + (at % 50)}`, memory: '1Gi' } }),
  );
  const names = clusters.map(({ metadata: { name } }) => name);
  const weighed = exactly(
    builtIn('Balance'),
    builtIn('ResourceAllocatableCPU'),
    builtIn('ResourceAllocatableMemory'),
  );
  const input = {
    ...inputOf(clusters, { ...weighed, numberOfClusters: 10 }),
    othersDecided: new Map(names.map((name) => [name, 1])),
  };
  expect(runPipeline(input).selected).toEqual(schedule(input).selected);
});

test('why clusters are dropped is told of each with one look at what is decided', () => {
  const clusters = fleet(500).map(({ metadata: { name } }) =>
    cluster(name, { taints: [{ key: 'a', effect: 'NoSelect' }] }),
  );
  let looks = 0;
  const decided = new Proxy(
    clusters.map(({ metadata: { name } }) => name),
    {
      get: (list, key, self) => {
        if (key === Symbol.iterator || key === 'includes') looks += 1;
        return Reflect.get(list, key, self);
      },
    },
  );
  const input = { ...inputOf(clusters), decided };
  const { filterSteps } = runPipeline(input);
  const why = filterSteps.flatMap(({ filter, before, kept }) =>
    before.filter((of) => !kept.includes(of)).map((of) => filter.why(of, input)),
  );
  expect(why).toEqual(Array(500).fill('taint a:NoSelect is not tolerated'));
  // By the filter and by Steady.
  expect(looks).toBe(2);
});
