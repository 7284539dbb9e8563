import type { NewCondition } from '../../../kube/conditions.ts';
import type { Condition, KubeObject } from '../../../kube/object.ts';
import { type ConditionRule, workConditions } from '../../../kube/ocm/work.ts';

/** Evaluates one CEL expression over named values within a budget of its own; never throws. */
export type EvaluateCel = (
  expression: string,
  values: Readonly<Record<string, unknown>>,
) =>
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string };

/**
 * The conditions of one manifest that its rules make of the live object (ocm/pkg/work/spoke/conditions/reader.go). An
 * expression that fails gives False, by upstream's convention; a well-known condition that a kind does not have is
 * Unknown here and left out by `compat: upstream`.
 */
export function conditionsByRules(
  object: KubeObject,
  rules: readonly ConditionRule[],
  by: { readonly cel: EvaluateCel; readonly compat?: 'upstream' },
): readonly NewCondition[] {
  return rules.flatMap((rule) => {
    if (rule.type === 'CEL') return [byExpressions(object, rule, by.cel)];
    if (rule.type === 'WellKnownConditions') return byWellKnown(object, rule, by);
    const message = `unrecognized condition rule type ${String(rule.type)}`;
    return [condition(rule, 'Unknown', 'ConditionRuleInvalid', message)];
  });
}

function condition(
  rule: ConditionRule,
  status: Condition['status'],
  reason: string,
  message: string,
): NewCondition {
  return { type: rule.condition, status, reason, message };
}

function byExpressions(object: KubeObject, rule: ConditionRule, cel: EvaluateCel): NewCondition {
  for (const expression of rule.celExpressions ?? []) {
    const evaluated = cel(expression, { object });
    const error = !evaluated.ok
      ? evaluated.error
      : typeof evaluated.value !== 'boolean'
        ? `expected bool result, got ${typeof evaluated.value}`
        : '';
    if (error !== '') return condition(rule, 'False', 'ConditionRuleExpressionError', error);
    if (evaluated.ok && evaluated.value === false)
      return evaluatedRule(object, rule, false, { cel });
  }
  return evaluatedRule(object, rule, true, { cel });
}

function evaluatedRule(
  object: KubeObject,
  rule: ConditionRule,
  result: boolean,
  { cel, usual }: { readonly cel: EvaluateCel; readonly usual?: string },
): NewCondition {
  const message = messageOf(object, rule, { result, cel }) ?? usual;
  const plain = result ? `Manifest is ${rule.condition}` : `Manifest is not ${rule.condition}`;
  return condition(rule, result ? 'True' : 'False', 'ConditionRuleEvaluated', message ?? plain);
}

function messageOf(
  object: KubeObject,
  { message, messageExpression }: ConditionRule,
  { result, cel }: { readonly result: boolean; readonly cel: EvaluateCel },
): string | undefined {
  if (messageExpression) {
    const evaluated = cel(messageExpression, { object, result });
    if (!evaluated.ok) return evaluated.error;
    if (typeof evaluated.value !== 'string') {
      return `expected message expression to have a string result, got ${typeof evaluated.value}`;
    }
    if (evaluated.value !== '') return evaluated.value;
  }
  return message || undefined;
}

interface WellKnown {
  readonly holds: (object: KubeObject) => boolean;
  readonly message: (object: KubeObject, holds: boolean) => string;
}

/** Complete of Job and Pod; there are no others (ocm/pkg/work/spoke/conditions/rules/rule.go). */
const wellKnown: ReadonlyMap<string, WellKnown> = new Map([
  [
    'batch/v1/Job',
    {
      holds: (object) => jobConditions(object).some(isFinished),
      message: (_, holds) => (holds ? 'Job is finished' : 'Job is not finished'),
    },
  ],
  [
    'v1/Pod',
    {
      holds: (object) => ['Succeeded', 'Failed'].includes(phaseOf(object)),
      message: (object) => `Pod is in phase ${phaseOf(object)}`,
    },
  ],
]);

function byWellKnown(
  object: KubeObject,
  rule: ConditionRule,
  by: { readonly cel: EvaluateCel; readonly compat?: 'upstream' },
): readonly NewCondition[] {
  const known = wellKnown.get(`${object.apiVersion}/${object.kind}`);
  if (known === undefined || rule.condition !== workConditions.complete) {
    if (by.compat === 'upstream') return [];
    const message = `${object.kind} has no well-known condition ${rule.condition}`;
    return [condition(rule, 'Unknown', 'ConditionRuleInvalid', message)];
  }
  const holds = known.holds(object);
  const usual = known.message(object, holds);
  return [evaluatedRule(object, rule, holds, { cel: by.cel, usual })];
}

function jobConditions(object: KubeObject): readonly Condition[] {
  const status = object.status as { readonly conditions?: unknown } | undefined;
  return Array.isArray(status?.conditions) ? status.conditions : [];
}

function isFinished({ type, status }: Condition): boolean {
  return (type === 'Complete' || type === 'Failed') && status === 'True';
}

function phaseOf(object: KubeObject): string {
  const status = object.status as { readonly phase?: unknown } | undefined;
  return typeof status?.phase === 'string' ? status.phase : '';
}
