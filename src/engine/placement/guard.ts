import { formatInstant, type Instant, plus } from '../../base/instant.ts';
import { compareText } from '../../base/json.ts';
import type { NewCondition } from '../../kube/conditions.ts';
import { isTerminating } from '../inventory/facts.ts';
import { clusterFacts } from '../inventory/inventory.ts';
import { misconfiguredCondition } from './conditions.ts';
import { exactCount } from './count.ts';
import { groupsOf } from './groups.ts';
import type { PipelineInput } from './input.ts';
import { inputsOf, type WorldInput } from './mentions.ts';
import { type Limits, limitsOf, openWindow, type Removals, withLeaving } from './removals.ts';
import type { ScheduleOutcome } from './schedule.ts';
import { success } from './status.ts';

/** What the guard looks at besides what scheduling does. */
export interface GuardInput extends PipelineInput {
  /** What is not wholly read yet. As long as the decision depends on any of it, it stays as it is. */
  readonly unread: readonly WorldInput[];
  /** `removals` of the outcome before; null where there is none. */
  readonly removals: Removals | null;
  /** Until when somebody allows what the guard would refuse; null where nobody does. */
  readonly allowedUntil: Instant | null;
}

/** Why a decision stays as it is. */
export interface Hold {
  /** Reason of the condition PlacementSatisfied. */
  readonly reason: 'Misconfigured' | 'InventoryPartial' | 'WouldBeEmpty' | 'TooManyRemoved';
  /** What would have happened, and what to do about it. */
  readonly message: string;
}

/**
 * What is to be decided. Where it is held, `selected` are the clusters that stay; `groups` null: the decisions are not
 * to be touched.
 */
export interface GuardedOutcome extends ScheduleOutcome {
  readonly held: Hold | null;
  /** To be kept and given to the next pass; null: nothing to keep. */
  readonly removals: Removals | null;
}

/** Annotation of a Placement, an RFC 3339 time: until then nothing is refused for being too much. Written by people. */
export const removalAllowedAnnotation = 'ocmlang.dev/removal-allowed-until';

/** Annotation of a Placement that keeps `removals` from pass to pass. Written by the controller. */
export const removalsAnnotation = 'ocmlang.dev/removals';

/**
 * Takes a new decision, or keeps the one there is: where the placement is mistaken, where what it depends on is not
 * wholly read, and where the guard of the placement forbids what would leave. Clusters that are gone, or going, are no
 * matter of the guard: nothing can keep them. Under `compat: upstream` every outcome is taken, as upstream does.
 */
export function guard(outcome: ScheduleOutcome, input: GuardInput): GuardedOutcome {
  if (input.compat === 'upstream') return { ...outcome, held: null, removals: null };
  const limits = limitsOf(input.placement.guard);
  const problem = problemOf(outcome) ?? (typeof limits === 'string' ? `guard:${limits}` : null);
  if (problem !== null || typeof limits === 'string')
    return mistaken(problem ?? '', outcome, input);
  const partial = partialOf(input);
  if (partial !== null) return keep(partial, outcome, input);
  if (!limits.neverEmpty && limits.removeAtMost === null) {
    return { ...outcome, held: null, removals: null };
  }
  const there = present(input);
  const stay = new Set(outcome.selected);
  const leaving = there.filter((name) => !stay.has(name));
  const removals = withLeaving(input.removals, limits, {
    of: there.length,
    leaving: leaving.length,
    joining: stay.size - (there.length - leaving.length),
    target: outcome.selected,
    now: input.now,
  });
  const refusal = refusalOf({ leaving, removals, limits, outcome, input });
  if (refusal === null) return { ...outcome, held: null, removals };
  return release(keep(refusal, outcome, input), { there, limits, input });
}

/** Why a decision had better stay as it is: a mistake in a placement must not evict workloads (placement.md §19). */
function problemOf({ error, status, groups, conditions }: ScheduleOutcome): string | null {
  if (error !== null) return `:${error}`;
  const { code, plugin, message } = status;
  if (code === 'Misconfigured' || code === 'Error') return `${plugin}:${message}`;
  if (groups !== null) return null;
  return conditions.find(({ type }) => type === 'PlacementMisconfigured')?.message ?? ':';
}

