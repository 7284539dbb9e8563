import { describe, expect, test } from 'vitest';
import { around, runAll } from './module.ts';

function seenBy(tests: string): Readonly<Record<string, object>> {
  const { coverage } = runAll(`${around}\n${tests}`);
  const web = coverage.atoms().filter(({ placement }) => placement.name === 'web');
  return Object.fromEntries(web.map(({ text, seen }) => [text, seen]));
}

describe('coverage', () => {
  test('counts the tests that see an atom true, false and missing', () => {
    expect(seenBy('test "one" { fleet: small  expect a in web }')).toEqual({
      'cluster.env == prod': { true: 1, false: 0, missing: 0 },
      'has(cluster.tier)': { true: 1, false: 1, missing: 0 },
      'cluster.tier == gold': { true: 1, false: 1, missing: 1 },
      'cluster.ring == canary': { true: 1, false: 1, missing: 0 },
    });
  });

  test('counts a placement that is asked about by a policy or app only', () => {
    const seen = seenBy('test "one" { fleet: small  expect shop.clusters == [a, b] }');
    expect(seen['cluster.env == prod']).toEqual({ true: 1, false: 0, missing: 0 });
  });

  test('counts nothing of placements no test asks about', () => {
    const seen = seenBy('test "one" { fleet: small  expect edges.clusters == [] }');
    expect(seen['cluster.env == prod']).toEqual({ true: 0, false: 0, missing: 0 });
  });
});
