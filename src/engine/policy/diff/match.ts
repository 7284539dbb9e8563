/** A stretch of two lists of lines: the same on both sides, or not. */
export interface Change {
  readonly is: 'equal' | 'replace' | 'delete' | 'insert';
  readonly a: number;
  readonly aEnd: number;
  readonly b: number;
  readonly bEnd: number;
}

interface Block {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

/** Changes with so many equal lines around them, near ones together (Python's `SequenceMatcher.get_grouped_opcodes`). */
export function groupedChanges(
  a: readonly string[],
  b: readonly string[],
  context: number,
): readonly (readonly Change[])[] {
  const changes = changesOf(a, b);
  const groups: Change[][] = [];
  let group: Change[] = [];
  for (const [at, change] of changes.entries()) {
    if (change.is !== 'equal') {
      group.push(change);
      continue;
    }
    const isFirst = at === 0;
    const isLast = at === changes.length - 1;
    const size = change.aEnd - change.a;
    if (isFirst) group.push(tail(change, context));
    else if (isLast) group.push(head(change, context));
    else if (size > 2 * context) {
      groups.push([...group, head(change, context)]);
      group = [tail(change, context)];
    } else group.push(change);
  }
  if (group.some(({ is }) => is !== 'equal')) groups.push(group);
  return groups;
}

function head(change: Change, lines: number): Change {
  const { a, b, aEnd, bEnd } = change;
  return { ...change, aEnd: Math.min(aEnd, a + lines), bEnd: Math.min(bEnd, b + lines) };
}

function tail(change: Change, lines: number): Change {
  const { a, b, aEnd, bEnd } = change;
  return { ...change, a: Math.max(a, aEnd - lines), b: Math.max(b, bEnd - lines) };
}

function changesOf(a: readonly string[], b: readonly string[]): readonly Change[] {
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  for (const { a: at, b: bt, size } of [
    ...matchingBlocks(a, b),
    { a: a.length, b: b.length, size: 0 },
  ]) {
    if (i < at || j < bt) {
      const is = i < at ? (j < bt ? 'replace' : 'delete') : 'insert';
      changes.push({ is, a: i, aEnd: at, b: j, bEnd: bt });
    }
    [i, j] = [at + size, bt + size];
    if (size > 0) changes.push({ is: 'equal', a: at, aEnd: i, b: bt, bEnd: j });
  }
  return changes;
}

/** The longest common stretches, in order, touching ones joined. */
function matchingBlocks(a: readonly string[], b: readonly string[]): readonly Block[] {
  const places = placesOf(b);
  const blocks: Block[] = [];
  const open: { a: number; aEnd: number; b: number; bEnd: number }[] = [
    { a: 0, aEnd: a.length, b: 0, bEnd: b.length },
  ];
  for (let of = open.pop(); of !== undefined; of = open.pop()) {
    const block = longestMatch(a, b, places, of);
    if (block.size === 0) continue;
    blocks.push(block);
    open.push(
      { a: of.a, aEnd: block.a, b: of.b, bEnd: block.b },
      { a: block.a + block.size, aEnd: of.aEnd, b: block.b + block.size, bEnd: of.bEnd },
    );
  }
  return joined(blocks.sort((x, y) => x.a - y.a || x.b - y.b));
}

function joined(blocks: readonly Block[]): readonly Block[] {
  const result: Block[] = [];
  for (const block of blocks) {
    const last = result.at(-1);
    if (last !== undefined && last.a + last.size === block.a && last.b + last.size === block.b) {
      result[result.length - 1] = { ...last, size: last.size + block.size };
    } else result.push(block);
  }
  return result;
}

const popularFrom = 200;

// Lines that stand in one in a hundred places of a long text say nothing about where it matches.
function placesOf(b: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [at, line] of b.entries()) {
    const known = places.get(line);
    if (known === undefined) places.set(line, [at]);
    else known.push(at);
  }
  if (b.length < popularFrom) return places;
  const limit = Math.floor(b.length / 100) + 1;
  return new Map([...places].filter(([, of]) => of.length <= limit));
}

function longestMatch(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  within: { a: number; aEnd: number; b: number; bEnd: number },
): Block {
  let best: Block = { a: within.a, b: within.b, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = within.a; i < within.aEnd; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i] ?? '') ?? []) {
      if (j < within.b) continue;
      if (j >= within.bEnd) break;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengths = next;
  }
  return extended(a, b, best, within);
}

// Popular lines next to a match belong to it all the same.
function extended(
  a: readonly string[],
  b: readonly string[],
  block: Block,
  within: { a: number; aEnd: number; b: number; bEnd: number },
): Block {
  let { a: i, b: j, size } = block;
  while (i > within.a && j > within.b && a[i - 1] === b[j - 1]) {
    [i, j, size] = [i - 1, j - 1, size + 1];
  }
  while (i + size < within.aEnd && j + size < within.bEnd && a[i + size] === b[j + size]) size++;
  return { a: i, b: j, size };
}
