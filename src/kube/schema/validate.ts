import { isJsonObject, type JsonObject, jsonEqual, stableJson } from '../../base/json.ts';
import { tooDeep } from './depth.ts';
import {
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
} from './field-error.ts';
import { hasFormat } from './formats.ts';
import { own } from './own.ts';
import { type Matches, matchesLiteral } from './patterns.ts';
import type { Schema } from './schema.ts';

/** Enough to mend an object by; more would only make the answer large. */
const mostErrors = 100;

export interface ValidateOptions {
  /** Judges patterns; where it cannot tell the pattern is not checked. Default: our own patterns only. */
  readonly matches?: Matches;
}

/**
 * What is wrong with an object by a structural schema, in the words of kube-apiserver 1.35 (apiextensions and
 * kube-openapi `validate`), at most 100 faults. Expects defaults to be applied. CEL rules are not evaluated.
 */
export function validate(
  schema: Schema,
  object: unknown,
  options: ValidateOptions = {},
): readonly FieldError[] {
  if (tooDeep(object)) return [invalid('', 'object', 'it is nested too deep')];
  const check: Check = { errors: [], matches: options.matches ?? matchesLiteral };
  checkValue(schema, object, '', check);
  return check.errors.slice(0, mostErrors);
}

interface Check {
  readonly errors: FieldError[];
  readonly matches: Matches;
}

function checkValue(schema: Schema, value: unknown, path: string, check: Check): void {
  if (check.errors.length >= mostErrors) return;
  if (value === null && schema.nullable === true) return;
  const fits = hasType(schema, value);
  if (!fits) check.errors.push(wrongType(schema, value, path));
  if (schema.enum && !schema.enum.some((each) => jsonEqual(each, value))) {
    check.errors.push(notSupported(path, value, schema.enum));
  }
  if (!fits) return;
  if (typeof value === 'string') checkText(schema, value, path, check);
  else if (typeof value === 'number') checkNumber(schema, value, path, check);
  else if (typeof value === 'bigint') checkNumber(schema, Number(value), path, check);
  else if (Array.isArray(value)) checkList(schema, value, path, check);
  else if (isJsonObject(value)) checkObject(schema, value, path, check);
  checkJunctors(schema, value, path, check);
}

function hasType(schema: Schema, value: unknown): boolean {
  const type = typeName(value);
  if (schema['x-kubernetes-int-or-string'] === true) return type === 'integer' || type === 'string';
  if (schema.type === undefined) return true;
  return type === schema.type || (schema.type === 'number' && type === 'integer');
}

function wrongType(schema: Schema, value: unknown, path: string): FieldError {
  const wanted = schema['x-kubernetes-int-or-string'] === true ? 'integer,string' : schema.type;
  const type = typeName(value);
  return typeInvalid(path, type, `${path} in body must be of type ${wanted}: "${type}"`);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  // One that a number of JavaScript does not hold.
  if (typeof value === 'bigint') return 'integer';
  // An integer that no int64 holds is a float to Kubernetes.
  if (typeof value === 'number') {
    return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? 'integer' : 'number';
  }
  return typeof value;
}

function checkText(schema: Schema, value: string, path: string, check: Check): void {
  const say = (detail: string) => check.errors.push(invalid(path, value, `${path} ${detail}`));
  if (schema.maxLength !== undefined || schema.minLength !== undefined) {
    const length = [...value].length;
    if (schema.maxLength !== undefined && length > schema.maxLength) {
      check.errors.push(tooLong(path, schema.maxLength));
    }
    if (schema.minLength !== undefined && length < schema.minLength) {
      say(`in body should be at least ${schema.minLength} chars long`);
    }
  }
  if (schema.pattern !== undefined && check.matches(schema.pattern, value) === false) {
    say(`in body should match '${schema.pattern}'`);
  }
  if (schema.format !== undefined && !hasFormat(schema.format, value)) {
    const detail = `${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`;
    check.errors.push(typeInvalid(path, value, detail));
  }
}

function checkNumber(schema: Schema, value: number, path: string, check: Check): void {
  for (const [broken, rule] of numberRules(schema, value)) {
    if (broken) check.errors.push(invalid(path, value, `${path} in body should be ${rule}`));
  }
}

