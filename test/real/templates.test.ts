import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json.ts';
import { lower } from '../../src/ir/lower/lower.ts';
import { compile } from '../../src/lang/index.ts';
import { findRealParts, missingRealParts } from '../support/real-parts.ts';
import { fieldAt, type Resolved, resolveUpstream } from '../support/template-resolver.ts';

const missing = missingRealParts('resolveTemplates');
const program = findRealParts()?.resolveTemplates ?? '';

/** What a module is compiled in: a fleet, and a kind nobody knows the schema of. */
const around = `
namespace payments
kind Widget: "acme.io/v1"
fleet {
  env:      prod | stage | dev  from label "environment"
  tier?:    gold | silver       from label "tier"
  ring:     string = "broad"    from label "ring"
  gpus:     int = 0             from label "gpus"
  region:   string              from claim "region.acme.io"
  k8s:      version             from claim "kubeversion.acme.io"
  ready:    condition           from condition "ManagedClusterConditionAvailable"
}
placement everywhere { }
`;

interface World {
  readonly labels?: Readonly<Record<string, string>>;
  readonly claims?: Readonly<Record<string, string>>;
  readonly hub?: readonly JsonObject[];
  readonly cluster?: readonly JsonObject[];
  readonly plain?: true;
}

function managedCluster({ labels = {}, claims = {} }: World): JsonObject {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: { name: 'eu-1', labels },
    status: {
      conditions: [{ type: 'ManagedClusterConditionAvailable', status: 'True' }],
      clusterClaims: Object.entries(claims).map(([name, value]) => ({ name, value })),
      allocatable: { memory: '64Gi' },
    },
  };
}

function keyed(kind: string, name: string, namespace: string, data: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace }, data };
}
const config = (data: JsonObject): JsonObject => keyed('ConfigMap', 'c', 'payments', data);
const secret = (value: string): JsonObject =>
  keyed('Secret', 's', 'payments', { pw: Buffer.from(value).toString('base64') });

/** The one ConfigurationPolicy of a module with these blocks in a policy. */
function policyOf(blocks: string, plainTemplates = false): JsonObject {
  const text = `${around}policy p { on: [everywhere]\n${blocks}\n}`;
  const { program: ir, diagnostics } = compile({
    files: [{ uri: 'main.ocm', text }],
    plainTemplates,
  });
  if (ir === null) throw new Error(JSON.stringify(diagnostics));
  const policy = lower(ir).objects.find(({ object }) => object.kind === 'Policy')?.object;
  const templates = fieldAt(policy as unknown as JsonObject, 'spec.policy-templates');
  const [first] = templates as readonly JsonObject[];
  return first?.['objectDefinition'] as JsonObject;
}

function request(blocks: string, world: World) {
  return {
    policy: policyOf(blocks, world.plain === true),
    hub: {
      clusterName: 'eu-1',
      labels: world.labels ?? {},
      namespace: 'payments',
      objects: [managedCluster(world), ...(world.hub ?? [])],
    },
    objects: world.cluster ?? [],
  };
}

/** What upstream makes of a value in a field. */
function valuesOf(
  rows: readonly (readonly [string, World, ...Json[]])[],
): readonly (Json | string)[] {
  const requests = rows.map(([expr, world]) =>
    request(`musthave Widget w { spec: { before: 1, v: ${expr}, after: "x" } }`, world),
  );
  return resolveUpstream(program, requests).map(answer);
}

function answer({ objects, error }: Resolved): Json | string {
  if (error !== undefined) return `error: ${/error calling fail: (.*)/.exec(error)?.[1] ?? error}`;
  const [only] = objects ?? [];
  const spec = fieldAt(only?.objectDefinition, 'spec') as JsonObject;
  expect(spec['before']).toBe(1);
  expect(spec['after']).toBe('x');
  return spec['v'] ?? null;
}

const awkward = `it's "a" \\ {x}: # y\nz\ttrue 1`;

