import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../../base/json.ts';
import type { CelProgram } from '../../../engine/cel/cel.ts';
import { dyn } from '../../../engine/cel/types.ts';
import { type CelValue, isError } from '../../../engine/cel/value.ts';
import type { KubeObject } from '../../../kube/object.ts';
import {
  duplicate,
  type FieldError,
  type FieldErrorReason,
  forbidden,
  required,
} from '../../../kube/schema/field-error.ts';
import type { Schema } from '../../../kube/schema/schema.ts';
import { celTypeOf, celValueOf } from './cel-schema.ts';
import { compileRule, type Rule } from './compile-rule.ts';

/** What the rules of one write may cost, in CEL's units (apiextensions `RuntimeCELCostBudget`). */
const budget = 10_000_000;
/** Faults of one write that are told; more would only make the answer large. */
const mostErrors = 100;

/** A schema reduced to the places that have rules; null: there are none in it. */
interface Ruled {
  readonly schema: Schema;
  readonly rules: readonly Rule[];
  readonly properties: readonly (readonly [string, Ruled])[];
  readonly values: Ruled | null;
  readonly items: Ruled | null;
  /** Keys of the list's items, where it is a map; null: places in it mean nothing. */
  readonly itemKeys: readonly string[] | null;
}

const ruled = new WeakMap<Schema, { readonly of: Ruled | null }>();

