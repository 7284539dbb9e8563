import { breakChain, type Chain, chainsOf, indents, isBroken } from './breaks.ts';
import { dissolve } from './groups.ts';
import {
  apart,
  type Element,
  firstLeaf,
  type Group,
  type Leaf,
  lastLeaf,
  maxWidth,
  type Piece,
  widthOf,
} from './tree.ts';

/** By how much each line of an element that starts with a leaf is indented from the element. */
export type Indents = ReadonlyMap<Leaf, number>;

/** How a line goes on where nothing says better. */
export const continuation = 4;

/**
 * Decides how an element is spread over lines: where its author broke it, and where a line would be longer than
 * `maxWidth`. `suffix` is what follows it on its last line.
 */
export function settle(element: Element, indent: number, suffix: number): Indents {
  if (indent + element.width + suffix <= maxWidth) return new Map();
  element.pieces = element.pieces.flatMap(embrace);
  for (;;) {
    const chains = chainsOf(element.pieces);
    for (const chain of chains) if (isBroken(chain)) breakChain(whole(chain));
    const found = indents(chains);
    const long = stretches(element, { indent, suffix, found }).filter(
      ({ width }) => width > maxWidth,
    );
    if (!long.some((stretch) => shorten(element, stretch, chains))) {
      evenBranches(element);
      return found;
    }
  }
}

// The branches of an `if` keep the lines their author gave them; a chain breaks as a whole.
function whole(chain: Chain): Chain {
  return chain.kind === 'branches' ? { ...chain, kind: 'single' } : chain;
}

/** Takes apart a group that holds a block as its last element: both close on one line. */
function embrace(piece: Piece): readonly Piece[] {
  if (piece.kind === 'leaf' || piece.spread || piece.width !== Infinity) return [piece];
  return dissolve(piece).flatMap(embrace);
}

/** A part of an element that stands on one line. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  /** Column of each of its pieces. */
  readonly columns: readonly number[];
}

interface Frame {
  readonly indent: number;
  readonly suffix: number;
  readonly found: Indents;
}

function stretches({ pieces }: Element, { indent, suffix, found }: Frame): readonly Stretch[] {
  const done: Stretch[] = [];
  let from = 0;
  let line = indent;
  let width = indent;
  let columns: number[] = [];
  const end = (to: number, next: number): void => {
    done.push({ from, to, width, columns });
    from = to;
    width = next;
    columns = [];
  };
  for (const [index, piece] of pieces.entries()) {
    const first = firstLeaf(piece);
    if (index > 0 && first.breaks) {
      line = indent + indentOf(first, found);
      end(index, line);
    } else if (index > 0 && apart(lastLeaf(pieces[index - 1] as Piece), first)) width += 1;
    columns.push(width);
    const { before, after } = widths(piece);
    width += before;
    if (after !== null) end(index + 1, line + after);
  }
  width += suffix;
  end(pieces.length, 0);
  return done;
}

/** What a piece takes of the line it starts on, and of the line it ends on where that is another one. */
function widths(piece: Piece): { readonly before: number; readonly after: number | null } {
  if (piece.kind === 'group') {
    return piece.spread ? { before: 1, after: 1 } : { before: piece.width, after: null };
  }
  const isFence = piece.fence !== null;
  return isFence ? { before: 0, after: 5 } : { before: widthOf(piece.text), after: null };
}

/** How far the line that starts with a leaf is indented from its element. */
export function indentOf(leaf: Leaf, found: Indents): number {
  return leaf.place === 'noted' ? 0 : (found.get(leaf) ?? continuation);
}

/** Breaks what is best broken in a line that is too long; false where nothing can be. */
function shorten({ pieces }: Element, stretch: Stretch, chains: readonly Chain[]): boolean {
  const { from, to, columns } = stretch;
  const within = new Map(
    pieces.slice(from, to).map((piece, index) => [firstLeaf(piece), columns[index] ?? 0]),
  );
  const whole = chains.filter(
    ({ kind, leaves }) =>
      kind !== 'single' && leaves.some((leaf) => !leaf.breaks && within.has(leaf)),
  );
  const near = whole.filter(({ depth }) => depth === 0);
  const chain = near.find(({ kind }) => kind === 'chain') ?? near[0];
  const column = Math.min(...(chain?.leaves ?? []).map((leaf) => within.get(leaf) ?? Infinity));
  // Where what is before a chain is too long already, breaking the chain would not help.
  if (chain !== undefined && column <= maxWidth) {
    breakChain(chain);
    return true;
  }
  if (breakCalls(pieces, stretch) || spreadWidest(pieces, stretch)) return true;
  const deep = chain ?? whole[0];
  if (deep === undefined) return breakSum(pieces, stretch);
  breakChain(deep);
  return true;
}

/** Puts the calls of a long chain of calls on lines of their own, where none of them is long itself. */
function breakCalls(pieces: readonly Piece[], { from, to }: Stretch): boolean {
  const isCall = (at: number): boolean => {
    const piece = pieces[at];
    return piece?.kind === 'group' && piece.form === 'arguments' && piece.width < maxWidth / 3;
  };
  const dots: Leaf[] = [];
  for (let at = from; at < to; at++) {
    const piece = pieces[at];
    if (piece?.kind === 'group' && !isCall(at)) return false;
    if (piece?.kind !== 'leaf' || piece.place !== 'member' || piece.depth > 0) continue;
    if (isCall(at - 1) && isCall(at + 2)) dots.push(piece);
  }
  if (dots.length < 2 || dots.some(({ breaks }) => breaks)) return false;
  for (const dot of dots) dot.breaks = true;
  return true;
}

/** Breaks before every `+`, where there is nothing better. */
function breakSum(pieces: readonly Piece[], { from, to }: Stretch): boolean {
  const signs = pieces
    .slice(from + 1, to)
    .filter((piece) => piece.kind === 'leaf' && piece.place === 'operator' && piece.text === '+');
  for (const sign of signs) firstLeaf(sign).breaks = true;
  return signs.length > 0;
}

function spreadWidest(pieces: Piece[], { from, to, columns }: Stretch): boolean {
  let widest: { readonly group: Group; readonly at: number } | null = null;
  for (let at = from; at < to; at++) {
    const piece = pieces[at];
    if (piece?.kind !== 'group' || piece.spread || piece.elements.length === 0) continue;
    if (widest === null || piece.width >= widest.group.width) widest = { group: piece, at };
  }
  if (widest === null) return false;
  const { group, at } = widest;
  const inner = group.elements.at(-1)?.pieces.at(-1);
  const column = columns[at - from] ?? 0;
  const holds = group.form === 'arguments' && inner?.kind === 'group' && inner.elements.length > 0;
  if (holds && column + group.width - inner.width <= maxWidth) {
    pieces.splice(at, 1, ...dissolve(group));
  } else {
    group.spread = true;
    group.width = Infinity;
  }
  return true;
}

/** `if … { } else { }`: all of its bodies are spread, or none. */
function evenBranches({ node, pieces }: Element): void {
  if (node !== 'ifItem') return;
  const bodies = pieces.filter(
    (piece) => piece.kind === 'group' && piece.form === 'items' && piece.elements.length > 0,
  ) as Group[];
  if (bodies.some(({ spread }) => spread)) for (const body of bodies) body.spread = true;
}