describe.skipIf(missing !== '')(`policies as upstream's resolver reads them${missing}`, () => {
  test('a value that is there has the type it was read as', () => {
    const hub = [
      config({ n: '7', b: 'true', q: '512Mi', t: awkward, j: '{"a":[1,{"b":"c"}]}', zero: '0' }),
    ];
    const rows: readonly (readonly [string, World, Json])[] = [
      ['hub.configmap("c").int("n")', { hub }, 7],
      ['hub.configmap("c").int("zero")', { hub }, 0],
      ['hub.configmap("c").bool("b")', { hub }, true],
      ['hub.configmap("c").quantity("q")', { hub }, '512Mi'],
      ['hub.configmap("c").string("t")', { hub }, awkward],
      ['hub.configmap("c").string("n")', { hub }, '7'],
      ['hub.configmap("c").string("b")', { hub }, 'true'],
      ['hub.configmap("c").json("j")', { hub }, { a: [1, { b: 'c' }] }],
      ['hub.configmap("c").data', { hub: [config({ a: '1', b: "it's" })] }, { a: '1', b: "it's" }],
      ['hub.configmap("c").int("n") + 1', { hub }, 8],
      [
        '"${hub.configmap("c").int("n")}-${hub.configmap("c").string("t")}"',
        { hub },
        `7-${awkward}`,
      ],
      ['[hub.configmap("c").int("n"), 2]', { hub }, [7, 2]],
      ['[{ a: hub.configmap("c").int("n") }]', { hub }, [{ a: 7 }]],
      ['[for x in [1, 2]: { a: hub.configmap("c").int("n") + x }]', { hub }, [{ a: 8 }, { a: 9 }]],
      ['hub.get(ConfigMap, "c").metadata.name', { hub }, 'c'],
      ['hub.list(ConfigMap).size()', { hub }, 1],
    ];
    expect(valuesOf(rows)).toEqual(rows.map(([, , expected]) => expected));
  });

  test('a lookup that fails stops resolving, and says what was looked for', () => {
    const hub = [config({ n: 'x', octal: '017', empty: '', b: 'yes' })];
    const rows: readonly (readonly [string, World, string])[] = [
      [
        'hub.configmap("d").string("n")',
        { hub },
        'error: LookupFailed: no key n in ConfigMap d on the hub',
      ],
      [
        'hub.configmap("c").string("m")',
        { hub },
        'error: LookupFailed: no key m in ConfigMap c on the hub',
      ],
      [
        'hub.configmap("c").int("m")',
        { hub },
        'error: LookupFailed: not an int at key m in ConfigMap c on the hub',
      ],
      [
        'hub.configmap("c").int("n")',
        { hub },
        'error: LookupFailed: not an int at key n in ConfigMap c on the hub',
      ],
      [
        'hub.configmap("c").int("empty")',
        { hub },
        'error: LookupFailed: not an int at key empty in ConfigMap c on the hub',
      ],
      [
        'hub.configmap("c").int("octal")',
        { hub },
        'error: LookupFailed: not an int at key octal in ConfigMap c on the hub',
      ],
      [
        'hub.configmap("c").bool("b")',
        { hub },
        'error: LookupFailed: not a bool at key b in ConfigMap c on the hub',
      ],
      [
        'hub.configmap("c").json("n")',
        { hub },
        'error: LookupFailed: not a json at key n in ConfigMap c on the hub',
      ],
      ['hub.configmap("d").data', { hub }, 'error: LookupFailed: no ConfigMap d on the hub'],
      [
        '"a-${hub.configmap("c").string("m")}"',
        { hub },
        'error: LookupFailed: no key m in ConfigMap c on the hub',
      ],
      [
        'hub.get(ConfigMap, "d").metadata.name',
        { hub },
        'error: LookupFailed: no ConfigMap d on the hub',
      ],
      [
        'hub.configmap("c").string("${cluster.name}")',
        { hub },
        'error: LookupFailed: no key eu-1 in ConfigMap c on the hub',
      ],
      [
        'agent.configmap("c", namespace: "n").string("k")',
        {},
        'error: LookupFailed: no key k in ConfigMap n/c on the cluster',
      ],
      ['agent.claim("id")', {}, 'error: LookupFailed: no ClusterClaim id on the cluster'],
    ];
    const found = valuesOf(rows);
    for (const [index, [expr, , expected]] of rows.entries()) {
      expect(found[index], expr).toContain(expected);
    }
  });

  test('an int that cannot be computed is missing, not wrong', () => {
    const hub = [config({ big: '900000000000000000', zero: '0', n: '-7' })];
    const at = (key: string) => `hub.configmap("c").int("${key}")`;
    const none = 'error: ValueMissing: an int that is needed here cannot be computed';
    const rows: readonly (readonly [string, World, Json])[] = [
      [`${at('big')} * ${at('big')}`, { hub }, none],
      [`${at('big')} * 11`, { hub }, none],
      [`${at('big')} * 2 * 2 * 2 + ${at('big')} * 8`, { hub }, none],
      [`0 - ${at('big')} * 8 - ${at('big')} * 8`, { hub }, none],
      [`${at('n')} / ${at('zero')}`, { hub }, none],
      [`(${at('n')} / ${at('zero')}) ?? 5`, { hub }, 5],
      [`${at('n')} / 2`, { hub }, -3],
      [`${at('n')} * ${at('zero')}`, { hub }, 0],
      [`${at('n')} * 3 - ${at('n')} * 2`, { hub }, -7],
    ];
    expect(valuesOf(rows)).toEqual(rows.map(([, , expected]) => expected));
  });

  test('what stands after ?? holds where object, key or parse fails, and only there', () => {
    const hub = [config({ n: '7', bad: 'x', e: '' })];
    const rows: readonly (readonly [string, World, Json])[] = [
      ['hub.configmap("c").int("n") ?? 64', { hub }, 7],
      ['hub.configmap("d").int("n") ?? 64', { hub }, 64],
      ['hub.configmap("c").int("m") ?? 64', { hub }, 64],
      ['hub.configmap("c").int("bad") ?? 64', { hub }, 64],
      ['hub.configmap("c").string("m") ?? "none"', { hub }, 'none'],
      ['hub.configmap("d").string("m") ?? "it\'s"', { hub }, "it's"],
      ['hub.configmap("c").string("e") ?? "none"', { hub }, ''],
      ['hub.configmap("c").string("m") ?? hub.configmap("c").string("bad")', { hub }, 'x'],
      ['hub.configmap("c").data["m"] ?? ""', { hub }, ''],
      ['hub.configmap("c").data["m"] ?? "z"', { hub }, 'z'],
      ['hub.configmap("c").bool("m") ?? false', { hub }, false],
      ['agent.claim("id") ?? "unknown"', {}, 'unknown'],
    ];
    expect(valuesOf(rows)).toEqual(rows.map(([, , expected]) => expected));
  });

  test('facts about the cluster: labels, claims, conditions, defaults', () => {
    const labels = { environment: 'prod', gpus: '4' };
    const claims = { 'region.acme.io': "eu 'west'", 'kubeversion.acme.io': 'v1.31.2+k3s1' };
    const here = { labels, claims };
    const rows: readonly (readonly [string, World, Json])[] = [
      ['cluster.name', here, 'eu-1'],
      ['"x-${cluster.name}: y"', here, 'x-eu-1: y'],
      ['"1${cluster.env}"', { labels: { environment: '2' } }, '12'],
      ['cluster.env', here, 'prod'],
      ['cluster.env', {}, 'error: AttributeMissing: cluster eu-1 has no usable env'],
      ['cluster.ring', here, 'broad'],
      ['cluster.gpus', here, 4],
      ['cluster.gpus', {}, 0],
      [
        'cluster.gpus',
        { labels: { gpus: 'many' } },
        'error: AttributeMissing: cluster eu-1 has no usable gpus',
      ],
      ['cluster.region', here, "eu 'west'"],
      ['cluster.region', {}, 'error: AttributeMissing: cluster eu-1 has no usable region'],
      ['cluster.tier ?? silver', here, 'silver'],
      ['cluster.ready', here, true],
      ['cluster.allocatable.memory ?? 1Gi', here, '64Gi'],
      ['if cluster.env == prod then 25% else 50%', here, '25%'],
      ['if cluster.env == prod then 25% else 50%', {}, '50%'],
      ['if cluster.env != prod then 1 else 2', {}, 2],
      ['if cluster.k8s >= v1.29 then "new" else "old"', here, 'new'],
      ['if cluster.k8s > v1.31 then "new" else "old"', here, 'old'],
      ['if cluster.k8s == v1.31 then "new" else "old"', here, 'new'],
      ['if cluster.env in [stage, prod] && has(cluster.tier) then 1 else 2', here, 2],
      ['cluster.env == prod', here, true],
      [
        '{ a: 1, if cluster.env == prod { b: cluster.region } else { c: 2 } }',
        here,
        { a: 1, b: "eu 'west'" },
      ],
      ['[for x in ["a", "b"] if cluster.env == prod: x]', here, ['a', 'b']],
      ['[for x in ["a", "b"] if cluster.env == prod: x]', {}, []],
    ];
    expect(valuesOf(rows)).toEqual(rows.map(([, , expected]) => expected));
  });

  test('what is looked up on the cluster, with what the hub says in it', () => {
    const labels = { environment: 'prod' };
    const hub = [config({ name: "it's" })];
    const cluster = [
      keyed('ConfigMap', 'settings', 'default', { 'eu-1': '5', "it's": 'odd', list: '["a","b"]' }),
      {
        apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
        kind: 'ClusterClaim',
        metadata: { name: 'id' },
        spec: { value: '007' },
      },
      keyed('Secret', 's', 'default', { pw: Buffer.from(awkward).toString('base64') }),
    ];
    const here = { labels, hub, cluster };
    const at = 'agent.configmap("settings", namespace: "default")';
    const rows: readonly (readonly [string, World, Json])[] = [
      [`${at}.int("\${cluster.name}")`, here, 5],
      [`${at}.string(hub.configmap("c").string("name"))`, here, 'odd'],
      [`${at}.json("list")`, here, ['a', 'b']],
      [`"\${cluster.env}-\${${at}.int("\${cluster.name}")}"`, here, 'prod-5'],
      [`if cluster.env == prod then ${at}.int("eu-1") else 0`, here, 5],
      ['agent.claim("id")', here, '007'],
      ['agent.secret("s", namespace: "default").string("pw")', here, awkward],
      [
        'agent.list(ConfigMap, namespace: "default").filter(c => c.data["eu-1"] == "5").size()',
        here,
        1,
      ],
      [
        '[for c in agent.list(ConfigMap, namespace: "default"): c.metadata.name]',
        here,
        ['settings'],
      ],
      [
        'agent.list(ConfigMap, namespace: "default").any(c => c.metadata.name.startsWith("set"))',
        here,
        true,
      ],
    ];
    expect(valuesOf(rows)).toEqual(rows.map(([, , expected]) => expected));
  });

  test('a secret leaves the hub encrypted, and is the same text on the cluster', () => {
    const values = ['p', 'true', '007', awkward, '{{ fail "no" }}', 'ümlaut'];
    const blocks =
      'musthave Widget w { spec: { v: hub.secret("s").string("pw"), l: [hub.secret("s").string("pw")] } }';
    const found = resolveUpstream(
      program,
      values.map((value) => request(blocks, { hub: [secret(value)] })),
    );
    for (const [index, value] of values.entries()) {
      const on = JSON.stringify(found[index]?.onHub);
      expect(on).toContain('$ocm_encrypted:');
      expect(
        fieldAt(found[index]?.objects?.[0]?.objectDefinition, 'spec'),
        found[index]?.error,
      ).toEqual({
        v: value,
        l: [value],
      });
    }
  });

  test('loops and branches around objects, resolved on the hub and on the cluster', () => {
    const blocks = `
      musthave Widget first { spec: { a: "é 😀 {x} 'y' ", n: 1, on: "yes", "1": "2" } }
      for cm in agent.list(ConfigMap, namespace: "default") if cm.data["model"].contains("Mustang") {
        mustonlyhave ConfigMap cm.metadata.name {
          metadata: { namespace: "default", labels: { model: "Mustang", env: cluster.env } }
          data: { note: "it's \${cm.data["model"] ?? ""}: #1", zone: hub.configmap("c").string("zone") }
          if cm.data["fast"] == "yes" { immutable: true }
        }
      }
      if cluster.env == prod { mustnothave Widget "old-\${cluster.name}" { } } else { musthave Widget other { } }
    `;
    const cluster = [
      keyed('ConfigMap', 'a', 'default', { model: 'Shelby Mustang', fast: 'yes' }),
      keyed('ConfigMap', 'b', 'default', { model: 'Beetle' }),
      keyed('ConfigMap', 'c', 'default', {}),
      keyed('ConfigMap', 'd', 'default', { model: 'Mustang "II"' }),
    ];
    const hub = [config({ zone: 'true' })];
    const of = (name: string, note: string, more: JsonObject) => ({
      complianceType: 'mustonlyhave',
      objectDefinition: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: 'default', labels: { model: 'Mustang', env: 'prod' } },
        data: { note, zone: 'true' },
        ...more,
      },
    });
    const world = { labels: { environment: 'prod' }, hub, cluster };
    const [found, elsewhere] = resolveUpstream(program, [
      request(blocks, world),
      request(blocks, { labels: { environment: 'dev' }, hub, cluster: [] }),
    ]);
    expect(found?.error).toBeUndefined();
    expect(found?.objects).toEqual([
      {
        complianceType: 'musthave',
        objectDefinition: {
          apiVersion: 'acme.io/v1',
          kind: 'Widget',
          metadata: { name: 'first' },
          spec: { a: "é 😀 {x} 'y' ", n: 1, on: 'yes', '1': '2' },
        },
      },
      of('a', "it's Shelby Mustang: #1", { immutable: true }),
      of('d', 'it\'s Mustang "II": #1', {}),
      {
        complianceType: 'mustnothave',
        objectDefinition: {
          apiVersion: 'acme.io/v1',
          kind: 'Widget',
          metadata: { name: 'old-eu-1' },
        },
      },
    ]);
    expect(
      elsewhere?.objects?.map((each) => fieldAt(each.objectDefinition, 'metadata.name')),
    ).toEqual(['first', 'other']);
  });

  test('without guards a lookup that fails gives an empty text or 0, as upstream', () => {
    const hub = [config({ n: '7' })];
    const plain = true as const;
    const rows: readonly (readonly [string, World, Json])[] = [
      ['hub.configmap("c").int("n")', { hub, plain }, 7],
      ['hub.configmap("c").int("m")', { hub, plain }, 0],
      ['hub.configmap("c").string("m")', { hub, plain }, ''],
      ['hub.configmap("c").int("m") ?? 64', { hub, plain }, 64],
    ];
    expect(valuesOf(rows)).toEqual(rows.map(([, , expected]) => expected));
  });
});
