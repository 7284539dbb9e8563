import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/base/json.ts';
import { deployment, judge, policy, template } from './builders.ts';

type Row = readonly [name: string, desired: Json, live: Json, upstream: boolean, native?: boolean];

const compliant = (
  type: string,
  desired: JsonObject,
  live: JsonObject,
  compat?: 'upstream',
): boolean => {
  const of = policy([template(type, desired)]);
  return judge(of, [live], compat === undefined ? {} : { compat }).compliance === 'Compliant';
};

// What upstream answers, and what we answer where that differs (docs/deviations.md).
const spec: readonly Row[] = [
  ['the order of a list does not matter', { l: ['a', 'b'] }, { l: ['b', 'a'] }, true],
  ['an item that is not there', { l: ['a', 'c'] }, { l: ['b', 'a'] }, false],
  ['a list may have more', { l: ['a'] }, { l: ['b', 'a'] }, true],
  ['one item does not stand for two', { l: ['a', 'a'] }, { l: ['a'] }, false],
  ['two items may stand for one', { l: ['a'] }, { l: ['a', 'a'] }, true],
  ['an empty list asks for nothing', { l: [] }, { l: [1] }, true],
  ['an empty list is as good as none', { l: [] }, { q: 1 }, false],
  ['lists that Go prints alike', { l: [[''], []] }, { l: [[''], []] }, false, true],
  ['lists in lists', { l: [[1, 2]] }, { l: [[2, 1]] }, false, true],
  [
    'items of maps are merged by name',
    { c: [{ name: 'z' }] },
    { c: [{ name: 'x' }, { name: 'z', image: 'q' }] },
    true,
  ],
  [
    'items of maps are found by content',
    { c: [{ port: 80 }] },
    { c: [{ port: 80, proto: 'TCP' }] },
    true,
  ],
  [
    'one item does not stand for two halves',
    { c: [{ a: 1 }, { b: 2 }] },
    { c: [{ a: 1, b: 2 }] },
    false,
  ],
  [
    'two wanted items of one name',
    {
      c: [
        { name: 'x', a: 1 },
        { name: 'x', b: 2 },
      ],
    },
    { c: [{ name: 'x', a: 1, b: 2 }] },
    false,
  ],
  [
    'one wanted item, two that have it',
    { c: [{ a: 1 }] },
    {
      c: [
        { a: 1, b: 2 },
        { a: 1, b: 3 },
      ],
    },
    true,
  ],
  ['maps may have more', { a: { b: { c: 1 } } }, { a: { b: { c: 1, d: 2 }, e: 3 }, f: 4 }, true],
  ['a quantity written otherwise', { m: '1Gi' }, { m: '1024Mi' }, true],
  ['another quantity', { cpu: '1' }, { cpu: '1001m' }, false],
  ['a quantity in a list', { r: ['1'] }, { r: ['1000m'] }, false, true],
  ['a text and a number', { p: '80' }, { p: 80 }, false, true],
  ['a number and a text', { p: 80 }, { p: '80' }, true],
  ['a bool and a text', { p: true }, { p: 'true' }, true],
  ['a whole number', { p: 1 }, { p: 1.0 }, true],
  ['a large number', { a: 12_345_678_901 }, { a: 12_345_678_901 }, true],
  ['an empty map that is not there', { p: {} }, { q: 1 }, false],
  ['null and a number', { p: null }, { p: 1 }, false],
  ['null and a map', { p: null }, { p: { a: 1 } }, true],
  ['a zero in a list that is not there', { l: [{ a: 1, b: 0 }] }, { l: [{ a: 1 }] }, false],
  ['a map and a list', { p: { a: 1 } }, { p: [1] }, false],
];

describe('musthave', () => {
  test.each(spec)('%s', (_name, desired, live, upstream, native = upstream) => {
    const [wanted, found] = [deployment({ spec: desired }), deployment({ spec: live })];
    expect(compliant('musthave', wanted, found, 'upstream'), 'upstream').toBe(upstream);
    expect(compliant('musthave', wanted, found), 'native').toBe(native);
  });
});

