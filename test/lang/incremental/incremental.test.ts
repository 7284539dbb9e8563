import { expect, test } from 'vitest';
import { startIncrementalCheck } from '../../../src/lang/incremental/incremental.ts';

const head = `namespace shop
fleet { env: prod | stage }
clusterset edge { }
namespace shop { bind: [edge] }
let few = 3
let many = few * 10
`;
const placements = (take: string): string =>
  Array.from(
    { length: 50 },
    (_, at) => `placement p${at} { from: [edge], where: cluster.env == prod, take: ${take} }\n`,
  ).join('');

/** Checks one text and then another; how many steps the second took. */
function effortOf(before: string, after: string) {
  const check = startIncrementalCheck();
  const run = (text: string) => check.check({ files: [{ uri: 'main.ocm', text }] });
  expect(run(before).diagnostics).toEqual([]);
  run(after);
  return check.effort();
}

const base = head + placements('few');

test('an edit within a block checks that block', () => {
  const { done, taken } = effortOf(base, base.replace('take: few', 'take: 7'));
  expect(done).toBeLessThanOrEqual(4);
  expect(taken).toBeGreaterThan(150);
});

test('text that moves is not checked again', () => {
  expect(effortOf(base, `// a comment\n\n${base}`).done).toBeLessThanOrEqual(3);
});

test('an edit of a value checks what uses it, and what that uses in turn', () => {
  expect(effortOf(base, base.replace('few = 3', 'few = 4')).done).toBeGreaterThan(50);
  expect(effortOf(base, base.replace('few * 10', 'few * 9')).done).toBeLessThanOrEqual(3);
});

test('an attribute that nothing uses may come, one that is used may not change unseen', () => {
  const added = base.replace('prod | stage', 'prod | stage, tier: gold | silver');
  expect(effortOf(base, added).done).toBeLessThanOrEqual(3);
  const check = startIncrementalCheck();
  check.check({ files: [{ uri: 'main.ocm', text: base }] });
  const { diagnostics } = check.check({
    files: [{ uri: 'main.ocm', text: base.replace('prod | stage', 'dev | stage') }],
  });
  expect(diagnostics).toHaveLength(50);
});

test('a placement that asks who is in a set follows the set', () => {
  const asking = head.replace(
    'clusterset edge { }',
    'clusterset edge { members: cluster.labels["site"] == "edge" }',
  );
  const text = `${asking}placement web { where: edge in cluster.sets && !has(cluster.labels["site"]) }\n`;
  const check = startIncrementalCheck();
  const codesOf = (of: string) =>
    check.check({ files: [{ uri: 'main.ocm', text: of }] }).diagnostics.map(({ code }) => code);
  expect(codesOf(text)).toContain('OCM4001');
  expect(codesOf(text.replace('"site"] == "edge"', '"edge"] == "yes"'))).not.toContain('OCM4001');
});
