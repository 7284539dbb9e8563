import { compareText } from '../base/json.ts';
import { quoteGo, utf8Length } from './go-text.ts';
import type { LabelSelector, LabelSelectorRequirement } from './object.ts';

/** One condition of a compiled selector; all of them must hold. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** A selector ready to match, or the message apimachinery's `LabelSelectorAsSelector` fails with. */
export type CompiledSelector =
  | { readonly ok: true; readonly requirements: readonly Requirement[] }
  | { readonly ok: false; readonly message: string };

/** What may stand as a value: only what a label may hold, as upstream has it for claims too, or any text. */
export type SelectorValues = 'label' | 'any';

/** Compiles a label selector; the empty one matches everything. Keys of `matchLabels` are read in order of name. */
export function compileSelector(
  selector: LabelSelector,
  values: SelectorValues = 'label',
): CompiledSelector {
  const requirements: Requirement[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {}).sort(byKey)) {
    const requirement: Requirement = { key, operator: 'In', values: [value] };
    const problem = problemOf(requirement, values);
    if (problem !== null) return { ok: false, message: problem };
    requirements.push(requirement);
  }
  for (const expression of selector.matchExpressions ?? []) {
    const requirement = requirementOf(expression);
    if (requirement === null) {
      const operator = quoteGo(expression.operator ?? '');
      return { ok: false, message: `${operator} is not a valid label selector operator` };
    }
    const problem = problemOf(requirement, values);
    if (problem !== null) return { ok: false, message: problem };
    requirements.push(requirement);
  }
  return { ok: true, requirements };
}

const compiled: Readonly<Record<SelectorValues, WeakMap<LabelSelector, CompiledSelector>>> = {
  label: new WeakMap(),
  any: new WeakMap(),
};

/** The same, compiled once for each selector: for those that never change. */
export function compiledSelector(
  selector: LabelSelector,
  values: SelectorValues = 'label',
): CompiledSelector {
  const known = compiled[values].get(selector);
  if (known !== undefined) return known;
  const made = compileSelector(selector, values);
  compiled[values].set(selector, made);
  return made;
}

/** Do these labels meet one requirement? `NotIn` and `DoesNotExist` hold where the key is absent. */
export function meets(requirement: Requirement, value: string | undefined): boolean {
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && requirement.values.includes(value);
    case 'NotIn':
      return value === undefined || !requirement.values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

/** Do these labels meet every requirement? */
export function matchesLabels(
  requirements: readonly Requirement[],
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  return requirements.every((requirement) => meets(requirement, labelOf(labels, requirement.key)));
}

/** The value of a label, also of one named like a member of Object. */
export function labelOf(
  labels: Readonly<Record<string, string>> | undefined,
  key: string,
): string | undefined {
  // Files of objects may hold anything here; no member of Object is a text.
  const value = labels?.[key];
  return typeof value === 'string' ? value : undefined;
}

function byKey([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return compareText(a, b);
}

function requirementOf({ key, operator, values }: LabelSelectorRequirement): Requirement | null {
  switch (operator) {
    case 'In':
    case 'NotIn':
    case 'Exists':
    case 'DoesNotExist':
      return { key, operator, values: values ?? [] };
    default:
      return null;
  }
}

// The texts are those of labels.NewRequirement and of field.Error, which upstream's conditions show.
function problemOf({ key, operator, values }: Requirement, allowed: SelectorValues): string | null {
  const isCounted = operator === 'In' || operator === 'NotIn';
  const isValue = (value: string) => allowed === 'any' || plainValue.test(value);
  if (plainKey.test(key) && values.length > 0 === isCounted && values.every(isValue)) return null;
  return problemsOf({ key, operator, values }, allowed);
}

function problemsOf(
  { key, operator, values }: Requirement,
  allowed: SelectorValues,
): string | null {
  const problems: string[] = [];
  const wrongKey = labelKeyProblems(key);
  if (wrongKey.length > 0) problems.push(invalid('key', quoteGo(key), wrongKey.join('; ')));
  const counted = operator === 'In' || operator === 'NotIn';
  if (counted && values.length === 0) {
    problems.push(
      invalid('values', 'null', "for 'in', 'notin' operators, values set can't be empty"),
    );
  }
  if (!counted && values.length > 0) {
    const list = goJson(values);
    problems.push(
      invalid('values', list, 'values set must be empty for exists and does not exist'),
    );
  }
  values.forEach((value, index) => {
    const wrong = allowed === 'label' ? labelValueProblems(value) : [];
    if (wrong.length === 0) return;
    problems.push(invalid(`values[${index}][${key}]`, quoteGo(value), wrong.join('; ')));
  });
  if (problems.length === 0) return null;
  const distinct = [...new Set(problems)];
  return distinct.length === 1 ? (distinct[0] ?? null) : `[${distinct.join(', ')}]`;
}

function invalid(field: string, value: string, detail: string): string {
  return `${field}: Invalid value: ${value}: ${detail}`;
}

// Go's JSON writes the three characters that matter to HTML as escapes.
function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&]/g,
    (char) => `\\u00${char.charCodeAt(0).toString(16)}`,
  );
}

const nameShape = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const name = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const dnsShape = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const dns = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const characters =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
/** A key without a prefix that is right. */
const plainKey = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
/** A value that is right. */
const plainValue = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const keyExamples = "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is";
const valueExamples = "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is";

/** What is wrong with a label key, in apimachinery's words; empty when nothing is. */
export function labelKeyProblems(key: string): string[] {
  if (plainKey.test(key)) return [];
  const parts = key.split('/');
  const wrongName = `${characters} ${keyExamples} '${nameShape}')`;
  if (parts.length > 2) {
    return [
      `a valid label key ${wrongName} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const problems = parts.length === 2 ? prefixProblems(parts[0] ?? '') : [];
  const last = parts[parts.length - 1] ?? '';
  if (last === '') problems.push('name part must be non-empty');
  else if (utf8Length(last) > 63) problems.push('name part must be no more than 63 bytes');
  if (!name.test(last)) problems.push(`name part ${wrongName}`);
  return problems;
}

function prefixProblems(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  const problems = utf8Length(prefix) > 253 ? ['prefix part must be no more than 253 bytes'] : [];
  if (!dns.test(prefix)) {
    problems.push(
      `prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${dnsShape}')`,
    );
  }
  return problems;
}

/** What is wrong with a label value, in apimachinery's words; empty when nothing is. */
export function labelValueProblems(value: string): string[] {
  const problems = utf8Length(value) > 63 ? ['must be no more than 63 bytes'] : [];
  if (value !== '' && !name.test(value)) {
    problems.push(
      `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character ${valueExamples} '(${nameShape})?')`,
    );
  }
  return problems;
}
