import { formatInstant, type Instant } from '../../../base/instant.ts';
import { type Json, jsonEqual } from '../../../base/json.ts';
import type { PolicyOutcome } from '../../../engine/policy/evaluate.ts';
import type { Detail } from '../../../engine/policy/progress.ts';
import type {
  CompliancyDetail,
  ConfigurationPolicy,
  ConfigurationPolicyStatus,
} from '../../../kube/ocm/policy.ts';
import { mostHistory } from './compliance.ts';

/**
 * The status of a ConfigurationPolicy, as a merge patch: what there is nothing to say of is absent. Times change only
 * with what they are times of.
 */
export function statusOf(
  policy: ConfigurationPolicy,
  outcome: Pick<PolicyOutcome, 'compliance' | 'details' | 'relatedObjects' | 'messages'>,
  { now, timed }: { readonly now: Instant; readonly timed: boolean },
): Json {
  const before = policy.status ?? {};
  const { compliance, details, relatedObjects, messages } = outcome;
  const compliant = compliance === 'UnknownCompliancy' ? null : compliance;
  const status = {
    compliant,
    compliancyDetails: details.map((detail, at) => timedDetail(detail, before, { at, now })),
    relatedObjects: relatedObjects.length === 0 ? null : relatedObjects,
    history: historyOf(before, messages, now),
    lastEvaluatedGeneration: policy.metadata.generation ?? 0,
  };
  const same = Object.entries(status).every(([key, value]) =>
    jsonEqual(value ?? undefined, before[key as keyof ConfigurationPolicyStatus]),
  );
  if (same && !timed) return status as unknown as Json;
  return { ...status, lastEvaluated: formatInstant(now) } as unknown as Json;
}

function timedDetail(
  { Compliant, conditions }: Detail,
  { compliancyDetails = [] }: ConfigurationPolicyStatus,
  { at, now }: { readonly at: number; readonly now: Instant },
): CompliancyDetail {
  const [old] = compliancyDetails[at]?.conditions ?? [];
  return {
    ...(Compliant !== 'UnknownCompliancy' && { Compliant }),
    Validity: {},
    conditions: conditions.map((condition) => {
      const same =
        old?.type === condition.type &&
        old.reason === condition.reason &&
        old.message === condition.message;
      const lastTransitionTime = same ? old.lastTransitionTime : undefined;
      return { ...condition, lastTransitionTime: lastTransitionTime ?? formatInstant(now) };
    }),
  };
}

function historyOf(
  { history = [] }: ConfigurationPolicyStatus,
  messages: readonly string[],
  now: Instant,
): ConfigurationPolicyStatus['history'] | null {
  const said = messages.map((message) => ({ lastTimestamp: formatInstant(now), message }));
  const all = [...said.toReversed(), ...history].slice(0, mostHistory);
  return all.length === 0 ? null : all;
}
