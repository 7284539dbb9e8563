import { describe, expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import { render } from '../../../src/engine/predicate/render.ts';
import { hubObjectsOf } from '../../../src/engine/simulate/hub-objects.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import { lookupExpr } from '../../../src/ir/lookup.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { analyse } from '../../../src/lang/index.ts';

const configMap = (name: string, data: Record<string, string>, more: object = {}): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'shop', ...more },
    data,
  }) as never;
const secret = (name: string, stringData: Record<string, string>): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'shop' },
    stringData,
  }) as never;

const objects: readonly KubeObject[] = [
  configMap(
    'sizes',
    { nodes: '7', wide: 'true', memory: '2Gi', list: '["a","b"]', odd: 'x', octal: '017' },
    {
      labels: { use: 'sizes' },
    },
  ),
  configMap('empty', {}),
  configMap('there', { a: 'elsewhere' }, { namespace: 'other' }),
  secret('login', { token: 's3cr3t' }),
];
const origin = { file: 0, span: { start: 0, end: 1 } };
const cluster = { name: 'eu-1', cluster: { metadata: { name: 'eu-1' } } } as never;

/** The value of an expression in a manifest of an app. */
function exprOf(text: string): IrExpr {
  const source = `namespace shop
fleet { tier?: gold | silver }
clusterset all { members: exclusive }
namespace shop { bind: [all] }
placement web { from: [all] }
app web { on: [web], resource Thing it { spec: { value: ${text} } } }
kind Thing: "example.com/v1"
`;
  const { program, diagnostics } = analyse({ files: [{ uri: 'main.ocm', text: source }] });
  const app = program?.decls.find((decl) => decl.kind === 'app');
  if (app === undefined) throw new Error(JSON.stringify(diagnostics));
  return app.manifests[0]?.object as IrExpr;
}

function given(text: string, lookups = hubObjectsOf(objects)('shop')): unknown {
  const scope = { cluster, now: instant(0), compat: 'native', lookups } as const;
  const found = render(exprOf(text), scope);
  if (!found.ok) return `${found.reason}: ${found.message}`;
  return (found.value as { spec: { value: unknown } }).spec.value;
}

describe('a lookup on the hub', () => {
  test.each([
    ['hub.configmap("sizes").string("nodes")', '7'],
    ['hub.configmap("sizes").int("nodes") + 1', 8],
    ['hub.configmap("sizes").bool("wide")', true],
    ['hub.configmap("sizes").quantity("memory")', '2Gi'],
    ['hub.configmap("sizes").json("list")', ['a', 'b']],
    ['hub.configmap("there", namespace: "other").string("a")', 'elsewhere'],
    ['hub.configmap("empty").data', {}],
    ['hub.secret("login").string("token")', 's3cr3t'],
    ['hub.get(ConfigMap, "sizes").metadata.name', 'sizes'],
    ['[for each in hub.list(ConfigMap): each.metadata.name]', ['empty', 'sizes']],
    ['[for each in hub.list(ConfigMap, labels: { use: "sizes" }): each.metadata.name]', ['sizes']],
    ['hub.list(ConfigMap, labels: { use: "none" }).size()', 0],
  ])('%s', (text, value) => expect(given(text)).toEqual(value));

  test.each([
    ['hub.configmap("sizes").string("none")', 'no key none in ConfigMap sizes on the hub'],
    ['hub.configmap("none").string("a")', 'no key a in ConfigMap none on the hub'],
    ['hub.configmap("sizes").int("odd")', 'not an int at key odd in ConfigMap sizes on the hub'],
    [
      'hub.configmap("sizes").int("octal")',
      'not an int at key octal in ConfigMap sizes on the hub',
    ],
    ['hub.secret("login").string("none")', 'no key none in Secret login on the hub'],
    ['hub.get(ConfigMap, "none").metadata.name', 'no ConfigMap none on the hub'],
    ['hub.configmap("${cluster.name}-x").string("a")', 'no key a in ConfigMap eu-1-x on the hub'],
  ])('%s fails aloud', (text, message) => {
    expect(given(text)).toBe(`LookupFailed: ${message}`);
  });

  test('fails whatever stands around it, but `??` right after it', () => {
    expect(given('if hub.configmap("none").bool("a") then "yes" else "no"')).toContain(
      'not a bool at key a',
    );
    expect(given('(hub.configmap("none").int("a") + 1) ?? 3')).toContain('not an int at key a');
    expect(given('hub.configmap("none").int("a") ?? 3')).toBe(3);
    expect(given('hub.configmap("sizes").int("odd") ?? 3')).toBe(3);
    expect(given('hub.configmap("sizes").data["none"] ?? "x"')).toBe('x');
    expect(given('hub.configmap("none").data["none"] ?? "x"')).toContain('no ConfigMap none');
  });

  test('that is not known yet, or forbidden, is never defaulted', () => {
    const text = 'hub.configmap("none").int("a") ?? 3';
    expect(given(text, () => ({ state: 'unread' }))).toContain('LookupPending: ');
    const refused = { state: 'refused', message: 'it may not' } as const;
    expect(given(text, () => refused)).toBe('LookupForbidden: it may not');
  });

  test('whose parts are no texts fails, however they are written', () => {
    const ofName = (name: IrExpr): IrExpr => {
      const at = { apiVersion: 'v1', kind: 'ConfigMap', clusterScoped: false, labels: null };
      const namespace: IrExpr = { op: 'const', type: 'string', value: '' };
      return lookupExpr({ ...at, at: 'hub', namespace, name }, origin);
    };
    const odd: readonly IrExpr[] = [
      { op: 'const', type: 'json', value: ['a', ['b']] },
      { op: 'const', type: 'json', value: { a: 'b' } },
      { op: 'call', function: 'lookup', args: [] },
      { op: 'variable', name: 'nobody' },
    ];
    const lookups = hubObjectsOf(objects)('shop');
    for (const name of odd) {
      const scope = { cluster, now: instant(0), compat: 'native', lookups } as const;
      expect(render(ofName(name), scope).ok).toBe(false);
    }
  });

  test('a message quotes no value that may come from a Secret', () => {
    const text = '{ a: "1" }[hub.secret("login").string("token")]';
    expect(given(`${text} ?? "2"`)).toBe('2');
    const where = 'hub.configmap(hub.secret("login").string("token")).string("a")';
    expect(given(where)).toBe('LookupFailed: what depends on a Secret');
    const keyed = 'hub.configmap("sizes").string(hub.secret("login").string("token"))';
    expect(given(keyed)).toBe('LookupFailed: what depends on a Secret');
  });
});
