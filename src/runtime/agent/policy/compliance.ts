import { formatInstant, type Instant } from '../../../base/instant.ts';
import type {
  ConfigurationPolicy,
  PolicyCompliance,
  PolicyDetail,
} from '../../../kube/ocm/policy.ts';

/** Entries of history a template keeps (policy.md §2.8). */
export const mostHistory = 10;

/** What a ConfigurationPolicy says of itself, in the words of upstream's events: state first. */
export function messageOf({ status }: ConfigurationPolicy): string | undefined {
  const { compliant } = status ?? {};
  if (compliant === undefined) return undefined;
  const [newest] = status?.history ?? [];
  if (newest?.message !== undefined && stateOf(newest.message) === compliant) return newest.message;
  const parts = (status?.compliancyDetails ?? []).flatMap(({ conditions }) =>
    (conditions ?? []).map(({ type, message = '' }) => `${type} - ${message}`),
  );
  return [compliant, ...parts].join('; ');
}

/** The state a message begins with; anything else is NonCompliant (status sync of governance-policy-framework-addon). */
export function stateOf(message: string | undefined): PolicyCompliance | undefined {
  if (message === undefined) return undefined;
  const text = message
    .replace(/^\(combined from similar events\):/, '')
    .trim()
    .toLowerCase();
  if (text.startsWith('compliant')) return 'Compliant';
  return text.startsWith('pending') ? 'Pending' : 'NonCompliant';
}

/** A template's detail with its newest message in front of the history, where it is new. */
export function detailOf(input: {
  readonly template: string;
  readonly policy: string;
  readonly before: PolicyDetail | undefined;
  /** undefined: nothing is known yet. */
  readonly message: string | undefined;
  readonly now: Instant;
}): PolicyDetail {
  const { template, policy, before, message, now } = input;
  const known = before?.history ?? [];
  const history =
    message === undefined || known[0]?.message === message
      ? known
      : [
          {
            eventName: `${policy}.${(BigInt(now) * 1_000_000n).toString(16)}`,
            lastTimestamp: formatInstant(now),
            message,
          },
          ...known,
        ].slice(0, mostHistory);
  const compliant = stateOf(history[0]?.message);
  return {
    templateMeta: { name: template },
    ...(compliant && { compliant }),
    ...(history.length > 0 && { history }),
  };
}

/** The policy's state: the worst of its templates; while one is silent, what it was before. */
export function policyState(
  details: readonly PolicyDetail[],
  before: PolicyCompliance | undefined,
): PolicyCompliance | undefined {
  const states = details.map(({ compliant }) => compliant);
  if (states.includes('NonCompliant')) return 'NonCompliant';
  if (states.includes('Pending')) return 'Pending';
  return states.includes(undefined) ? before : 'Compliant';
}
