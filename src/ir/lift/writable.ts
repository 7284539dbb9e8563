import { isJsonObject, type Json } from '../../base/json.ts';
import { isDnsSubdomain } from '../../kube/names.ts';
import type { IrNamespaceSelector } from '../program.ts';
import { textMapAt, textsAt, wordAt } from './read.ts';

// What the language can write. `lift` keeps everything else in `raw`, so that whatever it gives can be printed.

/** An API version and kind that a label and a `kind` declaration can say (Rules 20, 21). */
export function isIdentity(of: {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
}): boolean {
  const { apiVersion, kind } = of;
  return (
    typeof apiVersion === 'string' &&
    /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?v[0-9]+((alpha|beta)[0-9]+)?$/.test(apiVersion) &&
    typeof kind === 'string' &&
    /^[A-Z][A-Za-z0-9]*$/.test(kind)
  );
}

/** A name that a label of an object can say: any text that is not empty. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** A name that a policy, a set or a template can have. */
export function isObjectName(value: unknown): value is string {
  return typeof value === 'string' && isDnsSubdomain(value);
}

/** A duration that is printed as it is written. */
export function isDuration(text: string): boolean {
  return /^([0-9]+(\.[0-9]+)?(h|m|s|ms))+$/.test(text);
}

/** A severity of the language. */
export function severityWord(value: unknown): string | null {
  return wordAt(value, ['low', 'medium', 'high', 'critical']);
}

/** A `mode` of the language. */
export function remediationWord(value: unknown): string | null {
  return wordAt(value, ['inform', 'enforce', 'informonly']);
}

export type Namespaces = IrNamespaceSelector;

/** The part of a selector that `namespaces` can say; null where there is none. */
export function writableNamespaces(selector: Namespaces | null): IrNamespaceSelector | null {
  if (selector === null) return null;
  const { include, exclude, matchLabels, terminatingInclusion } = selector;
  const labels = isTextMap(matchLabels) ? matchLabels : undefined;
  const included = isTextList(include) ? include : undefined;
  // `exclude` alone selects nothing, which the language does not let one write (OCM2030).
  const selects = included !== undefined || labels !== undefined;
  const excluded = selects && isTextList(exclude) ? exclude : undefined;
  const terminating = wordAt(terminatingInclusion, ['Default', 'IfMatch', 'Never']);
  const written = {
    ...(included === undefined ? {} : { include: included }),
    ...(excluded === undefined ? {} : { exclude: excluded }),
    ...(labels === undefined ? {} : { matchLabels: labels }),
    ...(terminating === null ? {} : { terminatingInclusion: terminating }),
  };
  const isEmpty = Object.keys(written).length === 0;
  return isEmpty && Object.keys(selector).length > 0 ? null : written;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && textsAt(value).length === value.length;
}

function isTextMap(value: unknown): value is Readonly<Record<string, string>> {
  const map = textMapAt(value);
  return map !== null && Object.keys(map).length === Object.keys(value as Json & object).length;
}

/** A JSON object, or undefined. */
export function objectOrNothing(value: unknown) {
  return isJsonObject(value) ? value : undefined;
}

/** A label selector of the form its schema says. */
export function isSelector(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { matchLabels, matchExpressions, ...rest } = value;
  if (Object.keys(rest).length > 0) return false;
  if (matchLabels !== undefined && !isTextMap(matchLabels)) return false;
  if (matchExpressions === undefined) return true;
  return Array.isArray(matchExpressions) && matchExpressions.every(isRequirement);
}

function isRequirement(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  const { key, operator, values, ...rest } = value;
  if (typeof key !== 'string' || typeof operator !== 'string') return false;
  return (values === undefined || isTextList(values)) && Object.keys(rest).length === 0;
}
