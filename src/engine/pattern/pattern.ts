import { RE2JS } from 're2js';

/** A regular expression of RE2 syntax, ready to run in time linear in the text. */
export interface Pattern {
  readonly source: string;
  /** Is there a match anywhere in the text? */
  readonly test: (text: string) => boolean;
  /** The leftmost match, or null. */
  readonly find: (text: string) => string | null;
  /** Matches from left to right that do not overlap; at most `limit` of them, all when it is negative. */
  readonly findAll: (text: string, limit: number) => readonly string[];
}

/** A compiled pattern, or the message of Go's `regexp.Compile`. */
export type CompiledPattern =
  | { readonly ok: true; readonly pattern: Pattern }
  | { readonly ok: false; readonly message: string };

/** Whether a text matches a pattern that a user wrote; undefined where the pattern is none. */
export function matchesPattern(source: string, text: string): boolean | undefined {
  const compiled = compilePattern(source);
  return compiled.ok ? compiled.pattern.test(text) : undefined;
}

const maxSource = 10_000;
const maxCached = 512;
const cached = new Map<string, CompiledPattern>();

/** Compiles a pattern a user wrote; never throws. The same source is compiled once while it is in use. */
export function compilePattern(source: string): CompiledPattern {
  const known = cached.get(source);
  if (known !== undefined) return known;
  const compiled = compile(source);
  if (cached.size >= maxCached) cached.clear();
  cached.set(source, compiled);
  return compiled;
}

function compile(source: string): CompiledPattern {
  if (source.length > maxSource) {
    return { ok: false, message: 'error parsing regexp: expression too long' };
  }
  try {
    return { ok: true, pattern: patternOf(source, RE2JS.compile(source)) };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'error parsing regexp';
    return { ok: false, message };
  }
}

function patternOf(source: string, regex: RE2JS): Pattern {
  const findAll = (text: string, limit: number): string[] => {
    const found: string[] = [];
    const matcher = regex.matcher(text);
    let end = -1;
    while (found.length !== limit && matcher.find()) {
      // Go leaves out an empty match right behind another one.
      const empty = matcher.start() === matcher.end();
      if (empty && matcher.start() === end) continue;
      end = matcher.end();
      found.push(matcher.group() ?? '');
    }
    return found;
  };
  return {
    source,
    test: (text) => regex.matcher(text).find(),
    find: (text) => findAll(text, 1)[0] ?? null,
    findAll,
  };
}
