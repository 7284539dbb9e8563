import type { Library, Overload } from '../environment.ts';
import { global, member } from '../environment.ts';
import type { CelValue, Semver } from '../value.ts';
import { celError, isTagged, noSuchOverload } from '../value.ts';
import { compareSemver, parseSemver } from './semver-text.ts';

const type = 'kubernetes.Semver';

function on(of: (a: Semver, b: Semver) => CelValue): Overload['run'] {
  return ([a = null, b = a]) => {
    const [left, right] = [read(a), read(b)];
    return left === null || right === null ? noSuchOverload : of(left, right);
  };
}

function read(value: CelValue): Semver | null {
  return isTagged(value) && value.cel === 'object' && value.of === type ? value.semver : null;
}

function parse([text]: readonly CelValue[]): CelValue {
  const semver = typeof text === 'string' ? parseSemver(text) : null;
  return semver === null ? celError('not a semantic version') : { cel: 'object', of: type, semver };
}

const order = (a: Semver, b: Semver) => BigInt(compareSemver(a, b));

/** Kubernetes' semantic versions, version 0 of the library: the one-argument forms only. */
export const semvers: Library = {
  functions: new Map([
    ['semver', [global('string_to_semver', `string -> ${type}`, parse)]],
    [
      'isSemver',
      [
        global('is_semver_string', 'string -> bool', ([text]) =>
          typeof text === 'string' ? parseSemver(text) !== null : noSuchOverload,
        ),
      ],
    ],
    [
      'isGreaterThan',
      [
        member(
          'semver_is_greater_than',
          `${type}, ${type} -> bool`,
          on((a, b) => order(a, b) > 0n),
        ),
      ],
    ],
    [
      'isLessThan',
      [
        member(
          'semver_is_less_than',
          `${type}, ${type} -> bool`,
          on((a, b) => order(a, b) < 0n),
        ),
      ],
    ],
    ['compareTo', [member('semver_compare_to', `${type}, ${type} -> int`, on(order))]],
    ...(['major', 'minor', 'patch'] as const).map(
      (part) =>
        [
          part,
          [
            member(
              `semver_${part}`,
              `${type} -> int`,
              on((a) => a[part]),
            ),
          ],
        ] as const,
    ),
  ]),
};
