import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import {
  attribute,
  bool,
  calculate,
  call,
  compare,
  int,
  json,
  labelled,
  lambda,
  result,
  text,
  unit,
  variable,
} from './builders.ts';

const x = variable('x');
const large = lambda('x', compare(x, '>', int(1)));
const failure = '(ValueMissing)';

describe('built-ins (Rule 67)', () => {
  test.each<[string, IrExpr, Json]>([
    ['string(1)', call('string', int(1)), '1'],
    ['string(1Gi)', call('string', unit('quantity', '1Gi')), '1Gi'],
    ['string([])', call('string', json([])), failure],
    ['json', call('json', json({ b: [1, null], a: 'x' })), '{"b":[1,null],"a":"x"}'],
    ['yaml', call('yaml', json({ b: [1], a: 'true' })), 'b:\n  - 1\na: "true"\n'],
    ['fromJson', call('fromJson', text('{"a":[1.5]}')), { a: [1.5] }],
    ['fromJson of no JSON', call('fromJson', text('{')), failure],
    ['fromYaml', call('fromYaml', text('a: [1, b]')), { a: [1, 'b'] }],
    ['fromYaml of two documents', call('fromYaml', text('a\n---\nb')), failure],
    ['fromYaml of none', call('fromYaml', text('')), failure],
    ['int("7")', call('int', text('7')), 7],
    ['int("7.0")', call('int', text('7.0')), failure],
    ['float(2)', call('float', int(2)), 2],
    ['quantity(2)', call('quantity', int(2)), '2'],
    ['duration("1d")', call('duration', text('1d')), '1d'],
    ['version("v1.2")', call('version', text('v1.2')), 'v1.2'],
    ['percent("101%")', call('percent', text('101%')), failure],
    ['min', call('min', unit('quantity', '2Gi'), unit('quantity', '1Gi')), '1Gi'],
    ['max', call('max', int(1), int(2)), 2],
    ['max of texts', call('max', text('a'), text('b')), failure],
    ['range', call('range', int(2), int(4)), [2, 3, 4]],
    ['range backwards', call('range', int(4), int(2)), []],
    ['range too long', call('range', int(0), int(10_000)), failure],
    ['size of a text', call('size', text('a🙂')), 2],
    ['size of a record', call('size', json({ a: 1 })), 1],
    ['size of an int', call('size', int(1)), failure],
    ['contains', call('contains', text('abc'), text('bc')), true],
    ['contains in a list', call('contains', json([1, 2]), int(2)), true],
    ['startsWith', call('startsWith', text('abc'), text('ab')), true],
    ['endsWith', call('endsWith', text('abc'), text('ab')), false],
    ['matches', call('matches', text('abc'), text('^a.c$')), true],
    ['matches a look-ahead', call('matches', text('abc'), text('a(?=b)')), failure],
    ['lower', call('lower', text('AbC')), 'abc'],
    ['upper', call('upper', text('AbC')), 'ABC'],
    ['trim', call('trim', text(' a ')), 'a'],
    ['split', call('split', text('a,b'), text(',')), ['a', 'b']],
    ['replace', call('replace', text('a$1a'), text('a'), text('$&')), '$&$1$&'],
    ['base64', call('base64', text('é')), 'w6k='],
    ['unbase64', call('unbase64', text('w6k=')), 'é'],
    ['unbase64 of no UTF-8', call('unbase64', text('/w==')), failure],
    [
      'sha256',
      call('sha256', text('')),
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    ],
    ['any', call('any', json([1, 2]), large), true],
    ['all', call('all', json([1, 2]), large), false],
    ['all of none', call('all', json([]), large), true],
    ['filter', call('filter', json([1, 2, 3]), large), [2, 3]],
    ['map', call('map', json([1, 2]), lambda('x', calculate(x, '*', int(10)))), [10, 20]],
    ['any of no list', call('any', int(1), large), failure],
    ['sort', call('sort', json(['b', 'a', 'Z'])), ['Z', 'a', 'b']],
    ['sort of numbers', call('sort', json([10, 9, 1])), [1, 9, 10]],
    ['unique', call('unique', json([1, 2, 1, { a: 1 }, { a: 1 }])), [1, 2, { a: 1 }]],
    ['join', call('join', json(['a', 1]), text('-')), 'a-1'],
    ['join of records', call('join', json([{}]), text('-')), failure],
    ['first', call('first', json([null, 1])), null],
    ['first of none', call('first', json([])), failure],
    ['keys', call('keys', json({ b: 1, a: 2 })), ['a', 'b']],
    ['values', call('values', json({ b: 1, a: 2 })), [2, 1]],
    [
      'merge',
      call('merge', json({ a: { x: 1 }, l: [1] }), json({ a: { y: 2 }, l: [2] })),
      {
        a: { x: 1, y: 2 },
        l: [2],
      },
    ],
    ['.minor of a version', call('minor', unit('version', 'v1.30')), 30],
    ['an unknown function', call('constructor', int(1)), failure],
    ['no argument', call('base64'), failure],
  ])('%s', (_, expr, value) => {
    expect(result(expr)).toEqual(value);
  });

  test('a missing argument makes the result missing, and says what is missing', () => {
    expect(result(call('size', attribute('gone', 'string')))).toBe('(AttributeMissing)');
  });

  test('any and all know three values', () => {
    const unsure = lambda('x', {
      op: 'or',
      args: [compare(x, '==', int(1)), attribute('gone', 'bool')],
    });
    expect(result(call('any', json([2, 1]), unsure))).toBe(true);
    expect(result(call('any', json([2]), unsure))).toBe('(AttributeMissing)');
    expect(result(call('all', json([1, 1]), unsure))).toBe(true);
    expect(result(call('filter', json([1, 2]), unsure))).toEqual([1]);
    expect(result(call('map', json([2]), unsure))).toBe('(AttributeMissing)');
  });

  test('facts of JSON are taken for what they are compared with', () => {
    const memory = attribute('memory', 'json');
    const cluster = labelled({ memory: '64Gi' });
    expect(result(compare(memory, '>=', unit('quantity', '32Gi')), cluster)).toBe(true);
    expect(result(compare(json(3), '<', unit('quantity', '3500m')))).toBe(true);
    expect(result(compare(bool(true), '==', text('true')))).toBe(false);
  });
});
