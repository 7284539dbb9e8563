import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instant } from '../../src/base/instant.ts';
import type { Json, JsonObject } from '../../src/base/json.ts';
import type { ClusterFacts } from '../../src/engine/inventory/facts.ts';
import { render } from '../../src/engine/predicate/render.ts';
import { lower } from '../../src/ir/lower/lower.ts';
import { compile } from '../../src/lang/index.ts';
import { findRealParts, missingRealParts } from '../support/real-parts.ts';
import { fieldAt, type ResolveRequest, resolveUpstream } from '../support/template-resolver.ts';

const missing = missingRealParts('resolveTemplates');
const program = findRealParts()?.resolveTemplates ?? '';

const around = `
namespace shop
kind Widget: "acme.io/v1"
fleet {
  env:    prod | stage | dev
  tier?:  gold | silver
  ring:   string = "broad"
  gpus:   int = 0
  region: string    from claim "region"
  k8s:    version   from claim "kubeversion"
  ready:  condition from condition "Available"
}
placement all { }
`;

/** One expression twice: in an app, where our engine evaluates it, and in a policy, where it is a template. */
function bothOf(expr: string) {
  const spec = `spec: { before: 1, v: ${expr}, after: "x" }`;
  const blocks = {
    app: `app a { on: [all], resource Widget w { metadata: { namespace: "n" }, ${spec} } }`,
    policy: `policy p { on: [all], musthave Widget w { ${spec} } }`,
  };
  const compiled = (block: string) =>
    compile({ files: [{ uri: 'main.ocm', text: `${around}${block}\n` }] });
  return { app: compiled(blocks.app), policy: compiled(blocks.policy) };
}

interface Facts {
  readonly labels: Readonly<Record<string, string>>;
  readonly claims: Readonly<Record<string, string>>;
  readonly ready: 'True' | 'False' | 'Unknown' | null;
}

const some = (...values: readonly string[]) =>
  fc.option(fc.constantFrom(...values), { nil: undefined });

function present(of: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(of).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

const facts: fc.Arbitrary<Facts> = fc.record({
  labels: fc
    .record({
      env: some('prod', 'stage', 'dev', 'odd'),
      tier: some('gold', 'silver'),
      ring: some('canary', '1.5', 'true'),
      gpus: some('0', '4', '-3', 'many'),
      x: some('y', 'prod'),
    })
    .map(present),
  claims: fc
    .record({
      region: some('eu-west-1', 'it\'s "Élan": #1\n{{ 2 }}'),
      kubeversion: some('v1.29.3', 'v1.31.0+k3s1', '1.30.1-eks', 'odd'),
    })
    .map(present),
  ready: fc.constantFrom('True', 'False', 'Unknown', null),
});

const { value: expression } = fc.letrec<{ bool: string; int: string; text: string; value: string }>(
  (tie) => ({
    bool: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.constantFrom(
        'cluster.env == prod',
        'cluster.env != prod',
        'cluster.env in [prod, stage]',
        'cluster.env not in [dev]',
        'has(cluster.tier)',
        'cluster.tier == gold',
        '(cluster.tier ?? silver) != gold',
        'cluster.labels["x"] == "y"',
        'cluster.gpus in [0, 4]',
        'cluster.ready',
        'cluster.ring == "broad"',
        'cluster.k8s >= v1.30',
        'cluster.k8s < v1.29.4',
        'cluster.k8s != v1.31',
        'cluster.region.matches("^eu-")',
        '["prod", "odd"].any(x => x == cluster.env)',
        '[1, 4].all(x => x != cluster.gpus)',
      ),
      tie('bool').map((a) => `!(${a})`),
      fc.tuple(tie('bool'), tie('bool')).map(([a, b]) => `(${a}) && (${b})`),
      fc.tuple(tie('bool'), tie('bool')).map(([a, b]) => `(${a}) || (${b})`),
      fc.tuple(tie('int'), tie('int')).map(([a, b]) => `(${a}) < (${b})`),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(${a}) == (${b})`),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(${a}).contains(${b})`),
    ),
    int: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.constantFrom('0', '7', 'cluster.gpus', 'cluster.region.size()', 'int(cluster.ring) ?? 2'),
      fc
        .tuple(tie('int'), fc.constantFrom('+', '-', '*'), tie('int'))
        .map(([a, op, b]) => `(${a}) ${op} (${b})`),
      fc.tuple(tie('int'), tie('int')).map(([a, b]) => `max(${a}, ${b})`),
      fc
        .tuple(tie('bool'), tie('int'), tie('int'))
        .map(([c, a, b]) => `(if ${c} then ${a} else ${b})`),
    ),
    text: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.constantFrom(
        '"1"',
        '"it\'s"',
        'cluster.env',
        'cluster.ring',
        'cluster.region',
        'cluster.name',
        'cluster.labels["x"] ?? "none"',
        'cluster.tier ?? silver',
      ),
      fc.tuple(tie('text'), tie('int')).map(([a, b]) => `"n\${${a}}: \${${b}}%"`),
      tie('text').map((a) => `(${a}).upper()`),
      tie('text').map((a) => `(${a}).replace("e", "'")`),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `[${a}, ${b}].join("-")`),
      fc
        .tuple(tie('bool'), tie('text'), tie('text'))
        .map(([c, a, b]) => `(if ${c} then ${a} else ${b})`),
    ),
    value: fc.oneof(
      tie('bool'),
      tie('int'),
      tie('text'),
      fc.tuple(tie('text'), tie('int')).map(([a, b]) => `[${a}, ${b}]`),
      fc
        .tuple(tie('bool'), tie('text'), tie('int'))
        .map(([c, a, b]) => `{ a: ${a}, if ${c} { b: ${b} } else { c: [${a}] } }`),
      fc
        .tuple(tie('bool'), tie('int'))
        .map(([c, a]) => `[for x in [1, 2] if ${c}: { n: x + (${a}) }]`),
    ),
  }),
);

