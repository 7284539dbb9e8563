import { expect, test } from 'vitest';
import { compareStatus } from '../../../src/engine/policy/desired-status.ts';

const actual = {
  compliant: 'Compliant',
  relatedObjects: [
    { compliant: 'Compliant', object: { kind: 'Pod', metadata: { name: 'a' } } },
    { compliant: 'NonCompliant', object: { kind: 'Pod', metadata: { name: 'b' } } },
  ],
};
const told = (desired: object) => {
  const { matches, lines } = compareStatus(desired as Parameters<typeof compareStatus>[0], actual);
  return [matches, ...lines.map(({ is, text }) => `${is}: ${text}`)];
};

test('fields the desired status lacks do not count; lists match in any order', () => {
  expect(
    told({
      compliant: 'Compliant',
      relatedObjects: [{ object: { metadata: { name: 'b' } } }, { compliant: 'Compliant' }],
    }),
  ).toEqual([
    true,
    "match: .compliant: 'Compliant' does match 'Compliant'",
    'match: .relatedObjects[0] matches',
    'match: .relatedObjects[1] matches',
    'match: .relatedObjects matches',
  ]);
});

test('what does not match is told of, down to the objects of a list', () => {
  expect(
    told({ compliant: 'NonCompliant', other: 1, relatedObjects: [{ compliant: 'X' }] }),
  ).toEqual([
    false,
    "mismatch: .compliant: 'NonCompliant' does not match 'Compliant'",
    "mismatch: Key 'other' not found in result at path ''",
    'mismatch: .relatedObjects[0] does not match any elements',
    'mismatch: .relatedObjects does not match the elements',
  ]);
});

test('values of another kind are told of', () => {
  expect(told({ compliant: ['a'], relatedObjects: { a: 1 } })).toEqual([
    false,
    'skipped: skip .compliant, compliant is not array,',
    "mismatch: The input status field '.relatedObjects' is not the right type - expected '[]interface {}'",
  ]);
});