const stays = 'the decisions stay as they were';

function mistaken(message: string, outcome: ScheduleOutcome, input: GuardInput): GuardedOutcome {
  const kept = keep({ reason: 'Misconfigured', message: stays }, outcome, input);
  const type = 'PlacementMisconfigured';
  const said: NewCondition = { type, status: 'True', reason: 'Misconfigured', message };
  // Where there is nothing to keep it gets an empty decision, as a placement does that selects nothing.
  const isNew = input.decided.length === 0 && !input.unread.includes('decisions');
  const groups = isNew ? [{ name: '', index: 0, clusters: [] }] : null;
  return { ...kept, groups, conditions: [said, ...kept.conditions.slice(1)] };
}

function partialOf({ unread, placement }: GuardInput): Hold | null {
  const missing = inputsOf(placement).filter((of) => unread.includes(of));
  if (missing.length === 0) return null;
  const message = `not all ${missing.join(' and ')} are read yet; ${stays} until they are`;
  return { reason: 'InventoryPartial', message };
}

/** Clusters of the decision that are there and not going. */
function present({ decided, inventory }: PipelineInput): readonly string[] {
  return [...new Set(decided)].filter((name) => {
    const facts = clusterFacts(inventory, name);
    return facts !== undefined && !isTerminating(facts);
  });
}

interface Case {
  readonly leaving: readonly string[];
  readonly removals: Removals | null;
  readonly limits: Limits;
  readonly outcome: ScheduleOutcome;
  readonly input: GuardInput;
}

function refusalOf({ leaving, removals, limits, outcome, input }: Case): Hold | null {
  const { allowedUntil, now } = input;
  if (leaving.length === 0 || (allowedUntil !== null && now < allowedUntil)) return null;
  if (limits.neverEmpty && outcome.selected.length === 0) {
    const what = `no cluster would be left of ${leaving.length} (${some(leaving)})`;
    return { reason: 'WouldBeEmpty', message: `${what}; ${stays}; ${remedy(input)}` };
  }
  if (removals === null || limits.removeAtMost === null) return null;
  const most = Number(exactCount(limits.removeAtMost, removals.of));
  if (removals.removed <= most) return null;
  const before = removals.removed - leaving.length;
  const since =
    before === 0 ? '' : ` after ${before} counted since ${formatInstant(removals.since)}`;
  const what = `${leaving.length} of ${removals.of} clusters would leave${since}, and ${most} may`;
  const message = `${what} (${some(leaving)}); ${stays}; ${remedy(input)}`;
  return { reason: 'TooManyRemoved', message };
}

function remedy({ placement: { name, namespace } }: GuardInput): string {
  const where = namespace === null ? '' : ` -n ${namespace}`;
  const allow = `kubectl annotate placement ${name}${where} ${removalAllowedAnnotation}=TIME`;
  return `undo what drops them, or let them go: ${allow}`;
}

/** Names of clusters a message lists. */
const mostNamed = 5;

function some(names: readonly string[]): string {
  const more = names.length - mostNamed;
  const named = names.toSorted(compareText).slice(0, mostNamed).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}

function keep(held: Hold, outcome: ScheduleOutcome, input: GuardInput): GuardedOutcome {
  const configured = outcome.conditions[0] ?? misconfiguredCondition(success);
  return {
    ...outcome,
    selected: [...new Set(input.decided)],
    groups: null,
    scores: outcome.scores === null ? null : (input.recorded ?? null),
    conditions: [configured, { type: 'PlacementSatisfied', status: 'False', ...held }],
    held,
    removals: input.removals,
  };
}

// What is gone leaves also a decision that is held. The next window may let go what this one does not.
function release(
  kept: GuardedOutcome,
  { there, limits, input }: Pick<Case, 'limits' | 'input'> & { readonly there: readonly string[] },
): GuardedOutcome {
  const open = openWindow(input.removals, limits, input.now);
  const end = open === null ? null : plus(open.since, limits.window);
  const recheckAt = earliest(kept.recheckAt, end);
  const grouped = there.length === kept.selected.length ? null : groupsOf(there, input);
  if (!grouped?.ok) return { ...kept, recheckAt };
  return { ...kept, selected: there, groups: grouped.groups, recheckAt };
}

function earliest(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
