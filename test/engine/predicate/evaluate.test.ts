import { describe, expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import { holds } from '../../../src/engine/predicate/evaluate.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import {
  and,
  attribute,
  bool,
  calculate,
  compare,
  facts,
  from,
  has,
  int,
  json,
  labelled,
  not,
  now,
  or,
  otherwise,
  result,
  scope,
  text,
  unit,
  when,
  within,
} from './builders.ts';

const unknown = attribute('gone', 'bool');
const yes = bool(true);
const no = bool(false);

describe('three values (Rule 29)', () => {
  const missing = '(AttributeMissing)';
  test.each<[string, IrExpr, unknown]>([
    ['false && ?', and(no, unknown), false],
    ['? && false', and(unknown, no), false],
    ['true && ?', and(yes, unknown), missing],
    ['? && true', and(unknown, yes), missing],
    ['no part at all of &&', and(), true],
    ['true || ?', or(yes, unknown), true],
    ['? || true', or(unknown, yes), true],
    ['false || ?', or(no, unknown), missing],
    ['no part at all of ||', or(), false],
    ['!?', not(unknown), missing],
    ['!true', not(yes), false],
    ['? == ?', compare(unknown, '==', unknown), missing],
    ['? ?? 3', otherwise(unknown, int(3)), 3],
  ])('%s', (_, expr, value) => {
    expect(result(expr)).toBe(value);
  });

  test('unknown counts as false where a bool decides', () => {
    expect(holds(unknown, scope())).toBe(false);
    expect(holds(not(unknown), scope())).toBe(false);
    expect(result(when(unknown, text('yes'), text('no')))).toBe('no');
  });

  test('what is no bool decides nothing', () => {
    expect(result(and(text('true'), yes))).toBe('(ValueMissing)');
    expect(result(or(text('true'), yes))).toBe(true);
    expect(holds(text('true'), scope())).toBe(false);
    expect(result(not(int(0)))).toBe('(ValueMissing)');
  });
});

describe('equality and order (Rule 27)', () => {
  test('records are equal without order, lists with', () => {
    expect(result(compare(json({ a: 1, b: 2 }), '==', json({ b: 2, a: 1 })))).toBe(true);
    expect(result(compare(json([1, 2]), '==', json([2, 1])))).toBe(false);
    expect(result(compare(json({ a: [1] }), '!=', json({ a: [1, 2] })))).toBe(true);
  });

  test('texts, lists and bools have no order', () => {
    expect(result(compare(text('a'), '<', text('b')))).toBe('(ValueMissing)');
    expect(result(compare(json([1]), '<', json([2])))).toBe('(ValueMissing)');
    expect(result(compare(no, '<', yes))).toBe('(ValueMissing)');
  });

  test('amounts are compared, not texts', () => {
    expect(result(compare(unit('quantity', '1Gi'), '==', unit('quantity', '1024Mi')))).toBe(true);
    expect(result(compare(unit('quantity', '0.5'), '<', unit('quantity', '501m')))).toBe(true);
    expect(result(compare(unit('duration', '90min'), '==', unit('duration', '1h30m')))).toBe(true);
    expect(result(compare(unit('duration', '1d'), '>', unit('duration', '23h59m')))).toBe(true);
    expect(result(compare(unit('percent', '9%'), '<', unit('percent', '10%')))).toBe(true);
  });

  test('`in` takes lists, keys of records and networks', () => {
    expect(result(within(text('a'), json(['b', 'a'])))).toBe(true);
    expect(result(within(text('a'), json({ a: 0 })))).toBe(true);
    expect(result(within(text('toString'), json({ a: 0 })))).toBe(false);
    expect(result(within(text('10.1.2.3'), unit('cidr', '10.0.0.0/8')))).toBe(true);
    expect(result(within(text('11.1.2.3'), unit('cidr', '10.0.0.0/8')))).toBe(false);
    expect(result(within(text('no address'), unit('cidr', '10.0.0.0/8')))).toBe('(ValueMissing)');
    expect(result(within(text('a'), int(1)))).toBe('(ValueMissing)');
  });
});

