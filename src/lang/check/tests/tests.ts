import { blocksOf, type Checked, type CheckedProgram } from '../checked.ts';
import { unusedPlacements } from '../rules/unused-placements.ts';
import type { Session } from '../session.ts';
import { type CheckedFixture, fixtures } from './fixture.ts';
import { type CheckedTest, checkTest } from './test.ts';

/** The fixtures and tests of the root module, typed. */
export interface CheckedTests {
  /** Also of imported modules, where a test names one. */
  readonly fixtures: readonly CheckedFixture[];
  readonly tests: readonly CheckedTest[];
}

/** Checks the tests of a program, and what nothing uses, them included; everything they ask about has been checked before. */
export function checkTests(checked: CheckedProgram, session: Session): CheckedTests {
  const known = fixtures(session);
  for (const block of blocksOf(checked.blocks, 'fixture')) known.of(block);
  const tests = blocksOf(checked.blocks, 'test').map((block: Checked<'test'>) =>
    checkTest(block, { checked, session, fixtureOf: known.of }),
  );
  unusedPlacements(checked, session);
  return { fixtures: known.all(), tests };
}
