import type { Imported } from '../../lang/import/import.ts';
import { count } from '../terminal/count.ts';
import { printable } from '../terminal/escape.ts';

/** What became of an import, in a few lines: what is not what the language says best first. */
export function reportOf({ counts, lowered }: Imported, raise: boolean): string {
  const { objects, constructs, resources, fences, raw, templates, raised, leftOut } = counts;
  const fenced = Object.entries(fences).map(([language, count]) => `${count} ${language}`);
  const total = Object.values(fences).reduce((sum, count) => sum + count, 0);
  const lines = [
    ...lowered.map(({ what, as, why }) => `note: ${what} is written as ${wordOf(as)}: ${why}`),
    `${count(objects, 'object')}: ${count(constructs, 'construct')}, ${count(resources, 'resource')}`,
    `left: ${count(total, 'fence')}${total > 0 ? ` (${fenced.join(', ')})` : ''}, ${raw} raw, ${count(templates, 'template')}`,
    ...(raise
      ? [`raised: ${count(raised, 'template')}, ${fences['gotmpl'] ?? 0} stay as fences`]
      : []),
    ...(leftOut === 0
      ? []
      : [`${count(leftOut, 'field')} that an API server or a generator wrote left out`]),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function wordOf(as: Imported['lowered'][number]['as']): string {
  switch (as) {
    case 'fences':
      return 'its construct, all its templates as fences';
    case 'untyped':
      return 'its construct, without the schemas of its kinds';
    case 'strings':
      return 'its construct, its templates as strings';
    case 'templates':
      return 'a policy of `template`s';
    default:
      return 'a `resource`';
  }
}
