import { isJsonObject, type Json, type JsonObject } from '../../../../../base/json.ts';
import { times } from '../../../../../engine/cel/estimate/size.ts';
import { compilePattern, matchesPattern } from '../../../../../engine/pattern/pattern.ts';
import {
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../../../../kube/schema/field-error.ts';
import { prune } from '../../../../../kube/schema/prune.ts';
import { readSchema } from '../../../../../kube/schema/read-schema.ts';
import { validate } from '../../../../../kube/schema/validate.ts';
import {
  defaultRuleErrors,
  type RuleBudget,
  ruleBudget,
} from '../../../objects/validation-rules.ts';
import { textOf } from '../fields.ts';
import { listErrors } from './lists.ts';

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
/** Of OpenAPI, and not of structural schemas. */
const neverThere = ['$ref', 'definitions', 'dependencies', 'patternProperties', 'additionalItems'];
/** What only a structural place may say, and nothing below `anyOf` and the like. */
const structuralOnly = [
  ...['type', 'default', 'nullable', 'title', 'description', 'additionalProperties'],
  ...['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'],
  ...['x-kubernetes-int-or-string', 'x-kubernetes-list-type', 'x-kubernetes-map-type'],
];
/** Deeper schemas are read as objects with any fields (read-schema.ts). */
const deepest = 64;

/** What is known of a structural place of a schema by where it is. */
export interface Place {
  readonly isRoot: boolean;
  /** The value before is known, so that changes can be told. */
  readonly followed: boolean;
  /** How often it may be there in one object; `Infinity` where a list or map around it has no bound. */
  readonly occurrences: number;
}

/** Called for every structural place of a schema. */
export type Visit = (schema: JsonObject, path: string, place: Place) => void;

/**
 * What makes a schema of a CustomResourceDefinition none that is structural, in kube-apiserver's words (apiextensions
 * `pkg/apiserver/schema/validation.go` and `pkg/apis/apiextensions/validation`). `visit` is told of every place.
 */
export function structuralErrors(
  root: JsonObject,
  path: string,
  visit: Visit,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const budget = ruleBudget();
  const walk = (schema: JsonObject, at: string, depth: number, place: Place): void => {
    if (depth > deepest) return;
    visit(schema, at, place);
    errors.push(...placeErrors(schema, at, place.isRoot, budget));
    const keepsItems = schema['x-kubernetes-list-type'] === 'map';
    const occurrences = occurrencesBelow(schema, place.occurrences);
    for (const [below, where] of structuralParts(schema, at)) {
      const followed = place.followed && (keepsItems || below !== schema['items']);
      walk(below, where, depth + 1, { isRoot: false, followed, occurrences });
    }
    for (const [below, where] of junctors(schema, at)) nested(below, where, depth + 1);
  };
  const nested = (schema: JsonObject, at: string, depth: number): void => {
    if (depth > deepest) return;
    errors.push(...nestedErrors(schema, at));
    const parts = [...structuralParts(schema, at), ...junctors(schema, at)];
    for (const [below, where] of parts) nested(below, where, depth + 1);
  };
  walk(root, path, 0, { isRoot: true, followed: true, occurrences: 1 });
  return errors;
}

/** How often what a schema holds may be there (apiextensions `extractMaxElements`). */
function occurrencesBelow(schema: JsonObject, occurrences: number): number {
  const { type, additionalProperties: values } = schema;
  const isMap = type === 'object' && values !== undefined;
  if (type !== 'array' && !isMap) return occurrences;
  const most = schema[isMap ? 'maxProperties' : 'maxItems'];
  if (typeof most !== 'number' || occurrences === Number.POSITIVE_INFINITY) {
    return Number.POSITIVE_INFINITY;
  }
  return times(occurrences, Math.max(most, 0));
}

/** A schema within another one, and its path. */
type Part = readonly [JsonObject, string];

function partOf(schema: Json | undefined, path: string): readonly Part[] {
  return isJsonObject(schema) ? [[schema, path]] : [];
}

function structuralParts(schema: JsonObject, at: string): readonly Part[] {
  const { properties, items, additionalProperties } = schema;
  const fields = isJsonObject(properties) ? Object.entries(properties) : [];
  return [
    ...fields.flatMap(([name, of]) => partOf(of, `${at}.properties[${name}]`)),
    ...partOf(items, `${at}.items`),
    ...partOf(additionalProperties, `${at}.additionalProperties`),
  ];
}

function junctors(schema: JsonObject, at: string): readonly Part[] {
  const lists = ['allOf', 'anyOf', 'oneOf'].flatMap((name) => {
    const list = schema[name];
    // how an integer or a text is written out
    if (!Array.isArray(list) || schema['x-kubernetes-int-or-string'] === true) return [];
    return (list as readonly Json[]).flatMap((each, index) =>
      partOf(each, `${at}.${name}[${index}]`),
    );
  });
  return [...lists, ...partOf(schema['not'], `${at}.not`)];
}

function nestedErrors(schema: JsonObject, at: string): readonly FieldError[] {
  return structuralOnly
    .filter((name) => schema[name] !== undefined && schema[name] !== false && schema[name] !== '')
    .map((name) => forbidden(`${at}.${name}`, 'must be empty to be structural'));
}

function placeErrors(
  schema: JsonObject,
  at: string,
  isRoot: boolean,
  budget: RuleBudget,
): readonly FieldError[] {
  return [
    ...typeErrors(schema, at, isRoot),
    ...neverThere
      .filter((name) => schema[name] !== undefined)
      .map((name) => forbidden(`${at}.${name}`, `${name} is not supported`)),
    ...shapeErrors(schema, at),
    ...listErrors(schema, at),
    ...patternErrors(schema, at),
    ...defaultErrors(schema, at, budget),
    ...(isRoot ? rootErrors(schema, at) : []),
  ];
}

function typeErrors(schema: JsonObject, at: string, isRoot: boolean): readonly FieldError[] {
  const type = textOf(schema['type']);
  if (isRoot) {
    if (type === '') return [required(`${at}.type`, 'must not be empty at the root')];
    if (type !== 'object') return [invalid(`${at}.type`, type, 'must be object at the root')];
    if (schema['nullable'] !== true) return [];
    return [forbidden(`${at}.nullable`, 'nullable cannot be true at the root')];
  }
  if (type !== '') {
    return types.includes(type) ? [] : [notSupported(`${at}.type`, type, types)];
  }
  const free =
    schema['$ref'] !== undefined ||
    schema['x-kubernetes-int-or-string'] === true ||
    schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (free) return [];
  const what = at.endsWith('.items') ? 'specified array items' : 'specified object fields';
  return [required(`${at}.type`, `must not be empty for ${what}`)];
}

function shapeErrors(schema: JsonObject, at: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { type, items, properties, additionalProperties } = schema;
  if (type === 'array' && items === undefined) {
    errors.push(required(`${at}.items`, 'must be specified'));
  }
  if (Array.isArray(items)) {
    errors.push(forbidden(`${at}.items`, 'items must be a schema object and not an array'));
  }
  if (isJsonObject(properties) && isJsonObject(additionalProperties)) {
    const why = 'additionalProperties and properties are mutual exclusive';
    errors.push(forbidden(`${at}.additionalProperties`, why));
  }
  if (schema['uniqueItems'] === true) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbidden(`${at}.uniqueItems`, why));
  }
  const preserve = 'x-kubernetes-preserve-unknown-fields';
  if (schema[preserve] === false) {
    errors.push(invalid(`${at}.${preserve}`, false, 'must be true or undefined'));
  }
  if (schema['x-kubernetes-embedded-resource'] === true) {
    if (type !== 'object') {
      const why = 'must be object if x-kubernetes-embedded-resource is true';
      errors.push(type ? invalid(`${at}.type`, type, why) : required(`${at}.type`, why));
    }
    if (schema[preserve] !== true && properties === undefined) {
      const why = `must not be empty if x-kubernetes-embedded-resource is true without ${preserve}`;
      errors.push(required(`${at}.properties`, why));
    }
  }
  return errors;
}

