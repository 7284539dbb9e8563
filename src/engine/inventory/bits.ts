/** A set of row numbers, 32 to a word. Never changed once it is handed on. */
export type Bits = Uint32Array;

export function noBits(rows: number): Bits {
  return new Uint32Array((rows + 31) >>> 5);
}

export function allBits(rows: number): Bits {
  const bits = noBits(rows).fill(0xffffffff);
  const rest = rows & 31;
  if (rest !== 0) bits[bits.length - 1] = 0xffffffff >>> (32 - rest);
  return bits;
}

export function addRow(bits: Bits, row: number): void {
  const word = row >>> 5;
  bits[word] = (bits[word] ?? 0) | (1 << (row & 31));
}

export function hasRow(bits: Bits, row: number): boolean {
  return (((bits[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
}

/** The set with a row in it or not; the same where nothing changes. */
export function withRow(bits: Bits, row: number, is: boolean): Bits {
  if (hasRow(bits, row) === is) return bits;
  const changed = bits.slice();
  changed[row >>> 5] = (changed[row >>> 5] ?? 0) ^ (1 << (row & 31));
  return changed;
}

/** Rows in both. */
export function intersect(a: Bits, b: Bits): Bits {
  const bits = new Uint32Array(a.length);
  for (let at = 0; at < bits.length; at += 1) bits[at] = (a[at] ?? 0) & (b[at] ?? 0);
  return bits;
}

/** Rows in either. */
export function unite(a: Bits, b: Bits): Bits {
  const bits = new Uint32Array(a.length);
  for (let at = 0; at < bits.length; at += 1) bits[at] = (a[at] ?? 0) | (b[at] ?? 0);
  return bits;
}

/** Rows of the first that are not in the second. */
export function without(a: Bits, b: Bits): Bits {
  const bits = new Uint32Array(a.length);
  for (let at = 0; at < bits.length; at += 1) bits[at] = (a[at] ?? 0) & ~(b[at] ?? 0);
  return bits;
}

/** Keeps only rows that are in another set, in one that is still being made. */
export function keepRows(of: Bits, those: Bits): void {
  for (let at = 0; at < of.length; at += 1) of[at] = (of[at] ?? 0) & (those[at] ?? 0);
}

// In place of sets that are not given, and for what is put together. All zeros but for a moment.
let spare: Bits = noBits(0);

/** Keeps only rows that are in any of some sets, in one that is still being made. */
export function keepAny(of: Bits, sets: readonly Bits[]): void {
  if (spare.length !== of.length) spare = new Uint32Array(of.length);
  const [a = spare, b = spare, c = spare] = sets;
  if (sets.length === 1) {
    keepRows(of, a);
    return;
  }
  if (sets.length <= 3) {
    for (let at = 0; at < of.length; at += 1) {
      of[at] = (of[at] ?? 0) & ((a[at] ?? 0) | (b[at] ?? 0) | (c[at] ?? 0));
    }
    return;
  }
  for (const those of sets) addRows(spare, those);
  keepRows(of, spare);
  spare.fill(0);
}

/** Takes all rows of some sets off one that is still being made. */
export function dropAll(of: Bits, sets: readonly Bits[]): void {
  if (spare.length !== of.length) spare = new Uint32Array(of.length);
  // Three at a time: to go through a set costs as much as to look at three.
  for (let set = 0; set < sets.length; set += 3) {
    const [a, b, c] = [sets[set] ?? spare, sets[set + 1] ?? spare, sets[set + 2] ?? spare];
    for (let at = 0; at < of.length; at += 1) {
      of[at] = (of[at] ?? 0) & ~((a[at] ?? 0) | (b[at] ?? 0) | (c[at] ?? 0));
    }
  }
}

/** Takes rows off a set that is still being made. */
export function dropRows(of: Bits, those: Bits): void {
  for (let at = 0; at < of.length; at += 1) of[at] = (of[at] ?? 0) & ~(those[at] ?? 0);
}

/** Adds rows to a set that is still being made. */
export function addRows(to: Bits, more: Bits): void {
  for (let at = 0; at < to.length; at += 1) to[at] = (to[at] ?? 0) | (more[at] ?? 0);
}

export function countRows(bits: Bits): number {
  let count = 0;
  for (let at = 0; at < bits.length; at += 1) count += ones(bits[at] ?? 0);
  return count;
}

/** Calls `on` for every row in order of number, until it returns true. */
export function someRow(bits: Bits, on: (row: number) => boolean): boolean {
  for (let at = 0; at < bits.length; at += 1) {
    let word = bits[at] ?? 0;
    while (word !== 0) {
      const lowest = word & -word;
      if (on((at << 5) + (31 - Math.clz32(lowest)))) return true;
      word ^= lowest;
    }
  }
  return false;
}

/** The numbers of all rows, ascending. */
export function rowsOf(bits: Bits): Uint32Array {
  const rows = new Uint32Array(countRows(bits));
  listRows(bits, rows);
  return rows;
}

/** Writes the numbers of rows, ascending, at least so many where there are as many; how many it wrote. */
export function listRows(
  bits: Bits,
  to: Uint32Array,
  atLeast: number = Number.POSITIVE_INFINITY,
): number {
  let next = 0;
  for (let at = 0; at < bits.length && next < atLeast; at += 1) {
    for (let word = bits[at] ?? 0; word !== 0; word &= word - 1) {
      to[next] = (at << 5) + (31 - Math.clz32(word & -word));
      next += 1;
    }
  }
  return next;
}

function ones(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