/** Whether the fault is one after which rules are not judged (apiextensions `hasBlockingErr`). */
const blocking: ReadonlySet<FieldErrorReason> = new Set([
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

/**
 * What `x-kubernetes-validations` of a schema object to, in the words of kube-apiserver 1.35 (apiextensions
 * `pkg/apiserver/schema/cel`). A rule that fails on what an update left as it was is not told. `found` are the faults by
 * the schema itself: after some of them rules are not judged.
 */
export function ruleErrors(
  schema: Schema,
  object: KubeObject,
  old: KubeObject | null,
  found: readonly FieldError[],
): readonly FieldError[] {
  const node = ruledOf(schema, true);
  if (node === null) return [];
  if (found.some(({ reason }) => blocking.has(reason))) return [unjudged];
  const judging: Judging = { errors: [], left: budget, ratchets: true };
  const value = object as unknown as Json;
  judge(
    node,
    { value, old: old === null ? undefined : (old as unknown as Json), path: '' },
    judging,
  );
  return judging.errors;
}

const unjudged: FieldError = {
  field: '<nil>',
  reason: 'FieldValueInvalid',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

/** What the rules of several values may cost together. */
export interface RuleBudget {
  left: number;
}

/** As much as the rules of one write. */
export function ruleBudget(): RuleBudget {
  return { left: budget };
}

/**
 * What the rules of a schema object to in a value that it gives itself. Rules that look at the value before see the same
 * one, and in a second round none: a default may be an object's first value (apiextensions `schema/defaulting`).
 */
export function defaultRuleErrors(
  schema: Schema,
  value: Json,
  path: string,
  allowed: RuleBudget,
): readonly FieldError[] {
  const node = ruledOf(schema, false);
  if (node === null) return [];
  const round = (old: Json | undefined): Judging => {
    const judging: Judging = { errors: [], left: allowed.left, ratchets: false };
    judge(node, { value, old, path }, judging);
    return judging;
  };
  const rounds = [round(value)];
  if (rounds[0]?.errors.length === 0) rounds.push(round(undefined));
  allowed.left = Math.min(...rounds.map(({ left }) => left));
  return rounds.flatMap(({ errors }) => errors);
}

interface Judging extends RuleBudget {
  readonly errors: FieldError[];
  /** What an update left alone is not its fault. */
  readonly ratchets: boolean;
}

interface Place {
  readonly value: Json;
  /** What was there before; undefined where nothing was, or nothing that is the same thing. */
  readonly old: Json | undefined;
  readonly path: string;
}

function judge(node: Ruled, place: Place, judging: Judging): void {
  if (place.value === null || judging.errors.length >= mostErrors) return;
  for (const rule of node.rules) judgeRule(rule, node.schema, place, judging);
  if (Array.isArray(place.value)) judgeItems(node, place, place.value, judging);
  else if (isJsonObject(place.value)) judgeFields(node, place, place.value, judging);
}

function judgeItems(
  { items, itemKeys }: Ruled,
  { old, path }: Place,
  list: readonly Json[],
  judging: Judging,
): void {
  if (items === null) return;
  list.forEach((value, at) => {
    judge(items, { value, old: sameItem(value, old, itemKeys), path: `${path}[${at}]` }, judging);
  });
}

function judgeFields(
  node: Ruled,
  { old, path }: Place,
  object: JsonObject,
  judging: Judging,
): void {
  const below = (of: Ruled, key: string, at: string): void => {
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    if (value === undefined) return;
    const before = isJsonObject(old) && Object.hasOwn(old, key) ? old[key] : undefined;
    judge(of, { value, old: before, path: at }, judging);
  };
  for (const [key, of] of node.properties) below(of, key, path === '' ? key : `${path}.${key}`);
  if (node.values === null) return;
  for (const key of Object.keys(object)) below(node.values, key, `${path}[${key}]`);
}

function sameItem(
  item: Json,
  old: Json | undefined,
  keys: readonly string[] | null,
): Json | undefined {
  if (keys === null || !Array.isArray(old) || !isJsonObject(item)) return undefined;
  return old.find(
    (other) => isJsonObject(other) && keys.every((key) => jsonEqual(other[key], item[key])),
  );
}

function judgeRule(
  rule: Rule,
  schema: Schema,
  { value, old, path }: Place,
  judging: Judging,
): void {
  const { usesOld, oldIsOptional } = rule;
  if (usesOld && !oldIsOptional && old === undefined) return;
  const tell = (message: string) =>
    judging.errors.push(told(rule, `${path}${rule.fieldPath}`, message));
  if (rule.program === null) {
    tell(`rule compile error: ${rule.problem}`);
    return;
  }
  if (judging.left <= 0) return;
  const bound = new Map([
    ['self', celValueOf(schema, value)],
    ...(usesOld ? [['oldSelf', oldValue(rule, schema, old)] as const] : []),
  ]);
  const { value: holds, cost } = rule.program.run({ variables: bound });
  judging.left -= cost;
  if (judging.left <= 0) {
    const spent =
      'validation failed due to running out of cost budget, no further validation rules will be run';
    judging.errors.push({ field: path, reason: 'FieldValueInvalid', message: spent });
    return;
  }
  const leftAlone = judging.ratchets && !usesOld && old !== undefined;
  if (holds === true || (leftAlone && jsonEqual(value, old))) return;
  if (isError(holds)) tell(`${holds.message} evaluating rule: ${rule.message || rule.text}`);
  else tell(messageOf(rule, bound));
}

function messageOf(rule: Rule, bound: Parameters<CelProgram['run']>[0]['variables']): string {
  const said = rule.messageOf?.run({ variables: bound }).value;
  if (typeof said === 'string' && said.trim() !== '' && !said.includes('\n')) return said.trim();
  return rule.message || `failed rule: ${rule.text}`;
}

function told(rule: Rule, field: string, message: string): FieldError {
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return forbidden(field, message);
    case 'FieldValueRequired':
      return required(field, message);
    case 'FieldValueDuplicate':
      return duplicate(field, message);
    default:
      return { field, reason: 'FieldValueInvalid', message: `Invalid value: ${message}` };
  }
}

function oldValue({ oldIsOptional }: Rule, schema: Schema, old: Json | undefined): CelValue {
  if (!oldIsOptional) return celValueOf(schema, old);
  return { cel: 'optional', value: old === undefined ? undefined : celValueOf(schema, old) };
}

function ruledOf(schema: Schema, isResource: boolean): Ruled | null {
  const known = ruled.get(schema);
  if (known !== undefined) return known.of;
  const of = reduce(schema, isResource || schema['x-kubernetes-embedded-resource'] === true);
  ruled.set(schema, { of });
  return of;
}

function reduce(schema: Schema, isResource: boolean): Ruled | null {
  const given = schema['x-kubernetes-validations'] ?? [];
  const type = given.length === 0 ? null : (celTypeOf(schema, isResource) ?? dyn);
  const rules =
    type === null ? [] : given.map((rule) => compileRule(rule as unknown as JsonObject, type));
  const properties = Object.entries(schema.properties ?? {}).flatMap(([key, of]) => {
    const below = ruledOf(of, false);
    return below === null ? [] : [[key, below] as const];
  });
  const { additionalProperties } = schema;
  const values =
    typeof additionalProperties === 'object' ? ruledOf(additionalProperties, false) : null;
  const items = schema.items === undefined ? null : ruledOf(schema.items, false);
  if (rules.length === 0 && properties.length === 0 && values === null && items === null) {
    return null;
  }
  const isMap = schema['x-kubernetes-list-type'] === 'map';
  const itemKeys = isMap ? (schema['x-kubernetes-list-map-keys'] ?? null) : null;
  return { schema, rules, properties, values, items, itemKeys };
}
