import { describe, expect, test } from 'vitest';
import { reasonsOf, runItems } from './module.ts';

describe('a test', () => {
  test.each([
    ['collections have no order', 'expect web.clusters == [b, a]'],
    ['a placement is a collection', 'expect a in web && c not in web && web.size() == 2'],
    ['the ranked list has one', 'expect web.ranked == [a, b] && web.ranked != [b, a]'],
    ['groups, also those nobody is in', 'expect web.group("canary") == [a]'],
    ['what is lacking', 'expect web.unscheduled == 0'],
    ['the empty collection', 'expect edges.clusters == []'],
    [
      'clusters have attributes and members',
      'expect a.name == "a" && a.labels["env"] == "prod" && b.gpus == 0',
    ],
    ['an optional attribute', 'expect (a.k8s ?? v1.0) >= v1.30 && !has(b.k8s)'],
    [
      'lambdas over clusters',
      'expect web.clusters.all(x => x.env == prod) && web.any(x => x.ring == canary)',
    ],
    ['taints begin with the test, NoSelect', 'expect d.taints.all(t => t.effect == NoSelect)'],
    ['policies are placed', 'expect base.placed == web && base.enforced == [a]'],
    [
      'apps go where their placement says',
      'expect shop.clusters == web && shop.untouched == shop.clusters',
    ],
    ['two sorts of one name', 'expect app.shop.clusters == placement.web.clusters'],
  ])('%s', (_, items) => {
    const outcome = runItems(items);
    expect(reasonsOf(outcome)).toEqual([]);
    expect(outcome).toMatchObject({ ok: true, expectations: 1 });
  });

  test('shows both sides and why, of the part that does not hold', () => {
    const outcome = runItems('  expect a in web && web.clusters == [a, c]');
    expect(outcome.failures).toMatchObject([
      {
        found: {
          sides: { by: '==', left: ['a', 'b'], right: ['a', 'c'] },
          reasons: [
            'b is in web',
            'c is not in web: Predicate: (!has(cluster.tier) || cluster.tier == gold)',
          ],
        },
      },
    ]);
  });

  test('says what is missing where that is why nobody knows', () => {
    const outcome = runItems('  expect b.k8s >= v1.29');
    expect(reasonsOf(outcome)[0]).toBe('it is not known whether it holds: `.k8s` is missing');
  });
});

describe('because', () => {
  test.each(['tier', 'Predicate'])(
    'holds where the explanation names the attribute or filter: %s',
    (name) => {
      expect(runItems(`  expect c not in web because "${name}"`).ok).toBe(true);
    },
  );

  test('holds where it names the taint, and only the one that is not tolerated', () => {
    expect(runItems('  expect d not in web because "drain"').ok).toBe(true);
    expect(runItems('  expect d not in web because "TaintToleration"').ok).toBe(true);
    expect(runItems('  expect d not in web because "gpu"').ok).toBe(false);
  });

  test('holds where a cluster is in no set', () => {
    expect(runItems('  expect a not in edges because "sets"').ok).toBe(true);
  });

  test('fails where the reason is another, and says which', () => {
    const outcome = runItems('  expect c not in web because "env"');
    expect(reasonsOf(outcome)).toEqual([
      'it holds, but not because of `env`: the explanation names `Predicate`, `tier`',
      'c is not in web: Predicate: (!has(cluster.tier) || cluster.tier == gold)',
    ]);
  });
});

describe('a policy', () => {
  const there = (labels: string) =>
    `on a { object Namespace shop { metadata: { labels: ${labels} } } }`;

  test('is judged over the objects of the test', () => {
    const outcome = runItems(`${there('{ team: "web" }')}
      expect base.compliance(a) == Compliant && base.violations(a) == []
      expect base.compliance(b) == NonCompliant`);
    expect(reasonsOf(outcome)).toEqual([]);
  });

  test('says of each object what is wrong', () => {
    const outcome = runItems(`${there('{ team: "infra" }')}
      expect base.violations(a).size() == 1 && base.violations(a)[0].template == "base"
      expect base.violations(a)[0].object == "Namespace shop"
      expect base.violations(a)[0].message.contains("does not match")`);
    expect(reasonsOf(outcome)).toEqual([]);
  });

  test('tells what it found where that is not what was expected', () => {
    expect(reasonsOf(runItems('expect base.compliance(a) == Compliant'))).toEqual([
      'base on a: Namespace shop: Resource not found but should exist',
    ]);
  });

  test('has nothing to say of a cluster it is not placed on', () => {
    expect(reasonsOf(runItems('expect base.compliance(c) == NonCompliant'))).toEqual([
      expect.stringMatching(/^it is not known whether it holds/),
      'base is not placed on c',
    ]);
  });
});

