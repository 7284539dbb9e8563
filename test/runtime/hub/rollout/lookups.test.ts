import { describe, expect, test } from 'vitest';
import { base64Encode, utf8Encode } from '../../../../src/base/bytes.ts';
import { instant, plus } from '../../../../src/base/instant.ts';
import { isJsonObject } from '../../../../src/base/json.ts';
import type { IrExpr } from '../../../../src/ir/expr.ts';
import { type Lookup, lookupExpr, readExpr } from '../../../../src/ir/lookup.ts';
import type { AppRollout } from '../../../../src/ir/program-object.ts';
import { type KubeObject, refKey } from '../../../../src/kube/object.ts';
import type { ManifestWork } from '../../../../src/kube/ocm/work.ts';
import { accessDenied } from '../../../../src/runtime/control/access-review.ts';
import type { Attempt, Outcome } from '../../../../src/runtime/control/controller.ts';
import { rollOutApps } from '../../../../src/runtime/hub/rollout/controller.ts';
import { mostNamed } from '../../../../src/runtime/hub/rollout/lookups.ts';
import { type SnapshotInput, snapshotOf } from '../../../support/snapshot.ts';
import { app, configMap, constant, fleet, placed, program } from '../programs.ts';

const now = instant(Date.UTC(2026, 0, 2, 3, 4, 5));
const key = 'shop/main/shop/web';
const origin = { file: 0, span: { start: 0, end: 1 } };
const text = (value: string): IrExpr => ({ op: 'const', type: 'string', value });
const clusterName: IrExpr = {
  op: 'attribute',
  name: 'name',
  source: { from: 'field', path: ['metadata', 'name'] },
  type: 'string',
};

function lookup(kind: 'ConfigMap' | 'Secret', name: IrExpr | null): Omit<Lookup, 'origin'> {
  const none = { namespace: text(''), clusterScoped: false, labels: null };
  return { at: 'hub', apiVersion: 'v1', kind, name, ...none };
}
const read = (kind: 'ConfigMap' | 'Secret', name: IrExpr, at: string): IrExpr =>
  readExpr({ of: { ...lookup(kind, name), origin }, key: text(at), as: 'string' }, origin);

/** An app whose one object has a value as its data. */
function appWith(value: IrExpr): ReturnType<typeof app> {
  const data: IrExpr = { op: 'record', items: [{ item: 'field', key: 'value', value }] };
  const object: IrExpr = {
    op: 'record',
    items: [
      { item: 'spread', of: constant(configMap()) },
      { item: 'field', key: 'data', value: data },
    ],
  };
  return app('web', { manifests: [{ origin, object }] });
}

const texts = (motd: string): KubeObject => configMap('texts', { motd }) as never;
const base = (value: IrExpr, clusters = ['c1', 'c2']) => [
  ...program([appWith(value)]),
  ...fleet(clusters.length),
  ...placed('prod', clusters),
];

type Asked = { readonly resource: string; readonly verb: string; readonly name?: string };
type Answers = (asked: Asked) => boolean;

/** Lets a controller run until it has asked all it wants to know about rights. */
function rest(
  controller: ReturnType<typeof rollOutApps>,
  objects: readonly KubeObject[],
  { may = () => true, ...more }: { may?: Answers } & Omit<SnapshotInput, 'hub' | 'attempts'> = {},
): { readonly outcome: Outcome; readonly asked: readonly Asked[] } {
  const attempts: Record<string, Attempt> = {};
  const asked: Asked[] = [];
  for (;;) {
    const outcome = controller.reconcile(key, snapshotOf({ hub: objects, attempts, ...more }), now);
    const questions = outcome.actions.flatMap((action) =>
      action.do === 'create' ? [action.object] : [],
    );
    const fresh = questions.filter(
      ({ metadata }) => attempts[reviewKey(metadata.name)] === undefined,
    );
    if (fresh.length === 0) return { outcome, asked };
    for (const { metadata, spec } of fresh) {
      const of = (spec as { readonly resourceAttributes: Asked }).resourceAttributes;
      asked.push(of);
      const failure = { status: 403, reason: accessDenied, message: 'no rule allows it' };
      attempts[reviewKey(metadata.name)] = { at: now, failure: may(of) ? null : failure };
    }
  }
}

