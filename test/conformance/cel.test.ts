import { expect, test } from 'vitest';
import { absent, compared } from '../support/conformance-cases.ts';
import { answer } from './cel.ts';

test.skipIf(absent)(
  'CEL selectors match, fail and are refused as upstream does, with the same message',
  async () => {
    const { cases, different } = await compared('cel', answer);
    expect(cases).toBeGreaterThan(60);
    expect(different).toEqual([]);
  },
);
