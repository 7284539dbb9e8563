import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenize } from '../../../src/lang/syntax/lexer.ts';
import { buildRecovering, buildStraight } from '../../../src/lang/syntax/parser.ts';
import { stuck } from '../../../src/lang/syntax/straight.ts';
import { mutants, samples, soup } from '../samples.ts';

test('reading straight gives what chevrotain gives, and gives up exactly where that finds a mistake', () => {
  const [straight, recovering] = [buildStraight(), buildRecovering(false)];
  const outcomes = { read: 0, stuck: 0 };
  const compare = (text: string): void => {
    const { tokens } = tokenize(text);
    const node = straight.grammar.run(straight.rules.file, tokens);
    const run = recovering.grammar.run(recovering.rules.file, tokens, '');
    expect(run.gaps.length > 0, text).toBe(node === stuck);
    if (node !== stuck) expect(run.node).toEqual(node);
    outcomes[node === stuck ? 'stuck' : 'read'] += 1;
  };
  for (const text of samples.values()) compare(text);
  fc.assert(fc.property(fc.oneof(soup, mutants), compare), { numRuns: 2000 });
  expect(Math.min(outcomes.read, outcomes.stuck)).toBeGreaterThan(30);
});
