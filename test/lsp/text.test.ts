import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changed, placesOf } from '../../src/lsp/text.ts';

test('offsets and positions are two names of a place, also at line ends and beyond the text', () => {
  const text = 'a\r\nbc\n\n';
  const places = placesOf(text);
  for (let offset = 0; offset <= text.length; offset++) {
    expect(places.offsetOf(places.positionOf(offset))).toBe(offset);
  }
  expect(places.offsetOf({ line: 1, character: 99 })).toBe(5);
  expect(places.offsetOf({ line: 99, character: 0 })).toBe(text.length);
  expect(places.offsetOf({ line: -1, character: -1 })).toBe(0);
});

test('changes of parts come to the text that the editor has', () => {
  const lines = fc.string({ unit: fc.constantFrom('a', 'ü', '\n', '😀'), maxLength: 20 });
  fc.assert(
    fc.property(lines, lines, fc.nat(20), fc.nat(20), (text, insert, a, b) => {
      const [start, end] = [Math.min(a, b, text.length), Math.min(Math.max(a, b), text.length)];
      const range = placesOf(text).rangeOf({ start, end });
      const after = text.slice(0, start) + insert + text.slice(end);
      expect(changed(text, [{ range, text: insert }])).toBe(after);
      expect(changed(text, [{ range, text: insert }, { text: 'x' }])).toBe('x');
    }),
  );
});
