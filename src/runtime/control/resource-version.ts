/**
 * Whether a resource version is at least as new as another one of the same kind. Kubernetes promises since 1.35 that
 * they compare as decimal numbers (KEP-5504); of any other text we can only say that it is not the same.
 */
export function isAtLeast(version: string | undefined, other: string | undefined): boolean {
  if (version === undefined || other === undefined || version === other) return true;
  if (!isDecimal(version) || !isDecimal(other)) return false;
  return version.length === other.length ? version > other : version.length > other.length;
}

function isDecimal(text: string): boolean {
  return /^[1-9]\d*$/.test(text);
}
