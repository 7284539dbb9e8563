import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReferenceFact } from '../../../src/lang/check/session.ts';
import { analyse } from '../../../src/lang/compile.ts';
import { type Findings, startIncrementalCheck } from '../../../src/lang/incremental/incremental.ts';
import { inFile } from '../../../src/lang/place.ts';
import { readCase } from '../case.ts';
import { mutants, samples, soup } from '../samples.ts';

/** What two checks have to agree on, as plain data. */
function plain({ diagnostics, references }: Pick<Findings, 'diagnostics' | 'references'>) {
  const shown = ({ place, span, to }: ReferenceFact): string => {
    const [from, target] = [inFile(place, span), inFile(to.place, to.span)];
    return `${place.unit.uri}:${from.start}-${from.end} ${to.name} ${to.place.unit.uri}:${target.start}-${target.end}`;
  };
  return { diagnostics, references: [...new Set(references.map(shown))].sort() };
}

function inputOf(text: string) {
  const { texts: _, params: __, ...input } = readCase(text);
  return input;
}

/** A text, and what an author makes of it: pieces taken out, put in, or moved. */
const edits = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.integer({ min: 0, max: 12 }),
  insert: fc.oneof(
    fc.constantFrom(
      ' ',
      '\n',
      'x',
      '3',
      '{',
      '}',
      ',',
      '"',
      'web',
      'prod',
      'let x = 1\n',
      '// a\n',
    ),
    fc.constantFrom('\nplacement p { take: x }\n', '\nlet x = 2\n', '\nclusterset prod { }\n'),
    fc.constantFrom('\nnamespace a\n', '\nfleet { env: string }\n', '\nfun f(a: int) = a + x\n'),
    soup,
  ),
});
const sessions = fc.tuple(
  fc.oneof(mutants, fc.constantFrom(...samples.values())),
  fc.array(edits, { minLength: 1, maxLength: 8 }),
);

test('after any edits the findings are those of a check from nothing', () => {
  fc.assert(
    fc.property(sessions, ([start, changes]) => {
      const incremental = startIncrementalCheck();
      let text = start;
      expect(plain(incremental.check(inputOf(text)))).toEqual(plain(analyse(inputOf(text))));
      for (const { at, remove, insert } of changes) {
        const offset = Math.floor(at * text.length);
        text = text.slice(0, offset) + insert + text.slice(offset + remove);
        const expected = plain(analyse(inputOf(text)));
        expect(plain(incremental.check(inputOf(text))), text).toEqual(expected);
      }
    }),
    { numRuns: 150 },
  );
});
