import { formatInstant, type Instant, parseInstant } from '../../../base/instant.ts';
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

type History = NonNullable<PolicyDetail['history']>;

/** What a template has said, the newest first; undefined where nothing is known yet. */
export function saidBy(template: ConfigurationPolicy): History | undefined {
  const newest = messageOf(template);
  if (newest === undefined) return undefined;
  const history = template.status?.history ?? [];
  return history[0]?.message === newest ? history : [{ message: newest }];
}

/** A template's detail: what is new in front of what was known, so that no state is lost that came and went. */
export function detailOf(input: {
  readonly template: string;
  readonly policy: string;
  readonly before: PolicyDetail | undefined;
  readonly said: History | undefined;
  readonly now: Instant;
}): PolicyDetail {
  const { template, before, said = [] } = input;
  const known = before?.history ?? [];
  const news = said.slice(0, newIn(said, known)).map((entry, at) => told(entry, at, input));
  const history = [...news, ...known].slice(0, mostHistory);
  const compliant = stateOf(history[0]?.message);
  return {
    templateMeta: { name: template },
    ...(compliant && { compliant }),
    ...(history.length > 0 && { history }),
  };
}

/** How many entries come before the first one that is known; without a time it is the newest that counts. */
function newIn(said: History, known: History): number {
  const at = said.findIndex(({ message, lastTimestamp }) =>
    lastTimestamp === undefined
      ? known[0]?.message === message
      : known.some((one) => one.message === message && one.lastTimestamp === lastTimestamp),
  );
  return at < 0 ? said.length : at;
}

function told(
  { message = '', lastTimestamp }: History[number],
  at: number,
  { policy, now }: { readonly policy: string; readonly now: Instant },
): History[number] {
  const time = (lastTimestamp === undefined ? null : parseInstant(lastTimestamp)) ?? now;
  // In a name of an event stand nanoseconds; what was said in the same second keeps its order.
  const nanos = BigInt(time) * 1_000_000n + BigInt(mostHistory - at);
  return {
    eventName: `${policy}.${nanos.toString(16)}`,
    lastTimestamp: lastTimestamp ?? formatInstant(now),
    message,
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
