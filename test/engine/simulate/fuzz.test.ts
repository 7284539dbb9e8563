import { describe, expect, test } from 'vitest';
import { around, runAll } from './module.ts';

const drawn = (condition: string, note = '@fuzz(runs: 100)') =>
  runAll(`${around}\n${note}\ntest "drawn" { expect ${condition} }\n`).outcomes[0];

describe('@fuzz', () => {
  test('finds nothing where nothing is wrong, after all runs', () => {
    const outcome = drawn('web.all(c => c.env == prod && !c.taints.any(t => t.key == "drain"))');
    expect(outcome).toMatchObject({ ok: true, fuzz: { runs: 100, counterexample: null } });
  });

  test('finds a cluster with what is missing, and shrinks it to that alone', () => {
    const outcome = drawn('web.all(c => has(c.tier) || c.ring == broad)');
    expect(outcome?.fuzz?.counterexample?.blocks).toEqual(
      [
        'cluster drawn-1 { env: prod, ring: canary, labels: { "cluster.open-cluster-management.io/clusterset": "all" } }',
      ].map((text) =>
        expect.stringMatching(
          new RegExp(text.replace('drawn-1', 'drawn-\\d+').replace(/[{}]/g, '\\$&')),
        ),
      ),
    );
  });

  test('draws both sides of the literals of predicates and expectations', () => {
    const outcome = drawn('web.all(c => c.gpus != 40)');
    expect(outcome?.fuzz?.counterexample?.blocks[0]).toContain('gpus: 40');
    expect(drawn('web.all(c => c.gpus <= 40)')?.fuzz?.counterexample?.blocks[0]).toContain(
      'gpus: 41',
    );
  });

  test('is the same each time, and another with another seed', () => {
    const once = drawn('web.size() < 3');
    expect(drawn('web.size() < 3')?.fuzz).toEqual(once?.fuzz);
    const other = drawn('web.size() < 3', '@fuzz(runs: 100, seed: 7)');
    expect(other?.fuzz?.seed).toBe(7);
    expect(other?.ok).toBe(false);
  });

  test('adds drawn clusters to a fixture', () => {
    const { outcomes } = runAll(
      `${around}\n@fuzz\ntest "both" { fleet: small  expect a in web && web.size() == 2 }\n`,
    );
    expect(outcomes[0]?.fuzz?.counterexample?.blocks).toHaveLength(1);
  });

  test('what it prints is a fixture with which the test fails again', () => {
    const condition = 'web.all(c => has(c.tier) || (c.k8s ?? v1.0) < v1.30 || c.gpus < 8)';
    const blocks = drawn(condition)?.fuzz?.counterexample?.blocks ?? [];
    expect(blocks.length).toBeGreaterThan(0);
    const { outcomes } = runAll(`${around}
fixture again {
  ${blocks.join('\n  ')}
}
test "again" { fleet: again  expect ${condition} }
`);
    expect(outcomes[0]?.ok).toBe(false);
  });
});
