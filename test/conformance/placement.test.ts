import { expect, test } from 'vitest';
import { absent, compared } from '../support/conformance-cases.ts';
import { answer } from './placement.ts';

test.skipIf(absent)(
  'placements are decided as upstream does: clusters, groups, scores, conditions and messages',
  async () => {
    const { cases, different } = await compared('placement', answer);
    expect(cases).toBeGreaterThan(250);
    expect(different).toEqual([]);
  },
);
