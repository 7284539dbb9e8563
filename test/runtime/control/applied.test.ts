import { describe, expect, test } from 'vitest';
import type { AnyObject, KubeObject } from '../../../src/kube/object.ts';
import { isApplied } from '../../../src/runtime/control/applied.ts';

const fields = {
  'f:metadata': { 'f:labels': { 'f:app': {} } },
  'f:spec': {
    'f:replicas': {},
    'f:selector': {},
    'f:template': {
      'f:metadata': { 'f:labels': { 'f:app': {} } },
      'f:spec': {
        'f:containers': {
          'k:{"name":"web"}': {
            '.': {},
            'f:name': {},
            'f:image': {},
            'f:ports': {
              'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
            },
          },
        },
      },
    },
  },
};

const applied = (change: (spec: Record<string, unknown>) => void = () => undefined): AnyObject => {
  const spec = {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] }] },
    },
  };
  change(spec);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
    spec: spec as never,
  };
};

const live = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'web',
    namespace: 'shop',
    uid: '1',
    resourceVersion: '7',
    labels: { app: 'web', other: 'theirs' },
    managedFields: [
      {
        manager: 'ours',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: fields,
      },
      { manager: 'ours', operation: 'Update', subresource: 'status', apiVersion: 'apps/v1' },
    ],
  },
  spec: {
    replicas: 2,
    revisionHistoryLimit: 10,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        restartPolicy: 'Always',
        containers: [
          { name: 'sidecar', image: 'proxy:3' },
          {
            name: 'web',
            image: 'web:1',
            imagePullPolicy: 'IfNotPresent',
            ports: [{ containerPort: 80, protocol: 'TCP' }],
          },
        ],
      },
    },
  },
  status: { replicas: 2 },
} as KubeObject;

describe('an apply is known to change nothing', () => {
  test('where the manager owns these fields and they have these values', () => {
    expect(isApplied(applied(), live, 'ours')).toBe(true);
  });

  test.each<[string, (spec: Record<string, unknown>) => void]>([
    ['a changed value', (spec) => Object.assign(spec, { replicas: 3 })],
    ['a new field', (spec) => Object.assign(spec, { paused: true })],
    ['a field given up', (spec) => delete spec['replicas']],
    [
      'an atomic map with one key more',
      (spec) => Object.assign(spec, { selector: { matchLabels: { app: 'web', tier: 'x' } } }),
    ],
    [
      'an item of a list that is gone',
      (spec) => Object.assign((spec['template'] as { spec: object }).spec, { containers: [] }),
    ],
    [
      'an item of a list that is new',
      (spec) =>
        (spec['template'] as { spec: { containers: object[] } }).spec.containers.push({
          name: 'two',
          image: 'x',
        }),
    ],
    [
      'a changed field of an item',
      (spec) =>
        Object.assign(
          (spec['template'] as { spec: { containers: object[] } }).spec.containers[0] ?? {},
          {
            image: 'web:2',
          },
        ),
    ],
    ['a text where a map was', (spec) => Object.assign(spec, { template: 'x' })],
    [
      'a key named like a member of Object',
      (spec) => Object.defineProperty(spec, '__proto__', { value: { a: 1 }, enumerable: true }),
    ],
  ])('but not with %s', (_what, change) => {
    expect(isApplied(applied(change), live, 'ours')).toBe(false);
  });

  test('but not for another manager, nor without managedFields', () => {
    expect(isApplied(applied(), live, 'theirs')).toBe(false);
    const { managedFields: _, ...metadata } = live.metadata;
    expect(isApplied(applied(), { ...live, metadata }, 'ours')).toBe(false);
  });

  test('nor where somebody changed the live value by force', () => {
    const changed = { ...live, spec: { ...(live.spec as object), replicas: 5 } };
    expect(isApplied(applied(), changed, 'ours')).toBe(false);
  });

  test('reads sets by value, and no odd key makes it throw', () => {
    const of = (finalizers: readonly string[]): KubeObject => ({
      ...live,
      metadata: {
        ...live.metadata,
        finalizers,
        managedFields: [
          {
            manager: 'ours',
            operation: 'Apply',
            apiVersion: 'apps/v1',
            fieldsV1: { 'f:metadata': { 'f:finalizers': { 'v:"x/y"': {} } } },
          },
          {
            manager: 'odd',
            operation: 'Apply',
            apiVersion: 'apps/v1',
            fieldsV1: { 'f:metadata': { 'f:finalizers': { 'v:{{': {}, 'q:': {} } } },
          },
        ],
      },
    });
    const mine = (finalizers: readonly string[]): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop', finalizers },
    });
    expect(isApplied(mine(['x/y']), of(['a', 'x/y']), 'ours')).toBe(true);
    expect(isApplied(mine(['x/z']), of(['a', 'x/y']), 'ours')).toBe(false);
    expect(isApplied(mine(['a', 'x/y']), of(['a', 'x/y']), 'odd')).toBe(false);
  });
});
