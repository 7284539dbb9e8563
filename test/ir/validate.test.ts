import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxNesting } from '../../src/ir/nesting.ts';
import { irVersion } from '../../src/ir/program.ts';
import { validateIr } from '../../src/ir/validate.ts';
import { programs } from './from-schema.ts';

const empty = { irVersion, files: [], decls: [] };

test('accepts every program the schema describes', () => {
  fc.assert(
    fc.property(programs, (program) => {
      expect(validateIr(JSON.parse(JSON.stringify(program)))).toMatchObject({ ok: true });
    }),
  );
});

test.each([
  [null, '', 'must be object'],
  [{}, '', "must have required property 'irVersion'"],
  [{ ...empty, irVersion: 'ocm.ir/v0' }, '/irVersion', 'must be equal to constant'],
  [
    { ...empty, decls: [{ kind: 'Placement' }] },
    '/decls/0',
    'value of tag "kind" must be in oneOf',
  ],
  [
    { ...empty, decls: [{ kind: 'resource', name: 1 }] },
    '/decls/0',
    "must have required property 'namespace'",
  ],
  [{ ...empty, extra: 1 }, '', 'must NOT have additional properties: extra'],
])('says where %j is none', (value, path, message) => {
  expect(validateIr(value)).toEqual({ ok: false, errors: [{ path, message }] });
});

test('an own key `__proto__` is a key like any other', () => {
  const value = JSON.parse(`{"irVersion":"${irVersion}","files":[],"decls":[],"__proto__":{}}`);
  expect(validateIr(value)).toMatchObject({ ok: false });
});

test('never throws: hostile nesting and circles are refused', () => {
  const nested = (depth: number) =>
    JSON.parse(`${'{"op":"not","arg":'.repeat(depth)}{}${'}'.repeat(depth)}`);
  const within = (where: unknown) => ({ ...empty, decls: [{ kind: 'placement', where }] });
  expect(validateIr(within(nested(100_000)))).toMatchObject({
    errors: [{ message: `must not nest deeper than ${maxNesting} levels` }],
  });
  expect(validateIr(within(nested(maxNesting - 5))).ok).toBe(false);
  const circle: { self?: unknown } = {};
  circle.self = circle;
  expect(validateIr(circle).ok).toBe(false);
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(validateIr(value).ok).toBe(false);
    }),
  );
});

test('a program as deep as allowed is validated', () => {
  let where: unknown = { op: 'const', type: 'bool', value: true };
  for (let level = 0; level < maxNesting - 5; level++) where = { op: 'not', arg: where };
  const placement = {
    kind: 'placement',
    name: 'p',
    namespace: '',
    origin: { file: 0, span: { start: 0, end: 1 } },
    clusterSets: [],
    where,
    numberOfClusters: null,
    prioritizerPolicy: null,
    sortBy: null,
    tolerations: [],
    groups: [],
    clustersPerDecisionGroup: null,
    via: null,
  };
  expect(validateIr({ ...empty, decls: [placement] })).toMatchObject({ ok: true });
});
