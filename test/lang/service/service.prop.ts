import fc from 'fast-check';
import { expect, test } from 'vitest';
import { completions } from '../../../src/lang/service/completion.ts';
import { definition } from '../../../src/lang/service/definition.ts';
import { shownDiagnostics } from '../../../src/lang/service/diagnostics.ts';
import { formatting } from '../../../src/lang/service/format.ts';
import { hover } from '../../../src/lang/service/hover.ts';
import { takeSnapshot } from '../../../src/lang/service/snapshot.ts';
import { documentSymbols } from '../../../src/lang/service/symbols.ts';
import { readCase } from '../case.ts';
import { mutants, soup } from '../samples.ts';

test('no feature throws at any place of any text, and every span is one of the text', () => {
  const texts = fc.oneof(mutants, soup, fc.string({ unit: 'binary', maxLength: 100 }));
  fc.assert(
    fc.property(
      texts,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
      (text, places) => {
        const { texts: files, ...input } = readCase(text);
        const snapshot = takeSnapshot(input);
        const [file, content] = [...files][0] ?? ['main.ocm', ''];
        shownDiagnostics(snapshot);
        formatting(snapshot, file);
        for (const { span } of documentSymbols(snapshot, file)) {
          expect(span.end).toBeLessThanOrEqual(content.length);
        }
        for (const place of places) {
          const at = { file, offset: Math.floor(place * content.length) };
          const spans = [hover(snapshot, at)?.span, definition(snapshot, at)?.span];
          for (const span of spans) {
            if (span !== undefined) expect(span.start).toBeLessThanOrEqual(span.end);
          }
          expect(completions(snapshot, at).start).toBeLessThanOrEqual(at.offset);
        }
      },
    ),
    { numRuns: 150 },
  );
});