function numberRules(schema: Schema, value: number): readonly (readonly [boolean, string])[] {
  const { minimum = -Infinity, maximum = Infinity, multipleOf = 0 } = schema;
  return [
    schema.exclusiveMinimum === true
      ? [value <= minimum, `greater than ${minimum}`]
      : [value < minimum, `greater than or equal to ${minimum}`],
    schema.exclusiveMaximum === true
      ? [value >= maximum, `less than ${maximum}`]
      : [value > maximum, `less than or equal to ${maximum}`],
    [multipleOf > 0 && !Number.isInteger(value / multipleOf), `a multiple of ${multipleOf}`],
  ];
}

function checkList(schema: Schema, list: readonly unknown[], path: string, check: Check): void {
  const { minItems, maxItems, items } = schema;
  if (minItems !== undefined && list.length < minItems) {
    const detail = `${path} in body should have at least ${minItems} items`;
    check.errors.push(invalid(path, list.length, detail));
  }
  if (maxItems !== undefined && list.length > maxItems) {
    check.errors.push(tooMany(path, list.length, maxItems));
  }
  if (items) {
    for (const [index, item] of list.entries()) {
      if (check.errors.length >= mostErrors) return;
      checkValue(items, item, `${path}[${index}]`, check);
    }
  }
  checkUnique(schema, list, path, check);
}

/** Sets hold a value once, maps one entry of a key; each doubled value is named once. */
function checkUnique(schema: Schema, list: readonly unknown[], path: string, check: Check): void {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map' && schema.uniqueItems !== true) return;
  const counts = new Map<string, number>();
  for (const [index, item] of list.entries()) {
    const value = type === 'map' ? mapKey(schema, item) : item;
    const text = stableJson(value);
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    if (count === 2) check.errors.push(duplicate(`${path}[${index}]`, value));
  }
}

function mapKey(schema: Schema, item: unknown): unknown {
  if (!isJsonObject(item)) return item;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = own(item, key) ?? schema.items?.properties?.[key]?.default;
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

function checkObject(schema: Schema, object: JsonObject, path: string, check: Check): void {
  const names = Object.keys(object);
  const { minProperties, maxProperties } = schema;
  if (minProperties !== undefined && names.length < minProperties) {
    const detail = `${path} in body should have at least ${minProperties} properties`;
    check.errors.push(invalid(path, names.length, detail));
  }
  if (maxProperties !== undefined && names.length > maxProperties) {
    check.errors.push(tooMany(path, names.length, maxProperties));
  }
  const needed = new Set(schema.required);
  if (schema['x-kubernetes-embedded-resource'] === true) needed.add('apiVersion').add('kind');
  for (const name of needed) {
    if (own(object, name) === undefined) check.errors.push(required(join(path, name)));
  }
  for (const name of names) {
    const of = own(schema.properties, name) ?? schema.additionalProperties;
    const value = object[name];
    if (typeof of === 'object' && value !== undefined) {
      checkValue(of, value, join(path, name), check);
    }
  }
}

function checkJunctors(schema: Schema, value: unknown, path: string, check: Check): void {
  const faults = (of: Schema): FieldError[] => {
    const inner: Check = { errors: [], matches: check.matches };
    checkValue(of, value, path, inner);
    return inner.errors;
  };
  const say = (detail: string) =>
    check.errors.push({ ...invalid('<nil>', '', `"${path}" must ${detail}`) });
  // An int-or-string has `anyOf` integer and string beside the extension; `hasType` has seen to it.
  if (schema.anyOf && schema['x-kubernetes-int-or-string'] !== true) {
    const outcomes = schema.anyOf.map(faults);
    if (!outcomes.some((errors) => errors.length === 0)) {
      say('validate at least one schema (anyOf)');
      check.errors.push(...fewest(outcomes));
    }
  }
  if (schema.oneOf) {
    const outcomes = schema.oneOf.map(faults);
    const valid = outcomes.filter((errors) => errors.length === 0).length;
    if (valid === 0) {
      say('validate one and only one schema (oneOf). Found none valid');
      check.errors.push(...fewest(outcomes));
    } else if (valid > 1) {
      say(`validate one and only one schema (oneOf). Found ${valid} valid alternatives`);
    }
  }
  if (schema.allOf) {
    const errors = schema.allOf.flatMap(faults);
    check.errors.push(...errors);
    if (errors.length > 0) say('validate all the schemas (allOf)');
  }
  if (schema.not && faults(schema.not).length === 0) say('not validate the schema (not)');
}

function fewest(outcomes: readonly FieldError[][]): readonly FieldError[] {
  return outcomes.reduce(
    (best, each) => (each.length < best.length ? each : best),
    outcomes[0] ?? [],
  );
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