describe('a check', () => {
  const policy = `policy images { on: [web]
    check registry {
      each: Pod
      where: object.metadata.namespace.startsWith("pay-")
      require: object.spec.containers.all(c => c.image.startsWith("ours/"))
      message: "\${object.metadata.name} runs a foreign image"
    }
  }`;

  test('is judged over the objects of the test', () => {
    const pod = (name: string, of: string, image: string) =>
      `object Pod ${name} { metadata: { namespace: "${of}" }, spec: { containers: [{ name: "x", image: "${image}" }] } }`;
    const outcome = runItems(
      `on a { ${pod('one', 'pay-a', 'ours/x')} ${pod('two', 'pay-a', 'theirs/x')} ${pod('three', 'web', 'theirs/x')} }
       expect images.compliance(a) == NonCompliant && images.compliance(b) == Compliant
       expect images.violations(a).map(v => v.message) == ["two runs a foreign image"]
       expect images.violations(a)[0].object == "Pod pay-a/two" && images.violations(a)[0].template == "registry"`,
      policy,
    );
    expect(reasonsOf(outcome)).toEqual([]);
  });
});

describe('a policy with values of the cluster', () => {
  const policy = `policy sized { on: [web]
    musthave ConfigMap size { metadata: { namespace: "default" }, data: { ring: cluster.ring, pods: if cluster.ring == canary then "1" else "3" } }
    for n in ["x", "y"] { musthave ConfigMap "of-\${n}" { metadata: { namespace: "default" }, data: { of: "\${n} \${cluster.name}" } } }
  }`;
  const map = (name: string, data: string) =>
    `object ConfigMap ${name} { metadata: { namespace: "default" }, data: ${data} }`;

  test('is judged with the values of each cluster', () => {
    const outcome = runItems(
      `on a { ${map('size', '{ ring: "canary", pods: "1" }')} ${map('of-x', '{ of: "x a" }')} ${map('of-y', '{ of: "y a" }')} }
       on b { ${map('size', '{ ring: "broad", pods: "1" }')} ${map('of-x', '{ of: "x b" }')} ${map('of-y', '{ of: "x b" }')} }
       expect sized.compliance(a) == Compliant && sized.compliance(b) == NonCompliant
       expect sized.violations(b).size() == 2`,
      policy,
    );
    expect(reasonsOf(outcome)).toEqual([]);
  });

  test('cannot be judged where it looks something up, and the test says so', () => {
    const outcome = runItems(
      'expect looks.compliance(a) == Compliant',
      'policy looks { on: [web], musthave ConfigMap x { metadata: { namespace: "default" }, data: { a: hub.configmap("c").string("k") } } }',
    );
    expect(reasonsOf(outcome).join('\n')).toContain(
      'cannot be judged in a test: looks is not known on a',
    );
  });
});

describe('simulate', () => {
  const run = (entries: string) => runItems(`simulate shop { ${entries} }`);

  test('begins with nothing applied and runs the engine to rest', () => {
    expect(
      reasonsOf(
        run(`at 0s { expect shop.updating == [a] && shop.untouched == [b] && !shop.done }`),
      ),
    ).toEqual([]);
  });

  test('a canary that fails halts it', () => {
    const outcome = run(`at 0s { }
      at 5m { a: Failed  expect shop.halted && shop.failed == [a] }
      at 2h { expect shop.untouched == [b] && !shop.done }`);
    expect(reasonsOf(outcome)).toEqual([]);
  });

  test('soaks, then goes on by itself between entries, at its own deadlines', () => {
    const outcome = run(`succeedAfter: 1m
      at 10m { expect shop.updated == [a] && shop.untouched == [b] }
      at 11m { expect shop.updating == [b] }
      at 1h  { expect shop.done && shop.updated == shop.clusters }`);
    expect(reasonsOf(outcome)).toEqual([]);
  });

  test('a cluster that says nothing stays Progressing until its deadline', () => {
    const outcome = run(`at 0s { }
      at 29m { expect shop.updating == [a] && !shop.halted }
      at 31m { expect shop.failed == [a] && shop.halted }`);
    expect(reasonsOf(outcome)).toEqual([]);
  });

  test('refuses a report of a cluster that is not being updated', () => {
    expect(reasonsOf(run('at 0s { } at 1m { b: Succeeded }'))).toEqual([
      'b is not being updated, so it cannot be Succeeded',
    ]);
  });

  test('tells the time of what fails', () => {
    expect(run('at 90s { expect shop.done }').failures).toMatchObject([{ at: 90_000 }]);
  });
});
