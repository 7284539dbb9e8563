import type { Span } from '../../base/span.ts';
import type { Fix } from '../diagnostics.ts';
import { nearest } from '../suggest.ts';
import { mayGuess, type Session } from './session.ts';

/** Names in backquotes with commas and a last word between: `` `a`, `b` or `c` ``. */
export function quotedList(names: readonly string[], last: 'and' | 'or'): string {
  const words = names.map((name) => `\`${name}\``);
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** Help and edits for a word that is misspelt, if anything is like it. */
export function didYouMean(
  word: string,
  span: Span,
  names: Iterable<string>,
): { readonly help: readonly string[]; readonly fixes: readonly Fix[] } {
  const near = nearest(word, new Set(names));
  if (near.length === 0) return { help: [], fixes: [] };
  return {
    help: [`did you mean ${quotedList(near, 'or')}?`],
    fixes: near.map((name) => ({ title: `write \`${name}\``, edits: [{ span, text: name }] })),
  };
}

/** The same where there may be any number of names: they are listed only while there is room for guesses. */
export function guess(
  word: string,
  span: Span,
  names: () => Iterable<string>,
  session: Session,
): ReturnType<typeof didYouMean> {
  const known = mayGuess(session, 1) ? [...names()] : [];
  return didYouMean(word, span, mayGuess(session, known.length) ? known : []);
}

/** A text as it fits into a message. */
export function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** The text of a node, as it fits into a message. */
export function sourceText(
  context: { readonly place: { readonly chunk: { readonly text: string } } },
  span: Span,
): string {
  return shortened(context.place.chunk.text.slice(span.start, span.end));
}

/** What helps where one value stands for a list of one. */
export function inBrackets(
  span: Span,
  written: string,
): { readonly help: readonly string[]; readonly fixes: readonly Fix[] } {
  const { start, end } = span;
  const edits = [
    { span: { start, end: start }, text: '[' },
    { span: { start: end, end }, text: ']' },
  ];
  return {
    help: [`a list is written in brackets: \`[${written}]\``],
    fixes: [{ title: 'put it into a list', edits }],
  };
}
