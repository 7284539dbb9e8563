import { tokenize } from '../syntax/lexer.ts';
import { scanString } from '../syntax/text.ts';
import { Fence, isOperator, isWord, keyword, Str, type Token } from '../syntax/tokens.ts';
import { type At, chunkAt, type Snapshot } from './snapshot.ts';

/** What may be written at a place. */
export type Slot =
  /** A declaration: nothing of one is written yet. */
  | { readonly slot: 'file' }
  /** A key or a block in a body; `written` are the keys it has before the place. */
  | { readonly slot: 'item'; readonly written: readonly string[] }
  /** A value; `key` is the property it is of, where it is one. */
  | { readonly slot: 'value' }
  /** The label at an index of a block. */
  | { readonly slot: 'label'; readonly head: string; readonly index: number }
  /** A member of what stands before the dot. */
  | { readonly slot: 'member'; readonly of: readonly string[] }
  /** The name of a note, after its `@`. */
  | { readonly slot: 'note' }
  /** A type. */
  | { readonly slot: 'type' }
  /** A comment, a string, a name being made up: nothing can be offered. */
  | { readonly slot: 'none' };

/** Where a cursor is, judged from the text before it: what follows may be anything while somebody types. */
export interface Cursor {
  readonly slot: Slot;
  /** Heads of the blocks around it, from the outermost. */
  readonly heads: readonly string[];
  /** Words after the head of the innermost block: a kind, a name. */
  readonly labels: readonly string[];
  /** Within the innermost block: the keys of the records around it, and last that of the property. */
  readonly keys: readonly string[];
  /** The letters of the word that are there already. */
  readonly prefix: string;
  /** Offset in the file where that word starts. */
  readonly start: number;
}

interface Frame {
  readonly opener: string;
  /** Of a block; `null` for what is transparent, such as the body of a loop. */
  readonly head: string | null;
  readonly labels: readonly string[];
  /** Of a record that is the value of a property. */
  readonly key: string | null;
  readonly written: string[];
  item: Token[];
}

/** Looks at a place. */
export function cursorAt(snapshot: Snapshot, at: At): Cursor {
  const found = chunkAt(snapshot, at);
  const text = found === null ? '' : found.chunk.text.slice(0, found.offset);
  const prefix = /[A-Za-z_][A-Za-z0-9_-]*$/.exec(text)?.[0] ?? '';
  const before = text.slice(0, text.length - prefix.length);
  const place = { prefix, start: (found?.start ?? 0) + before.length };
  if (isInText(text)) return { ...place, slot: { slot: 'none' }, heads: [], labels: [], keys: [] };
  const { tokens } = tokenize(before);
  const frames = framesOf(tokens, before);
  const top = frames.at(-1) ?? rootFrame();
  const item = isNewItem(top, before, before.length) ? [] : top.item;
  const heads = frames.flatMap(({ head }) => (head === null ? [] : [head]));
  const block = frames.findLastIndex(({ head }) => head !== null);
  const labels = frames[block]?.labels ?? [];
  const inner = frames.slice(block + 1);
  const keys = inner.flatMap(({ key }) => (key === null ? [] : [key]));
  const isBody = top.opener === '{';
  const own = isBody && item[1]?.image === ':' ? [item[0]?.image ?? ''] : [];
  const slot = slotOf(top, item, frames.length);
  return { ...place, slot, heads, labels, keys: [...keys, ...own] };
}

