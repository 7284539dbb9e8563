import { type Change, isChange } from '../../engine/simulate/change.ts';
import { count } from '../terminal/count.ts';
import { printable } from '../terminal/escape.ts';
import {
  appHead,
  appLines,
  headline,
  objectLine,
  placementHead,
  placementLines,
  policyHead,
  policyLines,
} from './text.ts';

/** A change as a comment on a pull request: the headline open, the rest folded. */
export function changeMarkdown(change: Change, clusters: number): string {
  if (!isChange(change)) return `**ocm plan**: nothing changes on ${count(clusters, 'cluster')}\n`;
  const sections = [
    section('Placements', change.placements, placementHead, placementLines),
    section('Apps', change.apps, appHead, appLines),
    section('Policies', change.policies, policyHead, policyLines),
    change.hub.length === 0 ? '' : details('On the hub', change.hub.map(objectLine)),
  ].filter((text) => text !== '');
  return printable(`**ocm plan**: ${headline(change, clusters)}\n\n${sections.join('\n\n')}\n`);
}

function section<T>(
  title: string,
  changes: readonly T[],
  head: (of: T) => string,
  lines: (of: T) => readonly string[],
): string {
  if (changes.length === 0) return '';
  const text = changes.flatMap((one) => [head(one), ...lines(one).map((line) => `    ${line}`)]);
  return details(`${title} (${changes.length})`, text);
}

function details(title: string, lines: readonly string[]): string {
  // A fence longer than any in the text: names and messages come from clusters and authors.
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => line.match(/`+/g) ?? []).map((of) => of.length),
  );
  const fence = '`'.repeat(longest + 1);
  return `<details><summary>${title}</summary>\n\n${fence}diff\n${lines.join('\n')}\n${fence}\n\n</details>`;
}
