import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReferenceFact } from '../../../src/lang/check/session.ts';
import { analyse } from '../../../src/lang/compile.ts';
import { type Findings, startIncrementalCheck } from '../../../src/lang/incremental/incremental.ts';
import { inFile } from '../../../src/lang/place.ts';
import { readCase } from '../case.ts';
import { cases, mutants, samples, soup } from '../samples.ts';

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
const typed = fc.record({
  is: fc.constant('typed' as const),
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
/** A declaration that is pasted twice over another. */
const pasted = fc.record({
  is: fc.constant('pasted' as const),
  from: fc.nat(),
  over: fc.nat(),
});
const edits = fc.oneof(
  { arbitrary: typed, weight: 4 },
  pasted,
  fc.record({ is: fc.constant('undone' as const), steps: fc.integer({ min: 1, max: 3 }) }),
);
const sessions = fc.tuple(
  fc.oneof(
    mutants,
    fc.constantFrom(...samples.values()),
    fc.constantFrom(...cases),
    fc
      .tuple(fc.constantFrom(...samples.values()), fc.constantFrom(...cases))
      .map((texts) => texts.join('\n')),
  ),
  fc.array(edits, { minLength: 1, maxLength: 8 }),
);

type Change = typeof edits extends fc.Arbitrary<infer T> ? T : never;

function changed(change: Change, history: readonly string[]): string {
  const text = history.at(-1) ?? '';
  if (change.is === 'undone') return history.at(-1 - change.steps) ?? text;
  if (change.is === 'pasted') {
    const pieces = text.split(/\n(?=\S)/);
    const piece = pieces[change.from % pieces.length] ?? '';
    return pieces.toSpliced(change.over % pieces.length, 1, piece, piece).join('\n');
  }
  const offset = Math.floor(change.at * text.length);
  return text.slice(0, offset) + change.insert + text.slice(offset + change.remove);
}

test('after any edits the findings are those of a check from nothing', () => {
  fc.assert(
    fc.property(sessions, ([start, changes]) => {
      const incremental = startIncrementalCheck();
      let text = start;
      expect(plain(incremental.check(inputOf(text)))).toEqual(plain(analyse(inputOf(text))));
      const history = [text];
      for (const change of changes) {
        text = changed(change, history);
        history.push(text);
        const expected = plain(analyse(inputOf(text)));
        expect(plain(incremental.check(inputOf(text))), text).toEqual(expected);
      }
    }),
    { numRuns: 100 },
  );
}, 120_000);
