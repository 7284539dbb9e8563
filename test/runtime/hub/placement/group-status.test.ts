import { expect, test } from 'vitest';
import { decisionsOf } from '../../../../src/engine/placement/decisions.ts';
import { schedule } from '../../../../src/engine/placement/schedule.ts';
import { groupStatus } from '../../../../src/runtime/hub/placement/status.ts';
import { fleet, inputOf } from '../../../engine/placement/builders.ts';

const name = 'p'.repeat(63);
const groups = [
  { name: 'g'.repeat(63), where: { op: 'const', type: 'bool', value: true } as const },
];
const clusters = fleet(8000);

/** The status of so many groups of one cluster, with names as long as may be; null where they are too many. */
function listed(count: number): string | null {
  const changes = { name, groups, clustersPerDecisionGroup: 1 };
  const outcome = schedule(inputOf(clusters.slice(0, count), changes));
  if (outcome.groups === null) return null;
  return JSON.stringify(groupStatus(decisionsOf({ metadata: { name } }, outcome.groups)));
}

test('as many groups as may be can be stored in the status', () => {
  let [fits, fitsNot] = [1, clusters.length];
  while (fitsNot - fits > 1) {
    const middle = (fits + fitsNot) >> 1;
    if (listed(middle) === null) fitsNot = middle;
    else fits = middle;
  }
  const bytes = listed(fits)?.length ?? 0;
  expect(bytes).toBeLessThan(1_300_000);
  expect(bytes).toBeGreaterThan(1_000_000);
});
