import { isJsonObject } from '../../../base/json.ts';
import { quoteGo } from '../../../kube/go-text.ts';

/** One term of a field selector; all of them must hold. */
export interface FieldTerm {
  readonly field: string;
  readonly equals: boolean;
  readonly value: string;
}

export type ParsedFields =
  | { readonly ok: true; readonly terms: readonly FieldTerm[] }
  | { readonly ok: false; readonly error: string };

/** Reads `a=b,c!=d` with `\` before `,`, `=` and `\` in values, as apimachinery's `fields.ParseSelector` does. */
export function parseFieldSelector(text: string): ParsedFields {
  const terms: FieldTerm[] = [];
  for (const part of splitTerms(text)) {
    if (part === '') continue;
    const term = termOf(part);
    if (term === null) {
      return {
        ok: false,
        error: `invalid selector: '${text}'; can't understand '${part}'`,
      };
    }
    if (typeof term === 'string') return { ok: false, error: term };
    terms.push(term);
  }
  return { ok: true, terms };
}

/** The value that one field must have, where the selector says so. */
export function requiredValue(terms: readonly FieldTerm[], field: string): string | undefined {
  return terms.find((term) => term.field === field && term.equals)?.value;
}

/** Does an object meet all terms? What an object lacks is empty. */
export function selectsFields(
  terms: readonly FieldTerm[],
  textOf: (field: string) => string,
): boolean {
  return terms.every(({ field, equals, value }) => (textOf(field) === value) === equals);
}

/** The text of a field under a path of names; lists and objects have none. */
export function fieldText(object: unknown, field: string): string {
  let value: unknown = object;
  for (const name of field.split('.')) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return '';
    value = value[name];
  }
  return value === null || value === undefined || typeof value === 'object' ? '' : String(value);
}

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === ',') {
      terms.push(text.slice(start, at));
      start = at + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

const operators = ['!=', '==', '='];

function termOf(part: string): FieldTerm | string | null {
  for (let at = 0; at < part.length; at += 1) {
    const operator = operators.find((each) => part.startsWith(each, at));
    if (operator === undefined) continue;
    const value = plainOf(part.slice(at + operator.length));
    if (value.ok) return { field: part.slice(0, at), equals: operator !== '!=', value: value.text };
    return `invalid field selector: invalid value: ${quoteGo(part)}`;
  }
  return null;
}

function plainOf(text: string): { ok: true; text: string } | { ok: false } {
  let plain = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '\\') {
      at += 1;
      const escaped = text[at];
      if (escaped !== '\\' && escaped !== ',' && escaped !== '=') return { ok: false };
      plain += escaped;
    } else if (char === '=' || char === ',') return { ok: false };
    else plain += char;
  }
  return { ok: true, text: plain };
}