describe('mustonlyhave', () => {
  test.each<Row>([
    ['the order of a list', { l: ['a', 'b'] }, { l: ['b', 'a'] }, true],
    ['more in a list', { l: ['a'] }, { l: ['b', 'a'] }, false],
    ['more in a map', { a: 1 }, { a: 1, b: 0 }, false],
    ['more in a map inside', { a: { b: 1 } }, { a: { b: 1, c: 2 } }, false],
  ])('%s', (_name, desired, live, upstream) => {
    const [wanted, found] = [deployment({ spec: desired }), deployment({ spec: live })];
    expect(compliant('mustonlyhave', wanted, found, 'upstream')).toBe(upstream);
    expect(compliant('mustonlyhave', wanted, found)).toBe(upstream);
  });

  test('does not look at status, nor at labels it does not speak of', () => {
    const wanted = deployment({ spec: { a: 1 } });
    const found = deployment({ spec: { a: 1 }, status: { z: 1 } }, { labels: { k: 'v' } });
    expect(compliant('mustonlyhave', wanted, found)).toBe(true);
    expect(compliant('mustonlyhave', wanted, deployment({ spec: { a: 1 }, data: {} }))).toBe(false);
  });

  test('leaves the secrets of a ServiceAccount alone', () => {
    const account = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'x', namespace: 'default' },
    };
    expect(compliant('mustonlyhave', account, { ...account, secrets: [{ name: 's' }] })).toBe(true);
    expect(
      compliant('mustonlyhave', account, { ...account, automountServiceAccountToken: true }),
    ).toBe(false);
  });
});

describe('metadata', () => {
  const labelled = (labels: JsonObject | null, annotations: JsonObject | null = null) =>
    deployment({}, { ...(labels && { labels }), ...(annotations && { annotations }) });

  test('may have more, unless it must not', () => {
    const [wanted, found] = [labelled({ k: 'v' }), labelled({ k: 'v', k2: 'v' })];
    expect(compliant('musthave', wanted, found)).toBe(true);
    expect(compliant('mustonlyhave', wanted, found)).toBe(false);
    const only = template('musthave', wanted, { metadataComplianceType: 'mustonlyhave' });
    expect(judge(policy([only]), [found]).compliance).toBe('NonCompliant');
  });

  test('what kubectl notes down is not compared', () => {
    const noted = { 'kubectl.kubernetes.io/last-applied-configuration': 'q', a: 'b' };
    expect(compliant('musthave', labelled(null, noted), labelled(null, { a: 'b' }))).toBe(true);
    expect(compliant('musthave', labelled(null, { a: 'b' }), labelled(null, noted))).toBe(true);
    expect(compliant('musthave', labelled(null, { a: 'b' }), labelled(null))).toBe(false);
  });

  test('OpenShift may annotate namespaces', () => {
    const of = (annotations: JsonObject) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'n', annotations },
    });
    const scc = { a: 'b', 'openshift.io/sa.scc.mcs': 's0' };
    expect(compliant('mustonlyhave', of({ a: 'b' }), of(scc))).toBe(true);
    expect(compliant('mustonlyhave', of({ a: 'b' }), of({ a: 'b', c: 'd' }))).toBe(false);
  });

  test('a value that is no text is told of', () => {
    const outcome = judge(policy([template('musthave', labelled({ case: 10 }))]), [labelled({})]);
    expect(outcome.messages).toEqual([
      'NonCompliant; violation - deployments [x] found but not as specified in namespace default',
      'NonCompliant; violation - invalid label, error: contains non-string value in the map under key "case": 10 is of the type int64, expected string',
    ]);
  });
});

describe('secrets', () => {
  const secret = (content: JsonObject) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace: 'default' },
    ...content,
  });

  test('text is compared with what is stored of it', () => {
    const wanted = secret({ stringData: { a: 'hello' } });
    const stored = { a: 'aGVsbG8=', b: 'aGVsbG8=' };
    const outcome = judge(policy([template('musthave', wanted)]), [secret({ data: stored })], {
      // A server turns `stringData` into `data`, and so changes nothing.
      dryRun: () => ({ result: 'object', object: secret({ data: stored }) }),
    });
    expect(outcome.compliance).toBe('Compliant');
    expect(outcome.relatedObjects[0]?.properties?.matchesAfterDryRun).toBe(true);
  });

  test('their differences are not shown, unless that is asked for', () => {
    const [wanted, found] = [secret({ data: { a: 'eA==' } }), secret({ data: { a: 'eQ==' } })];
    const diff = (more: JsonObject) =>
      judge(policy([template('musthave', wanted, more)]), [found]).relatedObjects[0]?.properties
        ?.diff;
    expect(diff({})).toMatch(/^# The difference is redacted/);
    expect(diff({ recordDiff: 'None' })).toBeUndefined();
    expect(diff({ recordDiff: 'InStatus' })).toContain('-  a: eQ==\n+  a: eA==');
  });

  test('what is not base64 is told of', () => {
    const of = policy([template('musthave', secret({ stringData: { a: 'x' } }))]);
    const outcome = judge(of, [secret({ data: { a: '?' } })]);
    expect(outcome.violations[0]?.message).toBe('Error decoding secret: s');
  });
});
