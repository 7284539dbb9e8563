import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import type { Raised } from '../raise/template.ts';
import { fenceOf, keyText, stringText } from './text.ts';
import { type Entry, entry, record, type Source, type Value, within } from './tree.ts';

/** How values of one place are printed. */
export interface ValueStyle {
  /** Whether templates are resolved here: a text with `{{` is then a `gotmpl` fence. */
  readonly templates: boolean;
  /** Whether a template on one line may be a string, which is so where it is not said. */
  readonly short?: boolean;
  /** Gives an expression for a template that has one, and remembers where it stood; absent where templates stay. */
  readonly raise?: (text: string, source: Source | null) => Raised | null;
}

/** A JSON value as the language writes it. */
export function jsonValue(json: Json, source: Source | null, style: ValueStyle): Value {
  if (typeof json === 'string') {
    return style.raise?.(json, source)?.text ?? textValue(json, style);
  }
  if (typeof json === 'number') return numberText(json);
  if (typeof json === 'boolean') return String(json);
  // The language has no null; what JSON calls so is a constant like any other.
  if (json === null) return 'fromJson("null")';
  if (isJsonObject(json)) return jsonRecord(json, source, style);
  const items = (json as readonly Json[]).map((item, index) => {
    const at = within(source, index);
    return entry('', jsonValue(item, at, style), { source: at });
  });
  return { is: 'list', items };
}

/** The fields of an object as a record. */
export function jsonRecord(json: JsonObject, source: Source | null, style: ValueStyle): Value {
  return record(jsonFields(json, source, style));
}

/** The fields of an object as properties. */
export function jsonFields(
  json: JsonObject,
  source: Source | null,
  style: ValueStyle,
): readonly Entry[] {
  return Object.entries(json).map(([key, value]) => {
    const at = within(source, key);
    return entry(`${keyText(key)}:`, jsonValue(value ?? null, at, style), { source: at });
  });
}

/** Longer records within a call stand on several lines. */
const inlineWidth = 60;

/** A JSON value as an argument of a call: a text, which the formatter puts into its place. */
export function inlineText(json: Json): string {
  if (typeof json === 'string') return stringText(json);
  if (typeof json === 'number') return numberText(json);
  if (typeof json === 'boolean') return String(json);
  if (json === null) return 'fromJson("null")';
  if (!isJsonObject(json)) {
    const items = (json as readonly Json[]).map(inlineText);
    return isShort(items) ? `[${items.join(', ')}]` : `[\n${items.join(',\n')},\n]`;
  }
  const fields = Object.entries(json).map(
    ([key, value]) => `${keyText(key)}: ${inlineText(value ?? null)}`,
  );
  if (fields.length === 0) return '{}';
  return isShort(fields) ? `{ ${fields.join(', ')} }` : `{\n${fields.join('\n')}\n}`;
}

function isShort(parts: readonly string[]): boolean {
  return parts.join(', ').length <= inlineWidth && !parts.some((part) => part.includes('\n'));
}

/**
 * A text: a fence where it is a template or has several lines and a fence can hold it, else a STRING. So is a template on
 * one line in which nothing has to be escaped: it reads the same, in a third of the lines.
 */
export function textValue(text: string, { templates, short = true }: ValueStyle): Value {
  if (templates && text.includes('{{')) {
    if (short && !/["\\\n]|\$\{/.test(text)) return stringText(text);
    return fenceOf(text, 'gotmpl') ?? stringText(text);
  }
  if (!text.trimEnd().includes('\n')) return stringText(text);
  return fenceOf(text, '') ?? stringText(text);
}

/** A number with all its digits; what JSON keeps as a float stays one. */
export function numberText(value: number): string {
  if (Number.isSafeInteger(value)) return String(value === 0 ? 0 : value);
  const text = String(value);
  return /^-?\d+(\.\d+)?$/.test(text) && !Number.isInteger(value)
    ? text
    : value.toExponential().replace('e+', 'e');
}
