import { expect, test } from 'vitest';
import { compileCel } from '../../../src/engine/cel/cel.ts';
import { environment } from '../../../src/engine/cel/environment.ts';
import { estimateCost } from '../../../src/engine/cel/estimate/estimate.ts';
import { baseLibraries, namedTypes } from '../../../src/engine/cel/libraries.ts';

const env = environment(new Map(), namedTypes, baseLibraries);
const chain = (of: string, length: number) => `${of}${'.optMap(x, x)'.repeat(length)}.value() == 1`;

// what it is called on is there twice, so that a chain is 2^n expressions
test('a chain of optMap is compiled and costed in the time its text takes, and run as far as it may cost', () => {
  const compiled = compileCel(chain('optional.of(1)', 60), env);
  if (!compiled.ok) throw new Error(compiled.message);
  const { expr, checked, run } = compiled.program;
  expect(estimateCost(expr, checked, () => null)).toBeGreaterThan(1e18);
  expect(run({ variables: new Map() }).value).toMatchObject({
    message: 'operation cancelled: actual cost limit exceeded',
  });
  const short = compileCel(chain('optional.of(1)', 5), env);
  if (!short.ok) throw new Error(short.message);
  expect(short.program.run({ variables: new Map() }).value).toBe(true);
});

test('a mistake in a chain of optMap is told, and not as often as the chain has expressions', () => {
  const compiled = compileCel(chain('optional.of(nope)', 60), env);
  if (compiled.ok) throw new Error('it compiles');
  expect(compiled.message).toContain("undeclared reference to 'nope'");
  expect(compiled.problems.length).toBeLessThan(1000);
});