function patternErrors(schema: JsonObject, at: string): readonly FieldError[] {
  const pattern = textOf(schema['pattern']);
  if (pattern === '') return [];
  const compiled = compilePattern(pattern);
  if (compiled.ok) return [];
  const why = `must be a valid regular expression, but isn't: ${compiled.message}`;
  return [invalid(`${at}.pattern`, pattern, why)];
}

function defaultErrors(schema: JsonObject, at: string, budget: RuleBudget): readonly FieldError[] {
  const value: Json | undefined = schema['default'];
  if (value === undefined || value === null) return [];
  const field = `${at}.default`;
  const read = readSchema(schema);
  // wrapped, because what is read from the root is always kept
  const around = readSchema({ type: 'object', properties: { default: schema } });
  const pruned = prune(around, { default: value });
  if (pruned.unknown.length > 0) return [invalid(field, value, 'must not have unknown fields')];
  const errors = validate(read, value, { matches: matchesPattern }).map((error) => ({
    ...error,
    field: `${field}${error.field === '' ? '' : `.${error.field}`}`,
  }));
  return errors.length > 0 ? errors : defaultRuleErrors(read, value, field, budget);
}

function rootErrors(schema: JsonObject, at: string): readonly FieldError[] {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const metadata = Object.hasOwn(properties, 'metadata') ? properties['metadata'] : undefined;
  if (!isJsonObject(metadata)) return [];
  const fields = isJsonObject(metadata['properties']) ? Object.keys(metadata['properties']) : [];
  const other = fields.some((name) => name !== 'name' && name !== 'generateName');
  if (!other) return [];
  const why =
    'must not specify anything other than name and generateName, but metadata is implicitly specified';
  return [forbidden(`${at}.properties[metadata]`, why)];
}
