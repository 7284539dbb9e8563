import { describe, expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import type { ClusterFacts } from '../../../src/engine/inventory/facts.ts';
import { evaluate, holds } from '../../../src/engine/predicate/evaluate.ts';
import { render } from '../../../src/engine/predicate/render.ts';
import type { Scope } from '../../../src/engine/predicate/scope.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import { compile } from '../../../src/lang/compile.ts';
import { messageOf } from '../../../src/lang/diagnostics.ts';

const fleet = `namespace shop
fleet {
  env:   prod | stage | dev
  tier?: gold | silver | bronze
  ring:  canary | early | broad = broad
  gpus:  int = 0
  k8s:   version from claim "kubeversion"
  cpu?:  score from score "usage/cpu"
  ready: condition from condition "Available"
}
`;

function programOf(text: string) {
  const { program, diagnostics } = compile({ files: [{ uri: 'main.ocm', text: fleet + text }] });
  if (program === null) throw new Error(diagnostics.map(messageOf).join('; '));
  return program;
}

function conditionOf(where: string): IrExpr {
  const [decl] = programOf(`placement p { via: engine, where: ${where} }\n`).decls;
  if (decl?.kind !== 'placement') throw new Error('no placement');
  return decl.where;
}

interface Facts {
  readonly labels?: Readonly<Record<string, string>>;
  readonly claims?: Readonly<Record<string, string>>;
  readonly ready?: 'True' | 'False' | 'Unknown';
  readonly taints?: readonly string[];
  readonly sets?: readonly string[];
}

function scopeOf({ labels = {}, claims = {}, ready, taints = [], sets = [] }: Facts): Scope {
  const condition = (status: 'True' | 'False' | 'Unknown') => [
    { type: 'Available', status, reason: 'x', message: '' },
  ];
  const cluster: ClusterFacts = {
    name: 'c1',
    sets,
    cluster: {
      apiVersion: 'cluster.open-cluster-management.io/v1',
      kind: 'ManagedCluster',
      metadata: { name: 'c1', labels },
      spec: {
        hubAcceptsClient: true,
        taints: taints.map((key) => ({
          key,
          effect: 'NoSelect' as const,
          timeAdded: '2026-01-01T00:00:00Z',
        })),
      },
      status: {
        conditions: ready === undefined ? [] : condition(ready),
        clusterClaims: Object.entries(claims).map(([name, value]) => ({ name, value })),
        allocatable: { memory: '64Gi' },
        capacity: {},
        version: {},
      },
    },
  };
  return { cluster, now: instant(0), compat: 'native' };
}

const gold: Facts = { labels: { tier: 'gold' } };
const bronze: Facts = { labels: { tier: 'bronze' } };
const none: Facts = {};
const other: Facts = { labels: { tier: 'platinum' } };

// language.md §4.2 and §7: what a condition says of a cluster with a value, without one, and with an odd one.
describe('a compiled condition means what the language says', () => {
  test.each<[string, Facts, boolean]>([
    ['cluster.tier == gold', gold, true],
    ['cluster.tier == gold', none, false],
    ['has(cluster.tier) && cluster.tier != bronze', gold, true],
    ['has(cluster.tier) && cluster.tier != bronze', none, false],
    ['has(cluster.tier) && cluster.tier != bronze', other, true],
    ['!has(cluster.tier) || cluster.tier != bronze', none, true],
    ['!has(cluster.tier) || cluster.tier != bronze', bronze, false],
    ['cluster.tier ?? silver != bronze', none, true],
    ['cluster.tier ?? bronze != bronze', none, false],
    ['cluster.env != prod', { labels: { env: 'dev' } }, true],
    ['cluster.env != prod', none, false],
    ['!(cluster.env == prod)', none, false],
    ['cluster.ring == broad', none, true],
    ['cluster.ring != canary', none, true],
    ['cluster.ring != broad', none, false],
    ['cluster.ring in [canary, early]', { labels: { ring: 'early' } }, true],
    ['cluster.ring not in [canary, early]', none, true],
    ['cluster.gpus >= 1', { labels: { gpus: '2' } }, true],
    ['cluster.gpus >= 1', none, false],
    ['cluster.gpus >= 1', { labels: { gpus: 'many' } }, false],
    ['cluster.gpus < 1', { labels: { gpus: 'many' } }, false],
    ['cluster.k8s >= v1.29', { claims: { kubeversion: 'v1.29.3-eks-5e0fdde' } }, true],
    ['cluster.k8s > v1.29', { claims: { kubeversion: 'v1.29.9' } }, false],
    ['cluster.k8s == v1.29', { claims: { kubeversion: '1.29.4+k3s1' } }, true],
    ['cluster.k8s <= v1.29.3', { claims: { kubeversion: 'v1.29.4' } }, false],
    ['cluster.ready', { ready: 'True' }, true],
    ['cluster.ready', { ready: 'Unknown' }, false],
    ['!cluster.ready', { ready: 'Unknown' }, false],
    ['!cluster.ready', { ready: 'False' }, true],
    ['cluster.allocatable.memory >= 64Gi', none, true],
    ['cluster.allocatable.memory > 65536Mi', none, false],
    ['cluster.allocatable.gpu > 1', none, false],
    ['cluster.name == "c1" && cluster.name.startsWith("c")', none, true],
    ['cluster.labels["a/b"] == "x"', { labels: { 'a/b': 'x' } }, true],
    ['"tier" in cluster.labels', gold, true],
    ['!cluster.taints.any(t => t.key == "drain")', none, true],
    ['!cluster.taints.any(t => t.key == "drain")', { taints: ['drain'] }, false],
    ['cluster.taints.filter(t => t.key != "a").size() == 1', { taints: ['a', 'b'] }, true],
    ['[prod, stage].any(e => cluster.env == e) || false', { labels: { env: 'stage' } }, true],
    ['if has(cluster.tier) then cluster.tier == gold else true', none, true],
    ['cluster.labels["n"] ?? "0" == "0" && 1 + 1 == 2', none, true],
    [`"\${cluster.name}-x" == "c1-x"`, none, true],
    ['int(cluster.labels["n"] ?? "x") ?? 7 > 6', none, true],
  ])('%s of %j is %s', (where, facts, expected) => {
    const text = where.startsWith('[prod, stage]')
      ? `let envs: [prod | stage | dev] = [prod, stage]\nplacement p { via: engine, where: ${where.replace('[prod, stage]', 'envs')} }\n`
      : null;
    const condition =
      text === null
        ? conditionOf(where)
        : programOf(text).decls.flatMap((decl) =>
            decl.kind === 'placement' ? [decl.where] : [],
          )[0];
    expect(condition && holds(condition, scopeOf(facts))).toBe(expected);
  });

  test('names of variables of functions and their callers do not mix', () => {
    const text = `fun has-taint(name: string) = cluster.taints.any(t => t.key == name)
fun both(names: [string]) = names.all(t => has-taint(t))
fun pairs(of: string) = cluster.taints.any(t => cluster.taints.any(u => u.key + t.key == of))
placement p { via: engine, where: both(["a", "b"]) && cluster.taints.any(t => has-taint(t.key) && pairs("ab")) }
`;
    const [decl] = programOf(text).decls;
    const where = decl?.kind === 'placement' ? decl.where : null;
    expect(where && holds(where, scopeOf({ taints: ['a', 'b'] }))).toBe(true);
    expect(where && holds(where, scopeOf({ taints: ['a'] }))).toBe(false);
  });
});

describe('a compiled manifest is the object the language says', () => {
  function objectFor(body: string, facts: Facts): unknown {
    const program = programOf(
      `kind Thing: "example.com/v1"\nplacement p { }\napp a { on: [p], resource Thing c ${body} }\n`,
    );
    const app = program.decls.find((decl) => decl.kind === 'app');
    const expr = app?.kind === 'app' ? app.manifests[0]?.object : undefined;
    const rendered = expr && render(expr, scopeOf(facts));
    return rendered?.ok ? rendered.value : rendered;
  }
  const head = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'c' } };

  test('with values, loops and branches of the cluster', () => {
    const body = `{
  data: {
    ring: cluster.ring
    for k, v in { b: cluster.ring, a: "x" } { last: k }
    if cluster.env == prod { on: "yes" } else { on: "no" }
    ...{ late: "\${cluster.gpus + 1}" }
  }
  list: [for t in cluster.taints if t.key != "b": t.key]
}`;
    expect(objectFor(body, { labels: { env: 'prod', ring: 'early' }, taints: ['a', 'b'] })).toEqual(
      {
        ...head,
        data: { ring: 'early', last: 'b', on: 'yes', late: '1' },
        list: ['a'],
      },
    );
  });

  test('and its name stays what the label says', () => {
    const odd = '{ ...{ metadata: { namespace: cluster.ring, name: "other" } }, data: { } }';
    expect(objectFor(odd, none)).toEqual({
      ...head,
      metadata: { namespace: 'broad', name: 'c' },
      data: {},
    });
  });

  test('quantities, durations, percents and versions are their texts, numbers stay numbers', () => {
    const body =
      '{ data: { q: 512Mi, c: 500m, d: 1h30m, m: 90min, p: 25%, v: v1.29, n: 3, f: 1.5, k: cluster.gpus, s: 2d } }';
    expect(objectFor(body, none)).toEqual({
      ...head,
      data: {
        q: '512Mi',
        c: '500m',
        d: '1h30m',
        m: '90m',
        p: '25%',
        v: 'v1.29',
        n: 3,
        f: 1.5,
        k: 0,
        s: '48h',
      },
    });
  });

  test('a missing attribute fails the rendering for that cluster, with its name', () => {
    expect(objectFor('{ data: { env: cluster.env } }', none)).toMatchObject({
      ok: false,
      reason: 'AttributeMissing',
    });
  });
});

test('what is known while compiling and what the engine computes are the same', () => {
  const pairs = [
    '1 + 2 * 3 - 4 / 3',
    '-7 / 2',
    '1.5 * 2.0',
    '512Mi + 1Gi',
    '3 * 500min',
    '1h / 7min',
  ];
  for (const text of pairs) {
    const known = programOf(
      `app a { on: [p], resource ConfigMap c { data: { x: string(${text}) } } }\nplacement p { }\n`,
    );
    const late = text.replace(
      /\d+(\.\d+)?\w*/,
      (first) => `(if cluster.name == "c1" then ${first} else ${first})`,
    );
    const residual = programOf(
      `app a { on: [p], resource ConfigMap c { data: { x: string(${late}) } } }\nplacement p { }\n`,
    );
    const [a, b] = [known, residual].map((program) => {
      const app = program.decls.find((decl) => decl.kind === 'app');
      const object = app?.kind === 'app' ? app.manifests[0]?.object : undefined;
      return object && render(object, scopeOf(none));
    });
    expect(b, text).toEqual(a);
  }
  expect(evaluate(conditionOf('1 < 2'), scopeOf(none))).toBe(true);
});