describe('facts that do not parse (Rule 30)', () => {
  const gpus = attribute('gpus', 'int', { default: 4 });

  test('make every atom on them unknown, are there for has(), and leave the default alone', () => {
    const odd = labelled({ gpus: 'many' });
    expect(result(gpus, odd)).toBe('(AttributeMalformed)');
    expect(result(has(gpus), odd)).toBe(true);
    expect(result(compare(gpus, '!=', int(4)), odd)).toBe('(AttributeMalformed)');
    expect(result(gpus, labelled({ gpus: '8' }))).toBe(8);
    expect(result(gpus, labelled({}))).toBe(4);
  });

  test('a text outside an enum is a value equal to no member', () => {
    const tier = attribute('tier', 'string', { members: ['gold', 'bronze'] });
    const odd = labelled({ tier: 'platinum' });
    expect(result(compare(tier, '==', text('gold')), odd)).toBe(false);
    expect(result(compare(tier, '!=', text('gold')), odd)).toBe(true);
  });

  test.each<[Parameters<typeof attribute>[1], string, string]>([
    ['bool', 'true', 'True'],
    ['int', '-12', '1.0'],
    ['int', '9223372036854775807', '9223372036854775808'],
    ['float', '1.5e3', 'NaN'],
    ['quantity', '1.5Gi', '1.5 Gi'],
    ['percent', '100%', '101%'],
    ['duration', '1h30m', '1 hour'],
    ['version', 'v1.30.2-eks-1234', 'one'],
    ['time', '2030-01-01T00:00:00Z', '2030-01-01'],
    ['score', '-100', '101'],
    ['cidr', '10.0.0.0/8', '10.0.0.0'],
  ])('a text of %s: %s, not %s', (type, good, bad) => {
    const of = attribute('x', type);
    expect(String(result(of, labelled({ x: bad })))).toBe('(AttributeMalformed)');
    expect(String(result(of, labelled({ x: good })))).not.toContain('(');
  });
});

describe('where facts come from', () => {
  const cluster = facts(
    {
      metadata: { labels: { env: 'dev' }, annotations: { note: 'x' } },
      spec: { taints: [{ key: 'k', value: 'v', effect: 'NoSelect' }] },
      status: {
        allocatable: { cpu: '4' },
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'Sick', status: 'False' },
          { type: 'Odd', status: 'Unknown' },
        ],
        clusterClaims: [
          { name: 'id', value: 'old' },
          { name: 'id', value: 'new' },
        ],
      },
    },
    { sets: ['a', 'b'] },
  );

  test.each<[string, IrExpr, unknown]>([
    ['a label', from({ from: 'label', key: 'env' }), 'dev'],
    ['an annotation', from({ from: 'annotation', key: 'note' }), 'x'],
    ['the last claim of a name', from({ from: 'claim', key: 'id' }), 'new'],
    ['a condition that holds', from({ from: 'condition', type: 'Ready' }, 'condition'), true],
    ['one that does not', from({ from: 'condition', type: 'Sick' }, 'condition'), false],
    ['one that is unknown', from({ from: 'condition', type: 'Odd' }), '(AttributeMissing)'],
    ['a field', from({ from: 'field', path: ['status', 'allocatable', 'cpu'] }, 'quantity'), '4'],
    ['an element', from({ from: 'field', path: ['spec', 'taints', '0', 'key'] }), 'k'],
    ['no such field', from({ from: 'field', path: ['spec', 'constructor'] }), '(AttributeMissing)'],
    ['the sets', from({ from: 'sets' }), ['a', 'b']],
    ['the taints', from({ from: 'taints' }), [{ key: 'k', value: 'v', effect: 'NoSelect' }]],
    ['no such label', from({ from: 'label', key: '__proto__' }), '(AttributeMissing)'],
    ['no such add-on', from({ from: 'addon', name: 'x' }), '(AttributeMissing)'],
  ])('%s', (_, expr, value) => {
    expect(result(expr, cluster)).toEqual(value);
  });

  test('a score counts up to and including the end of its validity (Rule 31)', () => {
    const score = from({ from: 'score', resource: 'r', score: 's' }, 'score');
    const scored = (validUntil: string) =>
      facts(
        {},
        {
          scores: [
            {
              apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
              kind: 'AddOnPlacementScore',
              metadata: { name: 'r', namespace: 'c' },
              status: { validUntil, scores: [{ name: 's', value: 70 }] },
            },
          ],
        },
      );
    expect(result(score, scored('2030-01-01T00:00:00Z'))).toBe(70);
    expect(result(score, scored('2029-12-31T23:59:59Z'))).toBe('(AttributeMissing)');
    expect(now).toBe(instant(Date.UTC(2030, 0, 1)));
  });

  test('without a cluster every fact is missing', () => {
    expect(result(attribute('env', 'string'), null)).toBe('(AttributeMissing)');
    expect(result(attribute('env', 'string', { default: 'dev' }), null)).toBe('dev');
    expect(result({ op: 'cel', source: 'true' }, null)).toBe('(CelFailed)');
  });
});

