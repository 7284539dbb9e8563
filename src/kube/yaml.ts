import { dump, type Event, parseEvents, YAMLException } from 'js-yaml';
import type { Json } from '../base/json.ts';
import { buildDocuments, YamlRefused } from './yaml/build.ts';
import type { YamlDialect } from './yaml/scalar.ts';

export type { YamlDialect } from './yaml/scalar.ts';

/** One document of a stream; the offsets are those of its content in the text (UTF-16 units). */
export interface YamlDocument {
  readonly value: Json;
  readonly start: number;
  readonly end: number;
}
/** The documents of a text, empty ones left out, or why it is not read. */
export type YamlRead =
  | { readonly ok: true; readonly documents: readonly YamlDocument[] }
  | { readonly ok: false; readonly message: string; readonly offset: number };

/** Nesting of collections that is still read. */
export const maxYamlDepth = 100;

/**
 * Reads a stream of YAML documents as JSON. Never throws. Refused, with the place: integers that a JSON number
 * does not hold exactly, `.nan` and `.inf`, keys that are written twice or are not scalars, the key `__proto__`,
 * tags beyond the core ones, and aliases that would blow the value up.
 */
export function parseYaml(text: string, dialect: YamlDialect = 'core'): YamlRead {
  let events: readonly Event[];
  try {
    events = parseEvents(text, { maxDepth: maxYamlDepth });
  } catch (error) {
    if (!(error instanceof YAMLException)) return { ok: false, message: 'not readable', offset: 0 };
    return { ok: false, message: error.reason, offset: error.mark?.position ?? 0 };
  }
  try {
    return { ok: true, documents: buildDocuments(text, events, dialect) };
  } catch (error) {
    if (!(error instanceof YamlRefused)) throw error;
    return { ok: false, message: error.message, offset: error.offset };
  }
}

/**
 * Writes values as a stream of YAML documents: two spaces, keys in their order, nothing folded, and every text
 * quoted that some YAML parser might take for something else.
 */
export function writeYaml(documents: readonly Json[]): string {
  return documents
    .map((value) =>
      dump(value, { noRefs: true, lineWidth: -1, skipInvalid: true, quoteStyle: 'double' }),
    )
    .join('---\n');
}
