/**
 * Splits a file into pieces that are read on their own, so that an edit costs what its piece costs: a piece
 * starts where a word stands at the very start of a line. Comments and notes (over several lines too) go with what
 * follows them; closing brackets, properties (`word:`) and everything indented stay with what comes before. Covers the text.
 */
export function splitChunks(text: string): readonly string[] {
  const chunks: string[] = [];
  let start = 0;
  // Where the comments and notes begin that belong to the next declaration.
  let lead = -1;
  let isNote = false;
  let fence = text.indexOf('```');
  for (let line = 0; line < text.length; ) {
    const next = text.indexOf('\n', line);
    const end = next < 0 ? text.length : next;
    const role = roleOf(text, line);
    const code = text.charCodeAt(line);
    if (role === 'lead') {
      lead = lead < 0 ? line : lead;
      isNote = code === 64;
    } else if (role === 'start') {
      const at = lead < 0 ? line : lead;
      if (at > start) chunks.push(text.slice(start, at));
      start = at;
      lead = -1;
    } else if (role === 'inside' && !(isNote && lead >= 0 && code === 41)) lead = -1;
    line = end + 1;
    if (fence >= 0 && fence < end) {
      const after = afterFence(text, fence, end);
      line = after.line ?? line;
      fence = after.none ? -1 : text.indexOf('```', line);
    }
  }
  if (start < text.length) chunks.push(text.slice(start));
  return chunks;
}

type Role = 'start' | 'lead' | 'inside' | 'blank';

function roleOf(text: string, at: number): Role {
  const code = text.charCodeAt(at);
  if (code === 10 || code === 13 || code === 32 || code === 9 || Number.isNaN(code)) return 'blank';
  // an `@` alone is a note not named yet, not one of what follows
  if (code === 64) return isWordStart(text.charCodeAt(at + 1)) ? 'lead' : 'start';
  if (code === 47 && text.charCodeAt(at + 1) === 47) return 'lead';
  if (!isWordStart(code)) return 'inside';
  let end = at + 1;
  while (isWordPart(text.charCodeAt(end))) end += 1;
  if (code === 96) end = text.indexOf('`', at + 1) + 1;
  while (text.charCodeAt(end) === 32) end += 1;
  return text.charCodeAt(end) === 58 ? 'inside' : 'start';
}

function isWordStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 96;
}

function isWordPart(code: number): boolean {
  return isWordStart(code) || (code >= 48 && code <= 57) || code === 45;
}

/** Where the line after a fence starts; `none`: nothing closes a fence from here on. */
function afterFence(
  text: string,
  at: number,
  lineEnd: number,
): { readonly line: number | null; readonly none: boolean } {
  const tag = text.slice(at + 3, lineEnd).trimEnd();
  if (!/^[a-z0-9_-]*$/.test(tag)) return { line: null, none: false };
  const closing = /^[ \t]*```/gm;
  closing.lastIndex = lineEnd + 1;
  const found = closing.exec(text);
  if (found === null) return { line: null, none: true };
  const next = text.indexOf('\n', found.index);
  return { line: next < 0 ? text.length : next + 1, none: false };
}
