/**
 * Whether a text matches a pattern in which `*` stands for any text. Quadratic at worst, whatever the pattern: only
 * the last `*` is ever tried again.
 */
export function matches(pattern: string, text: string): boolean {
  let at = 0;
  let of = 0;
  let star = -1;
  let retry = 0;
  while (at < text.length) {
    if (pattern[of] === '*') {
      star = of;
      retry = at;
      of += 1;
    } else if (of < pattern.length && pattern[of] === text[at]) {
      of += 1;
      at += 1;
    } else if (star >= 0) {
      of = star + 1;
      retry += 1;
      at = retry;
    } else {
      return false;
    }
  }
  while (pattern[of] === '*') of += 1;
  return of === pattern.length;
}
