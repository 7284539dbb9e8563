import { expect, test } from 'vitest';
import { originText, placeOf } from '../../src/ir/origin.ts';
import { at } from './builders.ts';

const files = [{ uri: 'a.ocm', sha256: '', lineStarts: [0, 10, 11, 30] }];

test.each([
  [0, 1, 1],
  [9, 1, 10],
  [10, 2, 1],
  [11, 3, 1],
  [29, 3, 19],
  [30, 4, 1],
  [500, 4, 471],
])('offset %i is line %i, column %i', (start, line, column) => {
  expect(placeOf(files, at(start))).toEqual({ uri: 'a.ocm', line, column });
  expect(originText(files, at(start))).toBe(`a.ocm:${line}:${column}`);
});

test('a file the program does not have is nowhere', () => {
  expect(placeOf(files, { file: 3, span: { start: 0, end: 0 } })).toBeNull();
  expect(originText([], at(0))).toBe('');
  expect(placeOf([{ uri: 'b', sha256: '', lineStarts: [] }], at(4))).toEqual({
    uri: 'b',
    line: 1,
    column: 5,
  });
});
