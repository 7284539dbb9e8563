import { describe, expect, it } from 'vitest';
import { instant } from '../../../../src/base/instant.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import {
  type ApplyOutcome,
  applyConfig,
  sameButTimes,
  trackUpdate,
} from '../../../../src/kube/patch/apply/apply.ts';
import { shapeOf } from '../../../../src/kube/patch/built-in-shapes.ts';

const shape = shapeOf({ group: 'apps', kind: 'Deployment' });
const deployment = (spec: object, metadata: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', ...metadata },
  spec,
});
const nothing: KubeObject = (({ spec: _, ...rest }) => rest)(deployment({}));
const pod = (container: object) => ({ template: { spec: { containers: [container] } } });
const now = instant(1_700_000_000_000);
const apply = (live: KubeObject | null, manager: string, config: KubeObject, force = false) =>
  applyConfig({ live, config, shape, force, writer: { manager, part: 'main', now } });
const update = (live: KubeObject | null, manager: string, object: KubeObject) =>
  trackUpdate({ live, object, shape, writer: { manager, part: 'main', now } });
const object = (outcome: ApplyOutcome): KubeObject => {
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.object;
};
const owners = (of: KubeObject) =>
  of.metadata.managedFields?.map(({ manager, operation, fieldsV1 }) => [
    manager,
    operation,
    fieldsV1,
  ]);