function clusterOf({ labels, claims, ready }: Facts): ClusterFacts {
  return {
    name: 'c1',
    sets: [],
    cluster: {
      apiVersion: 'cluster.open-cluster-management.io/v1',
      kind: 'ManagedCluster',
      metadata: { name: 'c1', labels },
      spec: { hubAcceptsClient: true },
      status: {
        conditions:
          ready === null ? [] : [{ type: 'Available', status: ready, reason: 'x', message: '' }],
        clusterClaims: Object.entries(claims).map(([name, value]) => ({ name, value })),
        allocatable: {},
        capacity: {},
        version: {},
      },
    },
  };
}

interface Try {
  readonly expr: string;
  readonly facts: Facts;
  /** What our engine says; undefined where the value is missing. */
  readonly ours: Json | undefined;
  readonly request: ResolveRequest;
}

function tryOf([expr, found]: readonly [string, Facts]): Try | 'refused' | null {
  const { app, policy } = bothOf(expr);
  const decl = app.program?.decls.find(({ kind }) => kind === 'app');
  if (decl?.kind !== 'app') return null;
  const [manifest] = decl.manifests;
  if (policy.program === null || manifest === undefined || !('object' in manifest))
    return 'refused';
  const cluster = clusterOf(found);
  const rendered = render(manifest.object, { cluster, now: instant(0), compat: 'native' });
  const object = lower(policy.program).objects.find((each) => each.object.kind === 'Policy');
  const templates = fieldAt(object?.object as unknown as JsonObject, 'spec.policy-templates');
  const [first] = templates as readonly JsonObject[];
  return {
    expr,
    facts: found,
    ours: rendered.ok ? fieldAt(rendered.value, 'spec') : undefined,
    request: {
      policy: first?.['objectDefinition'] as JsonObject,
      hub: {
        clusterName: 'c1',
        labels: found.labels,
        namespace: 'shop',
        objects: [cluster.cluster as unknown as JsonObject],
      },
      objects: [],
    },
  };
}

describe.skipIf(missing !== '')(`an expression in a policy${missing}`, () => {
  test('means on the hub what it means in an app: the same value, or none', () => {
    const drawn = fc.sample(fc.tuple(expression, facts), { numRuns: 1500, seed: 7 });
    const tried = drawn.map(tryOf).filter((each) => each !== null);
    const tries = tried.filter((each) => each !== 'refused');
    // What is not tried proves nothing.
    expect(tries.length).toBeGreaterThan(600);
    const answers = resolveUpstream(
      program,
      tries.map(({ request }) => request),
    );
    const seen = { values: 0, none: 0 };
    for (const [index, { expr, facts: of, ours }] of tries.entries()) {
      const { onHub, error } = answers[index] ?? {};
      const text = `${expr} of ${JSON.stringify(of)}: ${error ?? ''}`;
      if (ours === undefined) {
        seen.none += 1;
        expect(error, text).toMatch(/error calling fail: (AttributeMissing|ValueMissing)/);
        continue;
      }
      seen.values += 1;
      const [first] = (fieldAt(onHub, 'spec.object-templates') ?? []) as readonly JsonObject[];
      expect(fieldAt(first, 'objectDefinition.spec'), text).toEqual(ours);
    }
    expect(seen.values).toBeGreaterThan(100);
    expect(seen.none).toBeGreaterThan(20);
  });
});
