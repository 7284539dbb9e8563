import type { CelProgram } from '../../../../../engine/cel/cel.ts';
import { estimateCost } from '../../../../../engine/cel/estimate/estimate.ts';
import { times } from '../../../../../engine/cel/estimate/size.ts';
import { type FieldError, forbidden } from '../../../../../kube/schema/field-error.ts';
import { type Extent, mostOften, sizeAt } from '../../../objects/cel-size.ts';
import type { Rule } from '../../../objects/compile-rule.ts';

/** What one rule may cost at most, and all rules of a schema together, in CEL's units (apiextensions `validation.go`). */
const ruleLimit = 10_000_000;
const schemaLimit = 100_000_000;
/** Of all rules those that cost most are named, where they cost a hundredth of the limit. */
const named = 4;

/** What an expression may cost in one object, and the field it stands at. */
export interface RuleCost {
  readonly field: string;
  readonly cost: number;
}

/**
 * What a rule and its message may cost at most. A rule is judged once for each value: as often as the lists and maps
 * around allow, or where these have no bound as often as a request has room for.
 */
export function costsOf(
  { program, messageOf }: Rule,
  extent: Extent,
  place: string,
  occurrences: number,
): readonly RuleCost[] {
  const often = Number.isFinite(occurrences) ? occurrences : mostOften(extent);
  return [
    ...(program === null
      ? []
      : [{ field: `${place}.rule`, cost: times(costOf(program, extent), often) }]),
    ...(program === null || messageOf === null
      ? []
      : [{ field: `${place}.messageExpression`, cost: costOf(messageOf, extent) }]),
  ];
}

function costOf({ expr, checked }: CelProgram, extent: Extent): number {
  return estimateCost(expr, checked, (path) => sizeAt(extent, path));
}

/** An expression that may cost more than is allowed for one. */
export function costErrors({ field, cost }: RuleCost): readonly FieldError[] {
  const what = field.endsWith('.rule') ? 'rule' : 'messageExpression';
  if (cost <= ruleLimit) return [];
  return [forbidden(field, exceeds(`estimated ${what} cost`, cost / ruleLimit))];
}

/** Rules that may together cost more than is allowed for a schema. */
export function totalErrors(costs: readonly RuleCost[], field: string): readonly FieldError[] {
  const total = costs.reduce((all, { cost }) => all + cost, 0);
  if (total <= schemaLimit) return [];
  const why =
    'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
  const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
  const most = costs
    .filter(({ cost }) => cost >= schemaLimit / 100)
    .sort((a, b) => b.cost - a.cost)
    .slice(0, named);
  return [
    ...most.map((each) => forbidden(each.field, why)),
    forbidden(field, exceeds(what, total / schemaLimit)),
  ];
}

function exceeds(what: string, factor: number): string {
  const by = factor > 100 ? 'more than 100' : factor.toFixed(factor < 1.5 ? 6 : 1);
  return `${what} exceeds budget by factor of ${by}x (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}
