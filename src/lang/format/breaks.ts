import {
  Arrow,
  Colon,
  Comma,
  Ellipsis,
  Equals,
  keyword,
  type TokenType,
} from '../syntax/tokens.ts';
import type { Leaf, Piece } from './tree.ts';

/** Places that break together: the operators of one chain, or the branches of one `if`. */
export interface Chain {
  readonly leaves: readonly Leaf[];
  /** How many chains around it would have to break first. */
  readonly parent: Chain | null;
  readonly depth: number;
  readonly kind: 'chain' | 'branches' | 'single';
}

/** Where an expression begins anew: what is before it is not in a chain with what is after it. */
const boundaries: ReadonlySet<TokenType> = new Set([
  Equals,
  Colon,
  Comma,
  Arrow,
  Ellipsis,
  keyword('if'),
  keyword('then'),
  keyword('else'),
  keyword('for'),
  keyword('expect'),
  keyword('because'),
  keyword('from'),
]);

/** The chains of an element, outer ones before those they hold. */
export function chainsOf(pieces: readonly Piece[]): readonly Chain[] {
  const found: Chain[] = [];
  const leaves = pieces.map((piece) => (piece.kind === 'leaf' ? piece : piece.open));
  if (leaves.every(({ place }) => place === null || place === 'noted')) return found;
  collect(leaves, { from: 0, to: leaves.length, depth: 0, parent: null }, found);
  return found;
}

interface Part {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  readonly parent: Chain | null;
}

function collect(leaves: readonly Leaf[], part: Part, found: Chain[]): void {
  const { from, to, depth, parent } = part;
  const branches: Leaf[] = [];
  let start = from;
  for (let at = from; at < to; at++) {
    const leaf = leaves[at] as Leaf;
    if (leaf.depth !== depth) continue;
    if (leaf.place === 'branch') branches.push(leaf);
    if (leaf.place === 'because') found.push(chain([leaf], part, 'single'));
    if (!boundaries.has(leaf.type)) continue;
    collectOperators(leaves, { from: start, to: at, depth, parent }, found);
    start = at + 1;
  }
  collectOperators(leaves, { from: start, to, depth, parent }, found);
  if (branches.length > 0) found.push(chain(branches, part, 'branches'));
}

const ranks = ['||', '&&', '|'] as const;

/** The operators of one expression, the loosest first. */
function collectOperators(leaves: readonly Leaf[], part: Part, found: Chain[]): void {
  const { from, to, depth } = part;
  for (const rank of ranks) {
    const at: number[] = [];
    for (let i = from; i < to; i++) {
      const leaf = leaves[i] as Leaf;
      if (leaf.depth === depth && leaf.place === rank) at.push(i);
    }
    if (at.length === 0) continue;
    const own = chain(
      at.map((i) => leaves[i] as Leaf),
      part,
      'chain',
    );
    found.push(own);
    const edges = [from - 1, ...at, to];
    for (let i = 1; i < edges.length; i++) {
      const inner = { from: (edges[i - 1] ?? 0) + 1, to: edges[i] ?? to, depth, parent: own };
      collectOperators(leaves, inner, found);
    }
    return;
  }
  collectSingles(leaves, part, found);
}

function collectSingles(leaves: readonly Leaf[], part: Part, found: Chain[]): void {
  const { from, to, depth, parent } = part;
  let opened = -1;
  for (let i = from; i < to; i++) {
    const leaf = leaves[i] as Leaf;
    if (leaf.depth > depth) {
      if (opened < 0) opened = i;
      continue;
    }
    if (opened >= 0) collect(leaves, { from: opened, to: i, depth: depth + 1, parent }, found);
    opened = -1;
    if (leaf.place === 'operator' || leaf.place === 'member') {
      found.push(chain([leaf], part, 'single'));
    }
  }
  if (opened >= 0) collect(leaves, { from: opened, to, depth: depth + 1, parent }, found);
}

function chain(leaves: readonly Leaf[], { parent, depth }: Part, kind: Chain['kind']): Chain {
  return { leaves, parent, depth, kind };
}

export function isBroken({ leaves }: Chain): boolean {
  return leaves.some(({ breaks }) => breaks);
}

/** Breaks a chain, and those around it: what is looser breaks first. */
export function breakChain({ leaves, parent, kind }: Chain): void {
  if (kind !== 'single') for (const leaf of leaves) leaf.breaks = true;
  if (parent !== null) breakChain(parent);
}

/** How far a line is indented from that of its element, by the leaf it starts with. */
export function indents(chains: readonly Chain[]): ReadonlyMap<Leaf, number> {
  const found = new Map<Leaf, number>();
  const levels = new Map<Chain, number>();
  for (const each of chains) {
    if (!isBroken(each)) continue;
    const around = each.parent === null ? undefined : levels.get(each.parent);
    const level = around === undefined ? 4 : around + 2;
    levels.set(each, level);
    for (const leaf of each.leaves) found.set(leaf, level);
  }
  return found;
}
