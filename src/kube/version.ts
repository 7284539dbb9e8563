/** A version by Rule 35 of the language: build metadata and pre-release suffixes do not count. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** How many parts take part in a comparison: as many as a literal has (`v1.29`: 2), 3 for facts. */
  readonly parts: 2 | 3;
}

const shape = /^v?(\d{1,15})\.(\d{1,15})(?:\.(\d{1,15}))?(?:[-+][0-9A-Za-z.+_-]*)?$/;

/** Reads `v1.29`, `1.29.3`, `v1.29.3-eks-5e0fdde`, `1.29.4+k3s1`; null where the text is no version. */
export function parseVersion(text: string): Version | null {
  const match = shape.exec(text);
  if (match === null) return null;
  const [, major, minor, patch] = match;
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch ?? 0),
    parts: patch === undefined ? 2 : 3,
  };
}

/** Order on the parts both versions have: `1.29.3` equals `v1.29`, and `v1.30.0` is above it. */
export function compareVersions(a: Version, b: Version): number {
  const patch = a.parts === 3 && b.parts === 3 ? a.patch - b.patch : 0;
  return a.major - b.major || a.minor - b.minor || patch;
}

/** The text of a version, with the parts it has: `v1.29`, `v1.29.3`. */
export function formatVersion({ major, minor, patch, parts }: Version): string {
  return parts === 2 ? `v${major}.${minor}` : `v${major}.${minor}.${patch}`;
}
