import {
  type AliasEvent,
  EVENT_ID,
  type Event,
  getScalarValue,
  SCALAR_STYLE,
  type ScalarEvent,
} from 'js-yaml';
import type { Json } from '../../base/json.ts';
import { plainScalar, type YamlDialect } from './scalar.ts';

/** Thrown within the reader only: why a text is refused, and where. */
export class YamlRefused extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A value, how many nodes it has with its aliases written out, and how deep it then nests. */
interface Built {
  readonly value: Json;
  readonly weight: number;
  readonly depth: number;
}
interface Reading {
  readonly text: string;
  readonly events: readonly Event[];
  readonly dialect: YamlDialect;
  /** The event to read next. */
  at: number;
  /** Offset after the last node read. */
  end: number;
  anchors: Map<string, Built>;
}

/** Nodes and nesting a document may have with its aliases written out. */
const maxNodes = 1_000_000;
const maxDepth = 100;

/** Makes values of the events of a stream; throws `YamlRefused`. */
export function buildDocuments(
  text: string,
  events: readonly Event[],
  dialect: YamlDialect,
): { readonly value: Json; readonly start: number; readonly end: number }[] {
  const reading: Reading = { text, events, dialect, at: 0, end: 0, anchors: new Map() };
  const documents: { value: Json; start: number; end: number }[] = [];
  while (reading.at < events.length) {
    reading.at += 1;
    reading.anchors = new Map();
    if (peek(reading)?.type === EVENT_ID.POP) reading.at += 1;
    else {
      const start = offsetOf(reading, peek(reading));
      const empty = isEmpty(peek(reading));
      const { value } = readNode(reading);
      if (!empty) documents.push({ value, start, end: Math.max(start, reading.end) });
      reading.at += 1;
    }
  }
  return documents;
}

function peek({ events, at }: Reading): Event | undefined {
  return events[at];
}

function isEmpty(event: Event | undefined): boolean {
  return event?.type === EVENT_ID.SCALAR && event.valueStart < 0 && event.tagStart < 0;
}

function offsetOf(reading: Reading, event: Event | undefined): number {
  if (event === undefined) return reading.end;
  if ('start' in event) return event.start;
  if ('valueStart' in event && event.valueStart >= 0) return event.valueStart;
  return 'anchorStart' in event && event.anchorStart >= 0 ? event.anchorStart : reading.end;
}

function readNode(reading: Reading): Built {
  const event = peek(reading);
  reading.at += 1;
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return anchored(reading, event, leaf(scalarOf(reading, event)));
    case EVENT_ID.ALIAS:
      return aliasOf(reading, event);
    case EVENT_ID.SEQUENCE:
      checkTag(reading, event, 'seq');
      return anchored(reading, event, readList(reading));
    case EVENT_ID.MAPPING:
      checkTag(reading, event, 'map');
      return anchored(reading, event, readMapping(reading));
    default:
      return leaf(null);
  }
}

function anchored(
  reading: Reading,
  { anchorStart, anchorEnd }: { readonly anchorStart: number; readonly anchorEnd: number },
  built: Built,
): Built {
  if (anchorStart >= 0) reading.anchors.set(reading.text.slice(anchorStart, anchorEnd), built);
  return built;
}

function aliasOf(reading: Reading, { anchorStart, anchorEnd }: AliasEvent): Built {
  const name = reading.text.slice(anchorStart, anchorEnd);
  const built = reading.anchors.get(name);
  if (built === undefined) throw new YamlRefused(`no anchor \`${name}\` before this`, anchorStart);
  reading.end = Math.max(reading.end, anchorEnd);
  return built;
}

function readList(reading: Reading): Built {
  const items: Json[] = [];
  let size = collection;
  while (peek(reading)?.type !== EVENT_ID.POP) {
    const item = readNode(reading);
    items.push(item.value);
    size = grown(reading, size, item);
  }
  reading.at += 1;
  return { value: items, ...size };
}

