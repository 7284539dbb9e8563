import { describe, expect, test } from 'vitest';
import { startJudge } from '../../../src/engine/simulate/compliance.ts';
import { modelOf } from '../../../src/engine/simulate/world.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import { type IrOf, type IrPolicyTemplate, irVersion } from '../../../src/ir/program.ts';
import { testStart } from '../../../src/ir/test-plan.ts';

const origin = { file: 0, span: { start: 0, end: 0 } };

function policy(name: string, of: Partial<IrOf<'policy'>>): IrOf<'policy'> {
  return {
    kind: 'policy',
    name,
    namespace: 'shop',
    origin,
    on: [],
    enforceOn: [],
    remediation: null,
    disabled: false,
    severity: null,
    standards: [],
    categories: [],
    controls: [],
    description: null,
    templates: [],
    ...of,
  };
}

const wants = (name: string, definition: object): IrPolicyTemplate => ({
  template: 'config',
  name,
  origin,
  severity: null,
  namespaceSelector: null,
  objects: [{ complianceType: 'musthave', origin, definition: definition as never }],
});
const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const after = (name: string, kind = 'Policy') => ({
  after: [{ apiVersion: 'v1', kind, name, compliance: 'Compliant' as const }],
});

function judge(policies: readonly IrOf<'policy'>[], objects: readonly object[] = []) {
  const model = modelOf({ irVersion, files: [], decls: policies });
  const judged = startJudge({
    world: { model, clusters: new Map(), now: testStart },
    objects: objects.map((object) => ({ cluster: 'a', object: object as never })),
    definitions: [],
  });
  return policies.map((each) => judged.find(each, 'a'));
}

describe('compliance in a test', () => {
  const first = policy('first', { templates: [wants('first', namespace('x'))] });

  test('a policy waits for another until that is as it has to be', () => {
    const second = policy('second', {
      ...after('first'),
      templates: [wants('second', namespace('default'))],
    });
    expect(judge([first, second]).map(({ compliance }) => compliance)).toEqual([
      'NonCompliant',
      'Pending',
    ]);
    expect(judge([first, second], [namespace('x')]).map(({ compliance }) => compliance)).toEqual([
      'Compliant',
      'Compliant',
    ]);
  });

  test('a template waits for a template, and waiting may count as compliant', () => {
    const waits = {
      ...wants('second', namespace('default')),
      ...after('first', 'ConfigurationPolicy'),
    };
    const second = policy('second', { templates: [waits as IrPolicyTemplate] });
    const third = policy('third', {
      templates: [{ ...waits, ignorePending: true } as IrPolicyTemplate],
    });
    const found = judge([first, second, third]).map(({ compliance }) => compliance);
    expect(found).toEqual(['NonCompliant', 'Pending', 'Compliant']);
  });

  test('policies that wait for each other wait for ever', () => {
    const a = policy('a', { ...after('b'), templates: [wants('a', namespace('default'))] });
    const b = policy('b', { ...after('a'), templates: [wants('b', namespace('default'))] });
    expect(judge([a, b]).map(({ compliance }) => compliance)).toEqual(['Pending', 'Pending']);
  });

  test('what a hub or cluster resolves, and what other engines judge, cannot be judged, visibly', () => {
    const templated = wants('t', { ...namespace('{{ .ManagedClusterName }}') });
    const other = { template: 'object', name: 'o', origin, object: {} } as const;
    expect(
      judge([policy('t', { templates: [templated] }), policy('o', { templates: [other] })]),
    ).toEqual([
      { compliance: null, violations: [], why: expect.stringContaining('has templates') },
      { compliance: null, violations: [], why: expect.stringContaining('another engine') },
    ]);
  });

  test('an object of a kind nobody knows is looked for where objects of it lie', () => {
    const thing = (of: object) => ({ apiVersion: 'acme.io/v1', kind: 'Thing', ...of });
    const it = policy('p', {
      templates: [wants('p', thing({ metadata: { name: 'x', namespace: 'n' }, spec: { a: 1 } }))],
    });
    expect(judge([it])[0]?.compliance).toBe('NonCompliant');
    const there = thing({ metadata: { name: 'x', namespace: 'n' }, spec: { a: 1, b: 2 } });
    expect(judge([it], [there])[0]?.compliance).toBe('Compliant');
  });

  describe('of a native check', () => {
    const path = (...names: readonly string[]): IrExpr =>
      names.reduce<IrExpr>((of, name) => ({ op: 'member', of, name }), {
        op: 'variable',
        name: 'object',
      });
    const check: IrPolicyTemplate = {
      template: 'check',
      name: 'replicas',
      origin,
      severity: null,
      each: { group: 'apps', version: 'v1', kind: 'Deployment', namespaced: true },
      namespaceSelector: { include: ['pay-*'] },
      where: null,
      require: {
        op: 'compare',
        by: '>=',
        left: path('spec', 'replicas'),
        right: { op: 'const', type: 'int', value: 2 },
      },
      message: null,
      via: 'engine',
    };
    const deployment = (name: string, of: string, replicas?: number) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: of },
      spec: { ...(replicas !== undefined && { replicas }) },
    });

    test('says which objects in its namespaces are wrong; what is not known is', () => {
      const objects = [
        deployment('fine', 'pay-a', 2),
        deployment('small', 'pay-a', 1),
        deployment('unsaid', 'pay-b'),
        deployment('elsewhere', 'web', 0),
      ];
      const [found] = judge([policy('p', { templates: [check] })], objects);
      expect(found).toEqual({
        compliance: 'NonCompliant',
        why: null,
        violations: ['pay-a/small', 'pay-b/unsaid'].map((place) => ({
          template: 'replicas',
          object: `Deployment ${place}`,
          message: `Deployment ${place} does not satisfy replicas`,
        })),
      });
    });

    test('looks at the objects of `where` only, and says its own message', () => {
      const where: IrExpr = {
        op: 'compare',
        by: '==',
        left: path('metadata', 'name'),
        right: { op: 'const', type: 'string', value: 'b' },
      };
      const message: IrExpr = {
        op: 'format',
        parts: [path('metadata', 'name'), { op: 'const', type: 'string', value: ' is small' }],
      };
      const narrow = { ...check, where, message } as IrPolicyTemplate;
      const [found] = judge(
        [policy('p', { templates: [narrow] })],
        [deployment('a', 'pay-a'), deployment('b', 'pay-a')],
      );
      expect(found?.violations.map((one) => one.message)).toEqual(['b is small']);
    });
  });
});
