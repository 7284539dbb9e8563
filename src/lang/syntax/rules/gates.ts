import type { Grammar } from '../grammar.ts';
import {
  Colon,
  Comma,
  End,
  isWord,
  keyword,
  LeftBrace,
  LeftBracket,
  LeftParen,
  Question,
  RightBrace,
  RightBracket,
  RightParen,
  Str,
  type TokenType,
} from '../tokens.ts';

// `WORD :` opens the next property: nothing else in the grammar starts with that pair, so a value, an operand or a
// member that would start there has not been written yet. The one exception is the end of the head of a loop in a
// list: `[for x in xs if x.ok: x]`.

const closers: ReadonlySet<TokenType> = new Set([RightBrace, RightBracket, RightParen, Comma, End]);

/** Whether a value may start at the next token. */
export function startsValue(g: Grammar): boolean {
  return !closers.has(g.ahead(1)) && !opensProperty(g);
}

/** Whether the next token may be the name of a member. */
export function startsMember(g: Grammar): boolean {
  return !closers.has(g.ahead(1)) && (g.ahead(2) !== Colon || endsLoopHead(g));
}

/** Whether a type may start at the next token; `tier?:` is the next attribute. */
export function startsType(g: Grammar): boolean {
  if (!startsValue(g)) return false;
  return !(isWord(g.ahead(1)) && g.ahead(2) === Question && g.ahead(3) === Colon);
}

/** Whether the next token may be a label: not when it is the key of a property. */
export function startsLabel(g: Grammar): boolean {
  return g.ahead(2) !== Colon;
}

function opensProperty(g: Grammar): boolean {
  const next = g.ahead(1);
  return (next === Str || isWord(next)) && g.ahead(2) === Colon && !endsLoopHead(g);
}

/** How many tokens the head of a loop may have where it ends with `WORD :`. */
const longestHead = 400;

/** Whether we stand in the head of a loop that is an element of a list: a `for` between here and the `[`. */
function endsLoopHead(g: Grammar): boolean {
  let closed = 0;
  let isLoop = false;
  for (let back = 0; back < longestHead; back++) {
    const type = g.ahead(-back);
    if (type === End) return false;
    if (type === RightBrace || type === RightBracket || type === RightParen) closed += 1;
    else if (type === LeftBrace || type === LeftBracket || type === LeftParen) {
      if (closed === 0) return isLoop && type === LeftBracket;
      closed -= 1;
    } else if (closed === 0 && type === Colon && !isLoop) return false;
    else if (closed === 0 && type === loop) isLoop = true;
  }
  return false;
}

const loop = keyword('for');
