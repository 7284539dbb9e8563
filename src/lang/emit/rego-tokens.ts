/** A call of a built-in of Rego, with its place in the text, lines and columns from 1. */
export interface RegoCall {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** Built-ins whose answer depends on more than their arguments (`nondeterministic` in OPA's capabilities). */
const unsteady: ReadonlySet<string> = new Set([
  'http.send',
  'io.jwt.decode_verify',
  'io.jwt.encode_sign',
  'io.jwt.encode_sign_raw',
  'net.lookup_ip_addr',
  'opa.runtime',
  'rand.intn',
  'time.now_ns',
  'uuid.rfc4122',
]);

/** Finds what is not deterministic in a policy without compiling it: comments and texts do not count. */
export function unsteadyCalls(source: string): readonly RegoCall[] {
  const calls: RegoCall[] = [];
  let line = 1;
  let start = 0;
  let at = 0;
  while (at < source.length) {
    const char = source.charAt(at);
    if (char === '\n') {
      line += 1;
      start = at + 1;
      at += 1;
    } else if (char === '#') at = endOfLine(source, at);
    else if (char === '"') at = endOfText(source, at);
    else if (char === '`') {
      const end = source.indexOf('`', at + 1);
      const text = source.slice(at, end < 0 ? source.length : end + 1);
      line += text.split('\n').length - 1;
      if (text.includes('\n')) start = at + text.lastIndexOf('\n') + 1;
      at += text.length;
    } else if (isWord(char)) {
      const end = endOfWord(source, at);
      const name = source.slice(at, end);
      if (unsteady.has(name)) calls.push({ name, line, column: at - start + 1 });
      at = end;
    } else at += 1;
  }
  return calls;
}

function isWord(char: string): boolean {
  return /[A-Za-z0-9_.]/.test(char);
}

function endOfWord(source: string, from: number): number {
  let at = from;
  while (at < source.length && isWord(source.charAt(at))) at += 1;
  return at;
}

function endOfLine(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}

function endOfText(source: string, from: number): number {
  let at = from + 1;
  while (at < source.length && source.charAt(at) !== '"' && source.charAt(at) !== '\n') {
    at += source.charAt(at) === '\\' ? 2 : 1;
  }
  return source.charAt(at) === '"' ? at + 1 : at;
}
