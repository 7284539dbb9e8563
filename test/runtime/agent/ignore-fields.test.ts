import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { withoutIgnored } from '../../../src/runtime/agent/ignore-fields.ts';
import { applyWorks } from '../../../src/runtime/agent/manifest-work.ts';
import { snapshotOf } from '../facts.ts';
import { deployment, expecting, live, now, options, work } from './works.ts';

const wanted = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', annotations: { 'a/b': 'x' } },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } },
} as KubeObject;
const there = {
  ...wanted,
  metadata: { name: 'web', annotations: { 'a/b': 'y' } },
  spec: { replicas: 9, template: { spec: { containers: [{ name: 'web', image: 'web:9' }] } } },
} as KubeObject;
const present = { condition: 'OnSpokePresent', jsonPaths: ['.spec.replicas'] } as const;
const spec = (outcome: ReturnType<typeof withoutIgnored>) =>
  outcome.ok ? outcome.object.spec : outcome.error;

describe('ignored fields', () => {
  test('are applied when the object is made', () => {
    expect(spec(withoutIgnored(wanted, [present], null))).toEqual(wanted.spec);
  });

  test.each([
    ['a path', { jsonPaths: ['.spec.replicas'] }],
    ['a path from the root', { jsonPaths: ['$.spec.replicas'] }],
    ['a pointer', { jsonPointers: ['/spec/replicas'] }],
    ['a plain jq expression', { jqPathExpressions: ['.spec.replicas'] }],
  ])('are as they are afterwards: %s', (_, paths) => {
    const outcome = withoutIgnored(wanted, [{ condition: 'OnSpokePresent', ...paths }], {
      object: there,
      sameManifest: false,
    });
    expect(spec(outcome)).toMatchObject({ replicas: 9, template: wanted.spec && { spec: {} } });
  });

  test('may lie in lists and have odd names', () => {
    const rule = {
      condition: 'OnSpokePresent',
      jsonPointers: [
        '/spec/template/spec/containers/0/image',
        '/metadata/annotations/a~1b',
        '/spec/missing/deep',
        '/__proto__/x',
      ],
    } as const;
    const outcome = withoutIgnored(wanted, [rule], { object: there, sameManifest: false });
    expect(spec(outcome)).toEqual({ ...(there.spec as object), replicas: 2 });
    expect(outcome.ok && outcome.object.metadata.annotations).toEqual({ 'a/b': 'y' });
  });

  test('on change are applied when the manifest changes, and only then', () => {
    const rule = { condition: 'OnSpokeChange', jsonPaths: ['.spec.replicas'] } as const;
    expect(
      spec(withoutIgnored(wanted, [rule], { object: there, sameManifest: false })),
    ).toMatchObject({ replicas: 2 });
    expect(
      spec(withoutIgnored(wanted, [rule], { object: there, sameManifest: true })),
    ).toMatchObject({ replicas: 9 });
  });

  test('that the cluster does not have are taken away', () => {
    const bare = { ...there, spec: {} };
    expect(
      spec(withoutIgnored(wanted, [present], { object: bare, sameManifest: true })),
    ).not.toHaveProperty('replicas');
  });

  test.each([
    { jsonPaths: ['.spec.containers[*].image'] },
    { jqPathExpressions: ['.spec | keys'] },
    { jsonPointers: ['spec'] },
  ])('that cannot be told are an error: %j', (paths) => {
    expect(
      spec(withoutIgnored(wanted, [{ condition: 'OnSpokePresent', ...paths }], null)),
    ).toContain('not');
  });
});

describe('a work that ignores fields', () => {
  const of = (paths: readonly string[]) =>
    work([deployment], {
      spec: {
        manifestConfigs: [
          {
            resourceIdentifier: {
              group: 'apps',
              resource: 'deployments',
              namespace: 'shop',
              name: 'web',
            },
            updateStrategy: {
              type: 'ServerSideApply',
              serverSideApply: {
                ignoreFields: [{ condition: 'OnSpokePresent', jsonPaths: paths }],
              },
            },
          },
        ],
      },
    });
  const run = (paths: readonly string[]) =>
    applyWorks(options).reconcile(
      'shop-web',
      snapshotOf({
        hub: [of(paths)],
        cluster: [expecting(deployment), { ...live(deployment), spec: { replicas: 9 } }],
      }),
      now,
    ).actions;

  test('applies what is there', () => {
    expect(run(['.spec.replicas'])).toContainEqual(
      expect.objectContaining({
        do: 'apply',
        object: expect.objectContaining({ spec: { replicas: 9 } }),
      }),
    );
  });

  test('and cannot be understood applies nothing and says so', () => {
    const actions = run(['.spec[*]']);
    expect(actions.some((action) => action.do === 'apply')).toBe(false);
    expect(JSON.stringify(actions)).toContain('AppliedManifestSSAIgnoreFieldError');
  });
});
