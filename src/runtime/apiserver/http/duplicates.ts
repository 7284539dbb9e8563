/** Paths that are told at most. */
const most = 100;

/** An object or a list that is being read. */
interface Open {
  /** Keys seen; null in a list. */
  readonly keys: Set<string> | null;
  readonly path: string;
  /** The key, or the index, of what is read now. */
  at: string | number;
}

/**
 * Paths of the keys that a JSON text writes more than once in an object, in the order they are met: who parses it
 * keeps the last of each and says nothing. Of a text that is no JSON something or nothing is found.
 */
export function duplicateFields(text: string): readonly string[] {
  const found: string[] = [];
  const open: Open[] = [];
  let awaitsKey = false;
  for (let at = 0; at < text.length && found.length < most; at += 1) {
    const top = open.at(-1);
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at);
        if (awaitsKey && top?.keys) {
          top.at = keyOf(text.slice(at, end + 1));
          if (top.keys.has(top.at)) found.push(pathOf(top));
          top.keys.add(top.at);
          awaitsKey = false;
        }
        at = end;
        break;
      }
      case '{':
      case '[': {
        const isObject = text[at] === '{';
        const path = top === undefined ? '' : pathOf(top);
        open.push({ keys: isObject ? new Set() : null, path, at: 0 });
        awaitsKey = isObject;
        break;
      }
      case '}':
      case ']':
        open.pop();
        awaitsKey = false;
        break;
      case ',':
        awaitsKey = top?.keys !== null;
        if (top !== undefined && typeof top.at === 'number') top.at += 1;
    }
  }
  return [...new Set(found)];
}

function keyOf(quoted: string): string {
  const raw = quoted.slice(1, -1);
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return raw;
  }
}

function pathOf({ path, at }: Open): string {
  if (typeof at === 'number') return `${path}[${at}]`;
  return path === '' ? at : `${path}.${at}`;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length && text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1;
  return at;
}
