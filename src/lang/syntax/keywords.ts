import type { Gap } from './grammar.ts';
import { isKeyword, Name, type Token } from './tokens.ts';

/** What the parser expects where a name may stand. */
const asLabel: ReadonlySet<string> = new Set(['a name', 'a label', '`{`', '`{` or `:`']);
const asValue: ReadonlySet<string> = new Set(['a value', 'an operand', '`]`', '`)`']);
/** Keywords that may go on with a value that is being typed. */
const connectives: ReadonlySet<string> = new Set(['if', 'then', 'else', 'for', 'in', 'not']);

/**
 * The index of a keyword that stands where a name should (Rule 1), judged by what the parser expected; -1 where
 * there is none. On a line of its own a keyword starts the next item or declaration.
 */
export function keywordAsName(
  gaps: readonly Gap[],
  text: string,
  tokens: readonly Token[],
): number {
  for (const { what, at } of gaps) {
    if (!asLabel.has(what) && !asValue.has(what)) continue;
    const index = firstFrom(tokens, at);
    const token = tokens[index];
    const before = tokens[index - 1];
    if (token === undefined || before === undefined || !isKeyword(token)) continue;
    if (asValue.has(what) && (connectives.has(token.image) || !opens(before))) continue;
    if (!text.slice(before.startOffset, token.startOffset).includes('\n')) return index;
  }
  return -1;
}

/** The keyword as the name that is meant. */
export function asName(token: Token): Token {
  return { ...token, tokenType: Name };
}

/** Whether a value may start after a token. */
function opens({ image }: Token): boolean {
  return /^(?:[[(,:=!+*/<>&|?-]|==|!=|<=|>=|&&|\|\||\?\?|in)$/.test(image);
}

function firstFrom(tokens: readonly Token[], at: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.startOffset ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