describe('numbers (Rules 33 and 34)', () => {
  const max: IrExpr = unit('int', '9223372036854775807');

  test('ints are of 64 bits and their division truncates', () => {
    expect(result(calculate(max, '+', int(1)))).toBe('(ValueMissing)');
    expect(result(calculate(max, '-', int(1)))).toBe('9223372036854775806');
    expect(result(calculate(int(-7), '/', int(2)))).toBe(-3);
    expect(result(calculate(int(1), '/', int(0)))).toBe('(ValueMissing)');
    expect(result({ op: 'negate', arg: unit('int', '-9223372036854775808') })).toBe(
      '(ValueMissing)',
    );
  });

  test('ints and floats do not mix, and there is no NaN', () => {
    const float = (value: string) => unit('float', value);
    expect(result(calculate(int(1), '+', float('0.5')))).toBe('(ValueMissing)');
    expect(result(calculate(float('0.5'), '+', float('0.25')))).toBe(0.75);
    expect(result(calculate(float('0'), '/', float('0')))).toBe('(ValueMissing)');
    expect(result(calculate(float('1'), '/', float('0')))).toBe('(ValueMissing)');
  });

  test('quantities are exact and print as written', () => {
    const quantity = (value: string) => unit('quantity', value);
    expect(result(quantity('1000m'))).toBe('1000m');
    expect(result(calculate(quantity('0.1'), '+', quantity('0.2')))).toBe('300m');
    expect(result(calculate(quantity('1Gi'), '*', int(3)))).toBe('3Gi');
    expect(result(calculate(int(3), '*', quantity('1Gi')))).toBe('3Gi');
    expect(result(calculate(quantity('1Gi'), '*', quantity('1Gi')))).toBe('(ValueMissing)');
  });

  test('durations are exact; divided by each other they give an int', () => {
    const duration = (value: string) => unit('duration', value);
    expect(result(calculate(duration('1d'), '/', duration('1h')))).toBe(24);
    expect(result(calculate(duration('1h'), '-', duration('90m')))).toBe('-30m');
    expect(result(calculate(duration('1h'), '/', duration('0s')))).toBe('(ValueMissing)');
    expect(result(calculate(duration('9000000000s'), '*', int(2)))).toBe('(ValueMissing)');
  });

  test('a percent has no arithmetic', () => {
    const percent = unit('percent', '5%');
    expect(result(calculate(percent, '+', percent))).toBe('(ValueMissing)');
  });
});

describe('versions (Rule 35)', () => {
  const k8s = attribute('k8s', 'version');
  const on = (version: string) => labelled({ k8s: version, other: version });
  const literal = unit('version', 'v1.29');

  test.each<[string, '==' | '<' | '<=' | '>' | '>=', boolean]>([
    ['v1.29.0', '==', true],
    ['v1.29.7-eks-a1b2', '==', true],
    ['v1.30.0', '==', false],
    ['v1.29.9', '>', false],
    ['v1.30.0-rc.1', '>', true],
    ['v1.29.9+k3s1', '<=', true],
    ['v1.30.0', '<=', false],
    ['v1.28.99', '<', true],
    ['v1.29.0', '<', false],
    ['v1.29.0', '>=', true],
    ['1.28', '>=', false],
  ])('%s %s v1.29 is %s', (version, by, value) => {
    expect(result(compare(k8s, by, literal), on(version))).toBe(value);
  });

  test('two versions of clusters compare on three parts', () => {
    const later = labelled({ k8s: 'v1.29', other: 'v1.29.1' });
    expect(result(compare(k8s, '<', attribute('other', 'version')), later)).toBe(true);
    const part: IrExpr = { op: 'member', of: k8s, name: 'minor' };
    expect(result(part, later)).toBe(29);
  });
});

describe('what upstream objects hold verbatim', () => {
  const selector = (over: 'label' | 'claim', matchLabels: Record<string, string>): IrExpr => ({
    op: 'selector',
    over,
    selector: { matchLabels },
  });
  const claim = facts({ status: { clusterClaims: [{ name: 'note', value: 'free text!' }] } });

  test('selectors over labels and claims', () => {
    expect(result(selector('label', { env: 'dev' }), labelled({ env: 'dev' }))).toBe(true);
    expect(result(selector('label', { env: 'dev' }), labelled({}))).toBe(false);
    expect(result(selector('claim', { note: 'free text!' }), claim)).toBe(true);
  });

  test('upstream refuses a claim that is no label value', () => {
    const at = scope(claim, { compat: 'upstream' });
    expect(holds(selector('claim', { note: 'free text!' }), at)).toBe(false);
    expect(result(selector('label', { env: 'no value!' }))).toBe('(SelectorInvalid)');
  });

  test('CEL', () => {
    const cel: IrExpr = {
      op: 'cel',
      source: 'managedCluster.metadata.labels["env"].startsWith("d")',
    };
    expect(result(cel, labelled({ env: 'dev' }))).toBe(true);
    expect(result(cel, labelled({}))).toBe('(CelFailed)');
    expect(result({ op: 'cel', source: '1 +' })).toBe('(CelFailed)');
  });
});