function reviewKey(name: string): string {
  return refKey({
    group: 'authorization.k8s.io',
    kind: 'SubjectAccessReview',
    namespace: '',
    name,
  });
}

const works = ({ actions }: Outcome): readonly ManifestWork[] =>
  actions.flatMap((action) => (action.do === 'apply' ? [action.object as ManifestWork] : []));
const values = (outcome: Outcome): readonly unknown[] =>
  works(outcome).map(({ spec }) => {
    const data = spec?.workload?.manifests?.[0]?.['data'];
    return isJsonObject(data) ? data['value'] : undefined;
  });
const report = ({ actions }: Outcome): AppRollout | undefined => {
  const patch = actions.find((action) => action.do === 'patchStatus');
  if (patch?.do !== 'patchStatus') return undefined;
  return (patch.status as unknown as { rollouts: AppRollout[] }).rollouts[0];
};

describe('lookups of an app', () => {
  const motd = read('ConfigMap', text('texts'), 'motd');

  test('are found in its namespace, for an account that may read them, and watched', () => {
    const { outcome, asked } = rest(rollOutApps(), [...base(motd), texts('hello')]);
    expect(values(outcome)).toEqual(['hello', 'hello']);
    const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'texts' };
    expect(outcome.alsoWatch).toEqual([{ ref }]);
    expect(asked.slice(1)).toEqual([
      { verb: 'get', group: '', resource: 'configmaps', namespace: 'shop', name: 'texts' },
    ]);
  });

  test('that the account may not read are a failure that names the right, never a default', () => {
    const value: IrExpr = { op: 'coalesce', left: motd, right: text('default') };
    const { outcome } = rest(rollOutApps(), [...base(value), texts('hello')], {
      may: ({ verb }) => verb === 'create',
    });
    expect(works(outcome)).toEqual([]);
    expect(report(outcome)).toMatchObject({
      failed: 2,
      reason: 'LookupForbidden',
      message: expect.stringContaining(
        'the account shop/deployer may not get configmaps texts in shop: no rule allows it',
      ),
    });
  });

  test('that are missing fail their clusters, or take the default', () => {
    const { outcome } = rest(rollOutApps(), base(motd));
    expect(works(outcome)).toEqual([]);
    expect(report(outcome)).toMatchObject({
      failed: 2,
      reason: 'LookupFailed',
      message: 'on c1: no key motd in ConfigMap texts on the hub, and on 1 more',
    });
    const value: IrExpr = { op: 'coalesce', left: motd, right: text('default') };
    expect(values(rest(rollOutApps(), base(value)).outcome)).toEqual(['default', 'default']);
  });

  test('that are not read yet hold everything back, and are watched', () => {
    const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'texts' };
    const value: IrExpr = { op: 'coalesce', left: motd, right: text('default') };
    const { outcome } = rest(rollOutApps(), base(value), { unread: [ref] });
    expect(outcome).toEqual({ actions: [], alsoWatch: [{ ref }] });
  });

  test('stay watched while rights are asked for again', () => {
    const controller = rollOutApps();
    const objects = [...base(motd), texts('hello')];
    const answered: SnapshotInput['attempts'] = new Proxy(
      {},
      { get: () => ({ at: now, failure: null }) },
    );
    const late = plus(now, 6 * 60_000);
    const outcome = controller.reconcile(
      key,
      snapshotOf({ hub: objects, attempts: answered }),
      late,
    );
    expect(outcome.actions.every((action) => action.do === 'create')).toBe(true);
    expect(outcome.alsoWatch).toHaveLength(1);
  });

  test('are waited for while nobody answers whether they may be read', () => {
    const value: IrExpr = { op: 'coalesce', left: motd, right: text('default') };
    const objects = [...base(value), texts('hello')];
    const { asked } = rest(rollOutApps(), objects);
    expect(asked).toHaveLength(2);
    let questions = 0;
    // The first question is whether the account may deliver at all.
    const attempts: SnapshotInput['attempts'] = new Proxy(
      {},
      {
        get: () => {
          questions += 1;
          const unanswered = { status: 500, reason: 'InternalError', message: 'try later' };
          return { at: now, failure: questions === 1 ? null : unanswered };
        },
      },
    );
    const outcome = rollOutApps().reconcile(key, snapshotOf({ hub: objects, attempts }), now);
    expect(outcome.actions.map((action) => action.do)).toEqual(['create']);
    expect(outcome.alsoWatch).toHaveLength(1);
  });

  test('change only the works that use what changed', () => {
    const own = read('ConfigMap', { op: 'format', parts: [text('of-'), clusterName] }, 'name');
    const of = (name: string, value: string): KubeObject =>
      configMap(name, { name: value }) as never;
    const controller = rollOutApps();
    const before = [of('of-c1', 'one'), of('of-c2', 'two')] as const;
    const first = rest(controller, [...base(own), ...before]).outcome;
    expect(values(first)).toEqual(['one', 'two']);
    const second = rest(controller, [...base(own), before[0], of('of-c2', 'three')]).outcome;
    const revision = ({ metadata }: ManifestWork) => metadata.annotations?.['ocmlang.dev/revision'];
    const [a, b] = [works(first), works(second)].map((list) => list.map(revision));
    expect(b?.[0]).toBe(a?.[0]);
    expect(b?.[1]).not.toBe(a?.[1]);
    expect(values(second)).toEqual(['one', 'three']);
  });

  test('of many names are asked for as a right to the whole kind', () => {
    const own = read('ConfigMap', { op: 'format', parts: [text('of-'), clusterName] }, 'name');
    const clusters = Array.from({ length: mostNamed + 8 }, (_, at) => `c${at + 1}`);
    const { asked } = rest(rollOutApps(), base(own, clusters));
    const gets = asked.filter(({ verb }) => verb === 'get');
    expect(gets).toHaveLength(mostNamed + 1);
    expect(gets.filter(({ name }) => name === undefined)).toHaveLength(1);
  });

  test('of names no object can have ask nobody, and find nothing', () => {
    for (const name of ['', 'a,metadata.name!=b', 'a/b', 'x'.repeat(300)]) {
      const { outcome, asked } = rest(rollOutApps(), base(read('ConfigMap', text(name), 'motd')));
      expect(report(outcome)?.reason).toBe('LookupFailed');
      expect(asked).toHaveLength(1);
      expect(outcome.alsoWatch).toBeUndefined();
    }
  });

  test('of lists need the right to list, and are kept up by one watch', () => {
    const list = lookupExpr(lookup('ConfigMap', null), origin);
    const size: IrExpr = { op: 'call', function: 'size', args: [list] };
    const { outcome, asked } = rest(rollOutApps(), [...base(size), texts('hello')]);
    expect(values(outcome)).toEqual([1, 1]);
    const kind = { group: '', version: 'v1', kind: 'ConfigMap' };
    expect(outcome.alsoList).toEqual([{ kind, namespace: 'shop' }]);
    expect(asked[1]).toEqual({
      verb: 'list',
      group: '',
      resource: 'configmaps',
      namespace: 'shop',
    });
  });

  test('of a Secret reach the work and nothing else', () => {
    const token = read('Secret', text('login'), 'token');
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'login', namespace: 'shop' },
      data: { token: base64Encode(utf8Encode('s3cr3t')) },
    } as unknown as KubeObject;
    const { outcome } = rest(rollOutApps(), [...base(token), secret]);
    expect(values(outcome)).toEqual(['s3cr3t', 's3cr3t']);
    const others = outcome.actions.filter((action) => action.do !== 'apply');
    expect(JSON.stringify(others)).not.toContain('s3cr3t');
    const metadata = works(outcome).map((work) => JSON.stringify(work.metadata));
    expect(metadata.join('')).not.toContain('s3cr3t');
    // What is looked up by a secret is not there: the message names neither.
    const misled = read('ConfigMap', token, 'motd');
    const failed = rest(rollOutApps(), [...base(misled), secret]).outcome;
    expect(report(failed)?.reason).toBe('LookupFailed');
    expect(JSON.stringify(report(failed))).not.toContain('s3cr3t');
  });
});
