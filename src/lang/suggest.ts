const longest = 64;
/** Three lines of the table of edits, to write over. */
type Rows = readonly [Uint8Array, Uint8Array, Uint8Array];

/** The names most like a misspelt one, nearest first, at most three. */
export function nearest(word: string, names: Iterable<string>): readonly string[] {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const wanted = word.toLowerCase();
  const rows = [
    new Uint8Array(longest + 1),
    new Uint8Array(longest + 1),
    new Uint8Array(longest + 1),
  ] as const;
  const close: { readonly name: string; readonly distance: number }[] = [];
  for (const name of names) {
    if (name === '' || Math.abs(name.length - word.length) > limit) continue;
    const distance = distanceOf(wanted, name.toLowerCase(), limit, rows);
    if (distance <= limit) close.push({ name, distance });
  }
  return close
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/**
 * Edits between two words, where two neighbours that changed places count one; more than `limit` where they are more.
 * Only what is within `limit` of the diagonal can matter (Ukkonen 1985).
 */
function distanceOf(a: string, b: string, limit: number, rows: Rows): number {
  if (a === b) return 0;
  if (a.length > longest || b.length > longest) return limit + 1;
  const far = limit + 1;
  let [before, row, next] = rows;
  for (let j = 0; j <= b.length; j++) row[j] = Math.min(j, far);
  let leastBefore = 0;
  for (let i = 1; i <= a.length; i++) {
    const from = Math.max(1, i - limit);
    const to = Math.min(b.length, i + limit);
    next[from - 1] = from === 1 ? Math.min(i, far) : far;
    if (to < b.length) next[to + 1] = far;
    let least: number = next[from - 1] ?? far;
    for (let j = from; j <= to; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let edits = Math.min(
        (row[j] ?? far) + 1,
        (next[j - 1] ?? far) + 1,
        (row[j - 1] ?? far) + (same ? 0 : 1),
      );
      if (isSwapped(a, b, i, j)) edits = Math.min(edits, (before[j - 2] ?? far) + 1);
      next[j] = Math.min(edits, far);
      if (edits < least) least = edits;
    }
    // a swap may still come from the row above
    if (least > limit && leastBefore > limit) return far;
    leastBefore = least;
    const free = before;
    before = row;
    row = next;
    next = free;
  }
  return row[b.length] ?? far;
}

function isSwapped(a: string, b: string, i: number, j: number): boolean {
  if (i < 2 || j < 2) return false;
  return a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
}
