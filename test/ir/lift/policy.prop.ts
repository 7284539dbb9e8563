import fc from 'fast-check';
import { test } from 'vitest';
import { anyPolicy } from './policies.ts';
import { expectRoundTrip } from './round-trip.ts';

test('whatever a policy says, it is the same after lift and lower', () => {
  fc.assert(
    fc.property(anyPolicy, (policy) => {
      expectRoundTrip([policy]);
    }),
    { numRuns: 300 },
  );
});
