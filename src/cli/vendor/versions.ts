import { compareVersions, parseVersion } from '../../kube/version.ts';
import { CommandFailure, exit } from '../io.ts';

/** The version that was asked for, or the newest that is no pre-release. */
export function pickVersion(
  text: string,
  versions: readonly string[],
  asked: string | null,
): string {
  const known = versions.filter((version) => version !== '');
  const newest = [...known].filter(isRelease).sort(newestFirst);
  const bare = (version: string): string => version.replace(/^v/, '');
  const found = asked === null ? newest[0] : known.find((version) => bare(version) === bare(asked));
  if (found !== undefined) return found;
  const shown = newest.slice(0, 5).join(', ');
  const why = asked === null ? 'it has no release' : `there is no version ${asked}`;
  throw new CommandFailure(exit.no, `${text}: ${why}${shown === '' ? '' : `; there is ${shown}`}`);
}

function isRelease(version: string): boolean {
  return /^v?\d+(\.\d+){0,2}(\+.*)?$/.test(version);
}

function newestFirst(one: string, other: string): number {
  const [a, b] = [parseVersion(one), parseVersion(other)];
  return a === null || b === null ? 0 : compareVersions(b, a);
}
