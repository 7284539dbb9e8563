import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { formatInstant, type Instant, plus } from '../../../src/base/instant.ts';
import type { ClusterFacts } from '../../../src/engine/inventory/facts.ts';
import { fromRows } from '../../../src/engine/inventory/inventory.ts';
import { celOverrun, select } from '../../../src/engine/inventory/select.ts';
import { namesOf } from '../../../src/engine/inventory/subset.ts';
import { holds } from '../../../src/engine/predicate/evaluate.ts';
import { scope } from '../predicate/builders.ts';
import { cluster, scoreOn } from './builders.ts';

const ran = vi.hoisted(() => ({ on: [] as string[] }));
vi.mock('../../../src/engine/cel/cluster-selector.ts', async (original) => {
  const real = await original<typeof import('../../../src/engine/cel/cluster-selector.ts')>();
  const runClusterCel: typeof real.runClusterCel = (program, of, moment) => {
    ran.on.push(of.name);
    return real.runClusterCel(program, of, moment);
  };
  return { ...real, runClusterCel };
});
beforeEach(() => {
  ran.on = [];
});

const facts = (name: string, n: string): ClusterFacts => ({
  name,
  cluster: cluster(name, { labels: { n } }),
  scores: [],
  addons: [],
  sets: [],
});
const three = ['a', 'b', 'c'].map((name) => facts(name, '3'));
const at = scope(null);
let serial = 0;
/** Says the same each time, and was never run before. */
const anew = (source: string) => {
  serial += 1;
  return { op: 'cel', source: `${source} || ${serial} == 0` } as const;
};
const isThree = () => anew('managedCluster.metadata.labels["n"] == "3"');
const found = (rows: readonly ClusterFacts[], where: ReturnType<typeof anew>) => {
  const inventory = fromRows(rows, new Map(), 0);
  return namesOf(inventory, select(inventory, where, at));
};

describe('CEL over clusters that come and go', () => {
  test('is run on those that came or changed', () => {
    const where = isThree();
    expect(found(three, where)).toEqual(['a', 'b', 'c']);
    expect(ran.on).toEqual(['a', 'b', 'c']);
    ran.on = [];
    const [a, , c] = three as [ClusterFacts, ClusterFacts, ClusterFacts];
    const others = [facts('0', '3'), a, { ...c, sets: ['other'] }, facts('d', '4')];
    expect(found(others, where)).toEqual(['0', 'a', 'c']);
    expect(ran.on).toEqual(['0', 'd']);
  });

  test('is run again where it looks at scores that changed, or ended meanwhile', () => {
    const ends = plus(at.now, 60_000);
    const scored = three.map((one, index): ClusterFacts => {
      const score = scoreOn(one.name, { cpu: 1 }, index === 1 ? formatInstant(ends) : undefined);
      return { ...one, scores: [score] };
    });
    const where = anew(`managedCluster.scores("${scoreOn('', {}).metadata.name}").size() == 1`);
    const foundAt = (rows: readonly ClusterFacts[], now: Instant) => {
      ran.on = [];
      const inventory = fromRows(rows, new Map(), 0);
      return namesOf(inventory, select(inventory, where, { ...at, now }));
    };
    expect(foundAt(scored, at.now)).toEqual(['a', 'b', 'c']);
    expect(foundAt(scored, ends)).toEqual(['a', 'b', 'c']);
    expect(ran.on).toEqual([]);
    expect(foundAt(scored, plus(ends, 1))).toEqual(['a', 'c']);
    expect(ran.on).toEqual(['b']);
    expect(
      foundAt(scored.with(2, { ...three[2], scores: [] } as ClusterFacts), plus(ends, 1)),
    ).toEqual(['a']);
    expect(ran.on).toEqual(['c']);
    // A clock that is put back.
    expect(foundAt(scored, at.now)).toEqual(['a', 'b', 'c']);
    expect(ran.on).toEqual(['b', 'c']);
  });

  test('selects what it selects from scratch', () => {
    const fleets = fc.array(
      fc.uniqueArray(fc.tuple(fc.constantFrom(...'abcdefgh'), fc.nat(4)), {
        maxLength: 8,
        selector: ([name]) => name,
      }),
      { minLength: 2, maxLength: 6 },
    );
    fc.assert(
      fc.property(fleets, (all) => {
        const known = new Map<string, ClusterFacts>();
        const where = isThree();
        for (const fleet of all) {
          const rows = fleet.map(([name, n]) => {
            const one = known.get(`${name}${n}`) ?? facts(name, `${n}`);
            known.set(`${name}${n}`, one);
            return one;
          });
          const wanted = rows.filter((one) => holds(where, { ...at, cluster: one }));
          expect(found(rows, where)).toEqual(wanted.map(({ name }) => name).sort());
        }
      }),
    );
  });
});

describe('CEL that costs too much over all clusters', () => {
  // 100,000 units and more on each.
  const annotations = { long: 'x'.repeat(1_000_000) };
  const rows = Array.from({ length: 50_000 }, (_, index): ClusterFacts => {
    const name = `c${String(index).padStart(5, '0')}`;
    return { ...facts(name, '3'), cluster: cluster(name, { annotations }) };
  });
  const overrun = (of: readonly ClusterFacts[], where: ReturnType<typeof anew>) =>
    celOverrun(fromRows(of, new Map(), 0), where, at);

  test('may cost 20,000,000 units at most, and is not run again to find that out', () => {
    const where = anew('managedCluster.metadata.annotations["long"].contains("y")');
    expect(overrun(rows, where)).toContain('costs more than 20000000 over 50000 clusters');
    expect(ran.on.length).toBeLessThan(250);
    const times = ran.on.length;
    expect(overrun(rows.slice(1), where)).toContain('over 49999 clusters');
    // One more, in the place of the one that left.
    expect(ran.on.length).toBe(times + 1);
  });

  test('is run where few are left', () => {
    const where = anew('managedCluster.metadata.annotations["long"].contains("y")');
    expect(overrun(rows, where)).not.toBeNull();
    expect(overrun(rows.slice(0, 10), where)).toBeNull();
  });
});
