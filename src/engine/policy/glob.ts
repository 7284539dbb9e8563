/** A name pattern, or that it is none. */
export type Glob = { readonly ok: true; readonly matches: (name: string) => boolean } | BadPattern;
interface BadPattern {
  readonly ok: false;
  /** As Go's `filepath.ErrBadPattern` says it. */
  readonly error: 'syntax error in pattern';
}

type Token =
  | { readonly is: 'star' | 'any' }
  | { readonly is: 'char'; readonly char: string }
  | { readonly is: 'class'; readonly negated: boolean; readonly ranges: readonly Range[] };
type Range = readonly [low: string, high: string];

/** Reads a pattern as Go's `filepath.Match` does: `*` and `?` do not match `/`, `[a-z]`, `[^a-z]`, `\` escapes. */
export function compileGlob(pattern: string): Glob {
  const tokens: Token[] = [];
  const chars = [...pattern];
  for (let at = 0; at < chars.length; ) {
    const read = tokenAt(chars, at);
    if (read === null) return { ok: false, error: 'syntax error in pattern' };
    tokens.push(read.token);
    at = read.next;
  }
  return { ok: true, matches: (name) => matches(tokens, [...name]) };
}

interface Read<T> {
  readonly token: T;
  readonly next: number;
}

function tokenAt(chars: readonly string[], at: number): Read<Token> | null {
  const char = chars[at] ?? '';
  switch (char) {
    case '*':
      return { token: { is: 'star' }, next: at + 1 };
    case '?':
      return { token: { is: 'any' }, next: at + 1 };
    case '[':
      return classAt(chars, at + 1);
    case '\\': {
      const escaped = chars[at + 1];
      return escaped === undefined ? null : { token: { is: 'char', char: escaped }, next: at + 2 };
    }
    default:
      return { token: { is: 'char', char }, next: at + 1 };
  }
}

function classAt(chars: readonly string[], start: number): Read<Token> | null {
  const negated = chars[start] === '^';
  const ranges: Range[] = [];
  let at = negated ? start + 1 : start;
  while (chars[at] !== ']' || ranges.length === 0) {
    const low = memberAt(chars, at);
    if (low === null) return null;
    const isRange = chars[low.next] === '-';
    const high = isRange ? memberAt(chars, low.next + 1) : low;
    if (high === null) return null;
    ranges.push([low.token, high.token]);
    at = high.next;
  }
  return { token: { is: 'class', negated, ranges }, next: at + 1 };
}

function memberAt(chars: readonly string[], at: number): Read<string> | null {
  const isEscaped = chars[at] === '\\';
  const char = isEscaped ? chars[at + 1] : chars[at];
  const next = isEscaped ? at + 2 : at + 1;
  if (char === undefined || next >= chars.length) return null;
  return !isEscaped && (char === '-' || char === ']') ? null : { token: char, next };
}

// The last star alone has to be tried again, so the time is at most the product of the two lengths.
function matches(tokens: readonly Token[], name: readonly string[]): boolean {
  let [token, at] = [0, 0];
  let [starToken, starAt] = [-1, 0];
  while (at < name.length) {
    const current = tokens[token];
    if (current?.is === 'star') {
      [starToken, starAt] = [token, at];
      token++;
    } else if (current !== undefined && meets(current, name[at] ?? '')) {
      token++;
      at++;
    } else if (starToken >= 0 && name[starAt] !== '/') {
      starAt++;
      [token, at] = [starToken + 1, starAt];
    } else return false;
  }
  return tokens.slice(token).every(({ is }) => is === 'star');
}

function meets(token: Token, char: string): boolean {
  switch (token.is) {
    case 'char':
      return token.char === char;
    case 'any':
      return char !== '/';
    case 'class':
      return token.ranges.some(([low, high]) => low <= char && char <= high) !== token.negated;
    case 'star':
      return true;
  }
}
