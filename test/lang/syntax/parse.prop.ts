import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Span } from '../../../src/base/span.ts';
import { tokenize } from '../../../src/lang/syntax/lexer.ts';
import { parseModule, type SourceUnit } from '../../../src/lang/syntax/parse.ts';
import { mutants, samples, soup } from '../samples.ts';

const texts = fc.oneof(
  soup,
  mutants,
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
);

/** Spans of a node lie in that of its parent, and problems lie in the text. */
function expectNested(unit: SourceUnit): void {
  for (const { chunk } of unit.chunks) {
    const whole = { start: 0, end: chunk.text.length };
    for (const decl of chunk.decls) visit(decl, whole);
    for (const { span } of chunk.problems) expectWithin(span, whole, 'problem');
  }
}

function visit(node: object, within: Span): void {
  const { kind, span } = node as { readonly kind?: string; readonly span?: Span };
  if (span !== undefined) expectWithin(span, within, String(kind));
  for (const [key, value] of Object.entries(node)) {
    if (key === 'span' || typeof value !== 'object' || value === null) continue;
    for (const each of Array.isArray(value) ? value : [value]) {
      if (typeof each === 'object' && each !== null) visit(each as object, span ?? within);
    }
  }
}

function expectWithin(span: Span, { start, end }: Span, what: string): void {
  if (span.start >= start && span.start <= span.end && span.end <= end) return;
  expect.fail(`${what} ${span.start}-${span.end} is not within ${start}-${end}`);
}

test('whatever the text, there is a tree: spans nest, chunks cover, each declaration has one error at most', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const unit = parseModule(text);
      expect(unit.chunks.map(({ chunk }) => chunk.text).join('')).toBe(text);
      expectNested(unit);
      for (const { chunk } of unit.chunks) {
        expect(chunk.problems.length).toBeLessThanOrEqual(Math.max(1, chunk.decls.length));
      }
    }),
    {
      numRuns: 600,
      // given up within a list, with a blank before the next token
      examples: [['app a { resources: [f("u", 512Mi: "d")] }\n']],
    },
  );
});

test('reading again after an edit gives what reading anew gives', () => {
  fc.assert(
    fc.property(mutants, mutants, (before, after) => {
      expect(parseModule(after, parseModule(before))).toEqual(parseModule(after));
    }),
    { numRuns: 100 },
  );
});

test('every deletion of a token leaves all other declarations as they are', () => {
  let deletions = 0;
  for (const text of [...samples.values()].filter((sample) => sample.length < 1600)) {
    const whole = shapes(parseModule(text));
    for (const { startOffset, image } of tokenize(text).tokens) {
      const edited = text.slice(0, startOffset) + text.slice(startOffset + image.length);
      const kept = new Set(shapes(parseModule(edited)));
      const lost = whole.filter((shape) => !kept.has(shape));
      // The one that was edited, and where its first word went also the one it now belongs to.
      expect(lost.length, `without ${image} at ${startOffset} of ${text}`).toBeLessThanOrEqual(2);
      deletions += 1;
    }
  }
  expect(deletions).toBeGreaterThan(1000);
});

/** Declarations as texts, whatever their place. */
function shapes(unit: SourceUnit): readonly string[] {
  return unit.chunks.flatMap(({ chunk }) =>
    chunk.decls.map((decl) => chunk.text.slice(decl.span.start, decl.span.end)),
  );
}