/** Whether the end of a text is in a comment, a string or a fence. */
function isInText(text: string): boolean {
  const { tokens, trivia } = tokenize(text);
  const comment = trivia.at(-1);
  if (comment !== undefined && comment.span.end === text.length) return true;
  const last = tokens.at(-1);
  if (last === undefined || last.startOffset + last.image.length !== text.length) return false;
  if (last.tokenType === Fence) return !/\n[ \t]*```$/.test(last.image);
  return last.tokenType === Str && !scanString(text, last.startOffset).closed;
}

function rootFrame(): Frame {
  return { opener: '', head: null, labels: [], key: null, written: [], item: [] };
}

/** The brackets that are open at the end of some tokens, with what is written in each. */
function framesOf(tokens: readonly Token[], text: string): readonly Frame[] {
  const root = rootFrame();
  const frames: Frame[] = [root];
  for (const [index, token] of tokens.entries()) {
    const { image } = token;
    const top = frames.at(-1) ?? root;
    if (image === '{' || image === '[' || image === '(') frames.push(opened(image, top));
    else if (image === '}' || image === ']' || image === ')') {
      if (frames.length > 1) frames.pop();
      // a block that is closed is a whole item
      const around = frames.at(-1) ?? root;
      if (image === '}' && around.opener !== '[' && around.item[1]?.image !== ':') around.item = [];
      else around.item.push(token);
    } else if (image === ',') top.item = [];
    else {
      const startsPair = isWord(token.tokenType) && tokens[index + 1]?.image === ':';
      const isOwn = (top.opener === '{' || top.opener === '') && startsPair;
      if (isOwn || isNewItem(top, text, token.startOffset, token)) top.item = [];
      if (isOwn) top.written.push(image);
      top.item.push(token);
    }
  }
  return frames.length > 1 ? frames.slice(1) : [root];
}

function opened(opener: string, { item }: Frame): Frame {
  const frame = { opener, head: null, labels: [], key: null, written: [], item: [] };
  const [first, second] = item;
  if (first === undefined) return frame;
  if (second?.image === ':') return { ...frame, key: first.image };
  if (opener !== '{') return frame;
  const isLoop = first.image === 'for' || first.image === 'if' || first.image === 'else';
  return isLoop || item.some(({ image }) => image === '=')
    ? frame
    : { ...frame, head: first.image, labels: item.slice(1).map(({ image }) => image) };
}

/** Whether what stands at an offset starts an item of its own: it is first on its line, and nothing waits for it. */
function isNewItem({ item, opener }: Frame, text: string, offset: number, token?: Token): boolean {
  const last = item.at(-1);
  if (last === undefined || opener === '[' || opener === '(') return false;
  const between = text.slice(last.startOffset + last.image.length, offset);
  if (!between.includes('\n')) return false;
  if (token !== undefined && isOperator(token.tokenType)) return false;
  if (token !== undefined && !isWord(token.tokenType) && token.image !== '@') return false;
  return !isOperator(last.tokenType) && !/^(?:[:.=@!]|\.\.\.|=>)$/.test(last.image);
}

const [kindWord, typeWord] = [keyword('kind').name, keyword('type').name];

function slotOf({ opener, written }: Frame, item: readonly Token[], depth: number): Slot {
  const last = item.at(-1);
  const [first, second] = item;
  if (last?.image === '@') return { slot: 'note' };
  if (last?.image === '.') return { slot: 'member', of: pathBefore(item) };
  if (opener === '[' || opener === '(')
    return afterValue(last) ? { slot: 'none' } : { slot: 'value' };
  if (first === undefined || first.image === '@') {
    return depth === 1 && opener === '' ? { slot: 'file' } : { slot: 'item', written };
  }
  // A keyword is a key like any other where a colon follows.
  const isKey = second?.image === ':';
  if (!isKey && ['let', 'param', 'fun', 'type', 'kind'].includes(first.image)) {
    if (item.some(({ image }) => image === '=')) {
      return { slot: first.tokenType.name === typeWord ? 'type' : 'value' };
    }
    if (first.tokenType.name === kindWord) return { slot: 'none' };
    return { slot: last?.image === ':' ? 'type' : 'none' };
  }
  if (!isKey && ['for', 'if', 'expect'].includes(first.image)) {
    const isName = first.image === 'for' && !item.some(({ image }) => image === 'in');
    return isName || afterValue(last) ? { slot: 'none' } : { slot: 'value' };
  }
  if (isKey || (second?.image === '?' && item[2]?.image === ':')) {
    return afterValue(last) ? { slot: 'none' } : { slot: 'value' };
  }
  return { slot: 'label', head: first.image, index: item.length - 1 };
}

/** Whether a value ended before the place: another one cannot follow it. */
function afterValue(last: Token | undefined): boolean {
  if (last === undefined || isOperator(last.tokenType)) return false;
  return !/^(?:[:=!(,[?|]|=>|if|then|else|in|expect|\.\.\.)$/.test(last.image);
}

/** The names before a dot: `a.b.` gives `a`, `b`; empty where something else stands there. */
function pathBefore(item: readonly Token[]): readonly string[] {
  const names: string[] = [];
  for (let at = item.length - 1; at > 0; at -= 2) {
    const name = item[at - 1];
    if (item[at]?.image !== '.' || name === undefined) break;
    if (!isWord(name.tokenType)) return [];
    names.unshift(name.image.replaceAll('`', ''));
  }
  return names;
}
