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

test('what is said of a template moves with its policy', () => {
  const policy = `policy p {
  on: [web]
  musthave Secret login {
    metadata: { namespace: "shop", labels: { token: hub.secret("login").string("token") } }
  }
}
`;
  const text = `namespace n\nclusterset s { }\nnamespace n { bind: [s] }\nplacement web { from: [s] }\n${policy}`;
  const check = startIncrementalCheck();
  const said = (of: string) => {
    const { diagnostics } = check.check({ files: [{ uri: 'main.ocm', text: of }] });
    return diagnostics.map(({ code, span }) => `${code} ${of.slice(span.start, span.end)}`);
  };
  const expected = ['OCM4020 hub.secret("login").string("token")'];
  expect(said(text)).toEqual(expected);
  expect(said(`\n\n${text}`)).toEqual(expected);
});

test('two declarations of one text are two', () => {
  const reader = 'resource ClusterRole reader { }\n';
  const check = startIncrementalCheck();
  const said = (text: string) =>
    check.check({ files: [{ uri: 'main.ocm', text }] }).diagnostics.map(({ code }) => code);
  expect(said('resource ClusterRole x { }\nlet a = 1\n')).toEqual([]);
  expect(said(`${reader}${reader}let a = 1\n`)).toEqual(['OCM2006']);
});

test('blocks that a loop makes are not checked again', () => {
  const loop = `for env in ["prod", "stage"] {
  placement "\${env}-all" { from: [edge], take: 3 }
}
`;
  const after = base.replace('take: few', 'take: 7');
  expect(effortOf(base + loop, after + loop).done).toBeLessThanOrEqual(4);
});

test('a rollout that starts with a group is not checked again for another placement', () => {
  const canary =
    'placement web { from: [edge]\n  group canary { where: cluster.env == stage }\n}\n';
  const rollout = 'rollout slow { by: group, first: [canary] }\n';
  const after = base.replace('take: few', 'take: 7');
  expect(effortOf(base + canary + rollout, after + canary + rollout).done).toBeLessThanOrEqual(4);
});

test('a loop that changes places with what is beside it is where it stands', () => {
  const loop = 'for env in ["prod", "stage"] {\n  placement "${env}-all" { take: nope }\n}\n';
  const lets = 'let b = 2\nlet c = 3\n';
  const check = startIncrementalCheck();
  for (const text of [lets + loop, loop + lets, `\n${lets}${loop}`]) {
    const { diagnostics } = check.check({ files: [{ uri: 'main.ocm', text }] });
    const said = diagnostics.map(({ span }) => text.slice(span.start, span.end));
    expect(said).toContain('nope');
  }
});
