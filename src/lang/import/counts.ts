import { type Item, rungOf } from './items.ts';
import type { ReadObject } from './objects.ts';
import type { Entry, Value } from './tree.ts';

/** What became of the objects of an import: for a report. */
export interface ImportCounts {
  readonly objects: number;
  /** Objects that are a construct of the language. */
  readonly constructs: number;
  /** Objects that are a `resource`. */
  readonly resources: number;
  /** Fences by language; `text` for those without. */
  readonly fences: Readonly<Record<string, number>>;
  /** `raw` keys. */
  readonly raw: number;
  /** Templates of policies that are a `template`. */
  readonly templates: number;
  /** Templates that became expressions. */
  readonly raised: number;
  /** What an API server or a generator wrote into objects, and was left out. */
  readonly leftOut: number;
}

/** Counts what a module holds. */
export function countsOf(
  entries: readonly Entry[],
  objects: readonly ReadObject[],
  items: readonly Item[],
): ImportCounts {
  const fences = new Map<string, number>();
  let raw = 0;
  let templates = 0;
  let resources = 0;
  const count = ({ lead, value }: Entry): void => {
    if (lead === 'raw:') raw += 1;
    if (lead.startsWith('template ')) templates += 1;
    if (lead.startsWith('resource ')) resources += 1;
    countValue(value);
  };
  const countValue = (value: Value): void => {
    if (typeof value === 'string') return;
    if (value.is === 'fence') {
      const language = value.language === '' ? 'text' : value.language;
      fences.set(language, (fences.get(language) ?? 0) + 1);
    } else if (value.is === 'chain') value.parts.forEach(countValue);
    else (value.is === 'record' ? value.entries : value.items).forEach(count);
  };
  entries.forEach(count);
  const refused = items.filter((item) => rungOf(item) === 'refused').length;
  return {
    objects: objects.length,
    constructs: objects.length - resources - refused,
    resources,
    fences: Object.fromEntries(fences),
    raw,
    templates,
    raised: items.reduce((sum, item) => sum + item.raised.size, 0),
    leftOut: objects.reduce((sum, { leftOut }) => sum + leftOut.length, 0),
  };
}
