import { RE2JS } from 're2js';

const maxLength = 10_000;
const maxKnown = 256;
const known = new Map<string, RE2JS | null>();

/** A pattern of RE2 syntax, which runs in time linear in the text; null where it is not valid. Never throws. */
export function compilePattern(source: string): RE2JS | null {
  const found = known.get(source);
  if (found !== undefined) return found;
  if (known.size >= maxKnown) known.clear();
  const compiled = compile(source);
  known.set(source, compiled);
  return compiled;
}

function compile(source: string): RE2JS | null {
  if (source.length > maxLength) return null;
  try {
    return RE2JS.compile(source);
  } catch {
    return null;
  }
}
