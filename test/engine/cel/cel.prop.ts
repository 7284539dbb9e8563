import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileClusterCel } from '../../../src/engine/cel/cluster-selector.ts';
import { tokenize } from '../../../src/engine/cel/lexer.ts';
import { sourceOf } from '../../../src/engine/cel/source.ts';
import { run } from './support.ts';

const pieces =
  'a managedCluster .metadata .?labels ["env"] [0] [?0] ( ) [ ] { } , : ? + - * / % ! == != < <= && || in 1 2.5 3u "s" b"y" true null size( has( .all(x, .map(x, .exists(x, .orValue( .format( optional.of( duration("1m") r"\\d" \'\'\' """ @ # \\ ` é \n for if'.split(
    ' ',
  );
const soup = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 14 })
  .map((parts) => parts.join(' '));

it('no text makes the compiler throw, and what compiles runs', () => {
  fc.assert(
    fc.property(soup, (source) => {
      const compiled = compileClusterCel(source);
      if (!compiled.ok) {
        expect(compiled.message).toMatch(/^(?:compilation|instantiation) failed: /);
        return;
      }
      expect(run(source).cost).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 1500 },
  );
});

it('tokens and errors lie one after the other within the text', () => {
  fc.assert(
    fc.property(fc.oneof(soup, fc.string({ unit: 'binary' })), (text) => {
      const source = sourceOf(text);
      const { tokens, errors } = tokenize(source);
      const spans = [
        ...tokens.slice(0, -1).map(({ start, text: of }) => [start, [...of].length] as const),
        ...errors.map(({ at, text: of }) => [at, [...of].length] as const),
      ].sort(([a], [b]) => a - b);
      let end = 0;
      for (const [start, length] of spans) {
        expect(start).toBeGreaterThanOrEqual(end);
        end = start + length;
      }
      expect(end).toBeLessThanOrEqual(source.points.length);
    }),
  );
});