describe('applyConfig', () => {
  it('records the fields of a configuration as kube-apiserver does', () => {
    const config = deployment({
      replicas: 2,
      selector: { matchLabels: { a: 'b' } },
      ...pod({ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] }),
    });
    const { managedFields } = object(apply(null, 'me', config)).metadata;
    expect(managedFields).toEqual([
      {
        manager: 'me',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: '2023-11-14T22:13:20Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:spec': {
            'f:replicas': {},
            'f:selector': {},
            'f:template': {
              'f:spec': {
                'f:containers': {
                  'k:{"name":"web"}': {
                    '.': {},
                    'f:image': {},
                    'f:name': {},
                    'f:ports': {
                      'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ]);
  });

  it('names one conflict in Kubernetes’ words', () => {
    const live = update(null, 'kubectl-client-side-apply', deployment({ replicas: 1 }));
    expect(apply(live, 'me', deployment({ replicas: 3 }))).toEqual({
      ok: false,
      why: 'conflict',
      message:
        'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas',
      causes: [
        {
          message: 'conflict with "kubectl-client-side-apply" using apps/v1',
          field: '.spec.replicas',
        },
      ],
    });
  });

  it('names several conflicts by manager, those of subresources with their name', () => {
    const first = object(
      apply(null, 'a', deployment({ replicas: 1, ...pod({ name: 'c', image: 'x' }) })),
    );
    const live = trackUpdate({
      live: first,
      object: { ...first, spec: { ...(first.spec as object), paused: true } },
      shape,
      writer: { manager: 'b', part: 'main', subresource: 'scale', now },
    });
    const outcome = apply(
      live,
      'me',
      deployment({ replicas: 2, paused: false, ...pod({ name: 'c', image: 'y' }) }),
    );
    expect(outcome.ok ? '' : outcome.message).toBe(
      [
        'Apply failed with 3 conflicts: conflicts with "a":',
        '- .spec.replicas',
        '- .spec.template.spec.containers[name="c"].image',
        'conflicts with "b" with subresource "scale" using apps/v1:',
        '- .spec.paused',
      ].join('\n'),
    );
  });

  it('with force takes the field, and its owner loses it', () => {
    const live = object(apply(null, 'a', deployment({ replicas: 1, paused: true })));
    const taken = object(apply(live, 'b', deployment({ replicas: 2 }), true));
    expect(taken.spec).toEqual({ replicas: 2, paused: true });
    expect(owners(taken)).toEqual([
      ['a', 'Apply', { 'f:spec': { 'f:paused': {} } }],
      ['b', 'Apply', { 'f:spec': { 'f:replicas': {} } }],
    ]);
  });

  it('shares a field that two apply with the same value, and keeps it while one of them does', () => {
    const one = object(apply(null, 'a', deployment({ replicas: 1 })));
    const both = object(apply(one, 'b', deployment({ replicas: 1 })));
    const left = object(apply(both, 'a', nothing));
    expect(left.spec).toEqual({ replicas: 1 });
    expect(owners(left)).toEqual([['b', 'Apply', { 'f:spec': { 'f:replicas': {} } }]]);
    const gone = object(apply(left, 'b', nothing));
    expect(gone).not.toHaveProperty('spec');
  });

  it('drops containers and variables it no longer applies, by name', () => {
    const env = [{ name: 'A' }, { name: 'B' }];
    const one = object(apply(null, 'a', deployment(pod({ name: 'web', env }))));
    const both = object(apply(one, 'b', deployment(pod({ name: 'side' }))));
    const left = object(apply(both, 'a', deployment(pod({ name: 'web', env: [{ name: 'B' }] }))));
    expect(left.spec).toEqual({
      template: { spec: { containers: [{ name: 'web', env: [{ name: 'B' }] }, { name: 'side' }] } },
    });
  });

  it('gives fields from before anybody applied to a manager of their own', () => {
    const bare = deployment({ replicas: 1 }, { labels: { a: 'b' } });
    const outcome = apply(bare, 'me', deployment({ replicas: 2 }));
    expect(outcome).toMatchObject({
      message:
        'Apply failed with 1 conflict: conflict with "before-first-apply" using apps/v1: .spec.replicas',
    });
  });

  it('refuses entries without key and entries twice, naming the list', () => {
    const twice = { template: { spec: { containers: [{ name: 'c' }, { name: 'c' }] } } };
    expect(apply(null, 'me', deployment(twice))).toEqual({
      ok: false,
      why: 'invalid',
      message:
        'failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): .spec.template.spec.containers: duplicate entries for key [name="c"]',
    });
    expect(apply(null, 'me', deployment(pod({ image: 'x' })))).toMatchObject({
      why: 'invalid',
      message: expect.stringContaining('omits key field "name"'),
    });
  });

  it('keeps status and spec apart', () => {
    const live = object(
      apply(null, 'me', { ...deployment({ replicas: 1 }), status: { replicas: 9 } }),
    );
    expect(live).not.toHaveProperty('status');
    const status = applyConfig({
      live,
      config: { ...deployment({ replicas: 7 }), status: { replicas: 1 } },
      shape,
      writer: { manager: 'me', part: 'status', subresource: 'status', now },
    });
    const after = object(status);
    expect([after.spec, after.status]).toEqual([{ replicas: 1 }, { replicas: 1 }]);
    expect(after.metadata.managedFields?.map(({ subresource }) => subresource)).toEqual([
      undefined,
      'status',
    ]);
  });

  it('has no trouble with names of the object prototype', () => {
    const config = JSON.parse(
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{"__proto__":"1","constructor":"2"}}',
    );
    const of = shapeOf({ group: '', kind: 'ConfigMap' });
    const writer = { manager: 'me', part: 'whole' as const, now };
    const live = object(applyConfig({ live: null, config, shape: of, writer }));
    expect(JSON.stringify((live as unknown as { data: object }).data)).toBe(
      '{"__proto__":"1","constructor":"2"}',
    );
    const less = { ...config, data: { constructor: '2' } };
    const after = object(applyConfig({ live, config: less, shape: of, writer }));
    expect(JSON.stringify((after as unknown as { data: object }).data)).toBe('{"constructor":"2"}');
  });

  it('refuses what is nested too deep', () => {
    let deep: object = {};
    for (let index = 0; index < 100_000; index++) deep = { deep };
    expect(apply(null, 'me', deployment(deep))).toMatchObject({ ok: false, why: 'invalid' });
  });
});

describe('trackUpdate', () => {
  it('records a creation, and what a change takes from whom', () => {
    const made = update(null, 'a', deployment({ replicas: 1 }, { labels: { x: '1', y: '2' } }));
    expect(owners(made)).toEqual([
      [
        'a',
        'Update',
        {
          'f:metadata': { 'f:labels': { '.': {}, 'f:x': {}, 'f:y': {} } },
          'f:spec': { 'f:replicas': {} },
        },
      ],
    ]);
    const changed = update(made, 'b', deployment({ replicas: 2 }, { labels: { x: '1' } }));
    expect(owners(changed)).toEqual([
      ['a', 'Update', { 'f:metadata': { 'f:labels': { '.': {}, 'f:x': {} } } }],
      ['b', 'Update', { 'f:spec': { 'f:replicas': {} } }],
    ]);
  });

  it('keeps the time of who changed nothing', () => {
    const made = update(null, 'a', deployment({ replicas: 1 }));
    const later = trackUpdate({
      live: made,
      object: made,
      shape,
      writer: { manager: 'a', part: 'main', now: instant(now + 60_000) },
    });
    expect(later).toEqual(made);
  });

  it('forgets all owners when asked to, and ignores owners it cannot read', () => {
    const made = update(null, 'a', deployment({ replicas: 1 }));
    const reset = { ...made, metadata: { ...made.metadata, managedFields: [{}] } };
    expect(update(made, 'b', reset).metadata).not.toHaveProperty('managedFields');
    const junk = { ...made, metadata: { ...made.metadata, managedFields: [{ manager: 'x' }] } };
    expect(owners(update(made, 'b', junk))).toEqual(owners(made));
  });

  it('keeps ten updaters apart and puts older ones together', () => {
    let live: KubeObject | null = null;
    for (let index = 0; index < 15; index++) {
      const labels = { ...live?.metadata.labels, [`l${index}`]: 'x' };
      live = trackUpdate({
        live,
        object: deployment({}, { labels }),
        shape,
        writer: { manager: `u${index}`, part: 'main', now: instant(now + index * 1000) },
      });
    }
    const names = live?.metadata.managedFields?.map(({ manager }) => manager);
    expect(names).toHaveLength(10);
    expect(names?.[0]).toBe('ancient-changes');
    expect(names?.at(-1)).toBe('u14');
  });
});

describe('sameButTimes', () => {
  it('does not count the time of managed fields', () => {
    const made = update(null, 'a', deployment({ replicas: 1 }));
    const entries =
      made.metadata.managedFields?.map((entry) => ({ ...entry, time: 'other' })) ?? [];
    const other = { ...made, metadata: { ...made.metadata, managedFields: entries } };
    expect(sameButTimes(made, other)).toBe(true);
    expect(sameButTimes(made, { ...other, spec: { replicas: 2 } })).toBe(false);
  });
});
