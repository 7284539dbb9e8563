import { Comma } from '../syntax/tokens.ts';
import type { Element, Group, Leaf, Piece } from './tree.ts';

/** Whether a group cannot stand on one line, whatever the room. */
export function mustSpread({ form, elements, opening, tail, written }: Group): boolean {
  if (elements.length === 0) return opening !== null || tail.length > 0;
  if (written || opening !== null || elements.some(({ trail }) => trail !== null)) return true;
  const last = elements.at(-1);
  const many = elements.filter(({ width }) => width === Infinity);
  if (many.length === 0 || last === undefined) return false;
  const hugs = form === 'arguments' || (form === 'list' && elements.length === 1);
  return !(hugs && many.length === 1 && last === many[0] && endsInBlock(last));
}

/** Whether an element is on one line but for what its last bracket or fence holds. */
function endsInBlock({ pieces }: Element): boolean {
  const last = pieces.at(-1);
  if (last === undefined || (last.kind === 'leaf' && last.fence === null)) return false;
  return pieces.every(
    (piece, index) =>
      piece === last ||
      (piece.kind === 'group'
        ? piece.width !== Infinity
        : piece.fence === null && !(index > 0 && piece.breaks)),
  );
}

/** Puts what a group that is not spread holds beside what is around it. */
export function dissolve({ open, close, elements }: Group): readonly Piece[] {
  const pieces: Piece[] = [open];
  const comma: Leaf = { ...close, type: Comma, text: ',', join: 'before' };
  for (const [index, element] of elements.entries()) {
    if (index > 0) pieces.push(comma);
    for (const piece of element.pieces) pieces.push(deeper(piece));
  }
  return [...pieces, close];
}

function deeper(piece: Piece): Piece {
  if (piece.kind === 'leaf') return { ...piece, depth: piece.depth + 1 };
  return { ...piece, open: { ...piece.open, depth: piece.open.depth + 1 } };
}
