import { isJsonObject, type JsonObject } from '../../../../../base/json.ts';
import { dyn } from '../../../../../engine/cel/types.ts';
import {
  type FieldError,
  invalid,
  notSupported,
  required,
} from '../../../../../kube/schema/field-error.ts';
import { readSchema } from '../../../../../kube/schema/read-schema.ts';
import { celTypeOf } from '../../../objects/cel-schema.ts';
import { extentOf } from '../../../objects/cel-size.ts';
import { compileRule } from '../../../objects/compile-rule.ts';
import { structs, textOf } from '../fields.ts';
import { costErrors, costsOf, type RuleCost } from './rule-costs.ts';
import type { Place } from './structural.ts';

const reasons = [
  ...['FieldValueRequired', 'FieldValueInvalid', 'FieldValueForbidden', 'FieldValueDuplicate'],
];

/**
 * What is wrong with the CEL rules of one place of a schema, where they are made: those that do not compile, with the
 * types of what they look at, and those that may cost too much (apiextensions `pkg/apis/apiextensions/validation`). What
 * each may cost is added to `costs`.
 */
export function rulesErrors(
  schema: JsonObject,
  at: string,
  { isRoot, followed, occurrences }: Place,
  costs: RuleCost[],
): readonly FieldError[] {
  const rules = structs(schema['x-kubernetes-validations']);
  if (rules.length === 0) return [];
  const isResource = isRoot || schema['x-kubernetes-embedded-resource'] === true;
  const read = readSchema(schema);
  const type = celTypeOf(read, isResource) ?? dyn;
  const extent = extentOf(read, isResource);
  return rules.flatMap((rule, index) => {
    const place = `${at}.x-kubernetes-validations[${index}]`;
    const text = textOf(rule['rule']);
    if (text.trim() === '') return [required(`${place}.rule`, 'rule is not specified')];
    const compiled = compileRule(rule, type);
    const { problem, messageProblem, usesOld } = compiled;
    const errors = [...wordErrors(rule, place), ...pathErrors(rule, schema, place)];
    const own = extent === null ? [] : costsOf(compiled, extent, place, occurrences);
    costs.push(...own);
    errors.push(...own.flatMap(costErrors));
    if (problem !== '') errors.push(invalid(`${place}.rule`, text, problem));
    if (messageProblem !== '') {
      errors.push(
        invalid(`${place}.messageExpression`, textOf(rule['messageExpression']), messageProblem),
      );
    }
    if (usesOld && !followed) {
      const why = 'oldSelf cannot be used on the uncorrelatable portion of the schema';
      errors.push(invalid(`${place}.rule`, text, why));
    }
    if (rule['optionalOldSelf'] === true && !usesOld) {
      const why = 'may not be set if oldSelf is not used in rule';
      errors.push(invalid(`${place}.optionalOldSelf`, true, why));
    }
    return errors;
  });
}

function wordErrors(rule: JsonObject, place: string): FieldError[] {
  const errors: FieldError[] = [];
  const [message, reason] = [textOf(rule['message']), textOf(rule['reason'])];
  if (message !== '' && message.trim() === '') {
    errors.push(invalid(`${place}.message`, message, 'message must be non-empty if specified'));
  } else if (/[\n\r]/.test(message.trim())) {
    errors.push(invalid(`${place}.message`, message, 'message must not contain line breaks'));
  } else if (/[\n\r]/.test(textOf(rule['rule']).trim()) && message === '') {
    errors.push(
      required(`${place}.message`, 'message must be specified if rule contains line breaks'),
    );
  }
  if (reason !== '' && !reasons.includes(reason)) {
    errors.push(notSupported(`${place}.reason`, reason, reasons));
  }
  return errors;
}

/** `.spec.replicas`, `.labels['a.b']`: a field that the schema has, by names only. */
function pathErrors(rule: JsonObject, schema: JsonObject, place: string): readonly FieldError[] {
  const path = textOf(rule['fieldPath']);
  if (path === '') return [];
  const wrong = (why: string) => [
    invalid(`${place}.fieldPath`, path, `fieldPath must be a valid path: ${why}`),
  ];
  const steps = path.match(/\.[A-Za-z_][\w-]*|\['[^']*'\]/g) ?? [];
  if (steps.join('') !== path) return wrong('expected a dot or a key in brackets');
  let at: JsonObject = schema;
  for (const step of steps) {
    const name = step.startsWith('.') ? step.slice(1) : step.slice(2, -2);
    const { properties, additionalProperties: values } = at;
    const next =
      isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : values;
    if (!isJsonObject(next)) return wrong('does not refer to a valid field');
    at = next;
  }
  return [];
}
