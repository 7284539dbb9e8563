import { nearest } from '../../lang/suggest.ts';

/** What a misspelt word may have been meant to be, to stand behind a message; empty where nothing is near. */
export function didYouMean(word: string, names: Iterable<string>): string {
  const near = nearest(word, names);
  return near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
}

/** The same; where nothing is near, what there is, the first few of it. */
export function didYouMeanOneOf(word: string, all: Iterable<string>): string {
  const names = [...all];
  const near = didYouMean(word, names);
  if (near !== '') return near;
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  return `; there are: ${names.slice(0, mostNamed).join(', ') || 'none'}${more}`;
}

const mostNamed = 8;