function readMapping(reading: Reading): Built {
  const fields = new Map<string, Json>();
  const merged: Json[] = [];
  let size = collection;
  while (peek(reading)?.type !== EVENT_ID.POP) {
    const event = peek(reading);
    const offset = offsetOf(reading, event);
    const key = keyOf(reading);
    const value = readNode(reading);
    size = grown(reading, size, value);
    if (key === '<<' && event?.type === EVENT_ID.SCALAR && event.style === SCALAR_STYLE.PLAIN) {
      merged.push(
        ...(Array.isArray(value.value) ? (value.value as readonly Json[]) : [value.value]),
      );
      continue;
    }
    if (fields.has(key)) throw new YamlRefused(`the key \`${key}\` is written twice`, offset);
    fields.set(key, value.value);
  }
  reading.at += 1;
  return { value: Object.fromEntries([...mergedFields(merged), ...fields]), ...size };
}

// Of several merged mappings the first wins, and what is written wins over them all.
function mergedFields(merged: readonly Json[]): readonly [string, Json][] {
  return merged
    .toReversed()
    .flatMap((each) =>
      typeof each === 'object' && each !== null && !Array.isArray(each)
        ? (Object.entries(each) as [string, Json][])
        : [],
    );
}

type Size = Pick<Built, 'weight' | 'depth'>;
const collection: Size = { weight: 1, depth: 1 };

function leaf(value: Json): Built {
  return { value, weight: 1, depth: 0 };
}

function grown(reading: Reading, of: Size, by: Size): Size {
  const weight = of.weight + by.weight;
  const depth = Math.max(of.depth, by.depth + 1);
  if (weight <= maxNodes && depth <= maxDepth) return { weight, depth };
  throw new YamlRefused('aliases make this too large', reading.end);
}

function keyOf(reading: Reading): string {
  const event = peek(reading);
  const offset = offsetOf(reading, event);
  if (event?.type === EVENT_ID.ALIAS) {
    reading.at += 1;
    const { value } = aliasOf(reading, event);
    if (typeof value === 'object') throw new YamlRefused('a key must be a scalar', offset);
    return String(value);
  }
  if (event?.type !== EVENT_ID.SCALAR) throw new YamlRefused('a key must be a scalar', offset);
  reading.at += 1;
  const key = getScalarValue(reading.text, event);
  anchored(reading, event, leaf(key));
  if (key === '__proto__') throw new YamlRefused('the key `__proto__` is not allowed', offset);
  return key;
}

function scalarOf(reading: Reading, event: ScalarEvent): Json {
  const text = getScalarValue(reading.text, event);
  if (event.valueEnd >= 0) reading.end = Math.max(reading.end, event.valueEnd);
  const tag = tagOf(reading, event);
  if (tag === '!!str' || tag === '!') return text;
  if (tag === null && event.style !== SCALAR_STYLE.PLAIN) return text;
  if (tag !== null && !coreTags.has(tag)) throw unknownTag(tag, event.tagStart);
  const scalar = plainScalar(text, reading.dialect);
  if (!scalar.ok) throw new YamlRefused(scalar.why, Math.max(event.valueStart, 0));
  if (tag !== null && !coreTags.get(tag)?.(scalar.value)) {
    throw new YamlRefused(`\`${text}\` is no ${tag}`, event.tagStart);
  }
  return scalar.value;
}

const coreTags: ReadonlyMap<string, (value: Json) => boolean> = new Map([
  ['!!int', (value) => Number.isInteger(value)],
  ['!!float', (value) => typeof value === 'number'],
  ['!!bool', (value) => typeof value === 'boolean'],
  ['!!null', (value) => value === null],
]);

function checkTag(
  reading: Reading,
  event: { readonly tagStart: number; readonly tagEnd: number },
  kind: 'seq' | 'map',
): void {
  const tag = tagOf(reading, event);
  if (tag !== null && tag !== `!!${kind}` && tag !== '!') throw unknownTag(tag, event.tagStart);
}

function tagOf(
  { text }: Reading,
  { tagStart, tagEnd }: { readonly tagStart: number; readonly tagEnd: number },
): string | null {
  if (tagStart < 0) return null;
  return text.slice(tagStart, tagEnd).replace(/^!<tag:yaml\.org,2002:(\w+)>$/, '!!$1');
}

function unknownTag(tag: string, offset: number): YamlRefused {
  return new YamlRefused(`the tag \`${tag}\` is not known`, offset);
}
