import { type Instant, plus } from '../../base/instant.ts';
import { type Ref, refKey } from '../../kube/object.ts';
import { isAccessReview } from './access-review.ts';
import { refusedBackoff, wait, writeBackoff } from './backoff.ts';
import type { Action, Attempt, World } from './controller.ts';
import type { Executed } from './executor.ts';
import { hash } from './no-op.ts';

/** Of successes only the latest are remembered; failures are, until they are mended. */
const rememberedSuccesses = 4096;
const rememberedFailures = 50_000;

interface Memory {
  readonly attempt: Attempt;
  /** Hash of what was tried: the same thing is not tried again before `heldUntil`. */
  readonly tried: string;
  readonly failures: number;
  readonly heldUntil: Instant;
}

/** What became of the writes of one controller, by object. */
export class Attempts {
  readonly #failed = new Map<string, Map<string, Memory>>();
  readonly #succeeded = new Map<string, Attempt>();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** The last failure that has not been mended, else the last success. */
  of(on: Ref, at: World): Attempt | undefined {
    const key = objectKey(on, at);
    let last: Attempt | undefined;
    for (const { attempt } of this.#failed.get(key)?.values() ?? []) {
      if (last === undefined || attempt.at >= last.at) last = attempt;
    }
    return last ?? this.#succeeded.get(key);
  }

  /** Until when the very same action must wait, null when it may be done. */
  heldUntil(on: Ref, action: Action, now: Instant): Instant | null {
    const memory = this.#failed.get(objectKey(on, action.at ?? 'hub'))?.get(action.do);
    return memory !== undefined && memory.heldUntil > now && memory.tried === hash(action)
      ? memory.heldUntil
      : null;
  }

  /** Takes note; says whether a reconciler would see something new, and when to try again. */
  note(
    on: Ref,
    action: Action,
    input: { readonly executed: Executed; readonly now: Instant },
  ): { readonly news: boolean; readonly retryAt: Instant | null } {
    const key = objectKey(on, action.at ?? 'hub');
    const { executed, now } = input;
    const of = { at: now, ...(action.intent !== undefined && { intent: action.intent }) };
    const before = this.#failed.get(key)?.get(action.do);
    if (executed.ok) {
      this.#forget(key, action.do);
      this.#remember(key, { ...of, failure: null });
      // A review leaves nothing behind that would wake the key.
      const answered = action.do === 'create' && isAccessReview(action.object);
      return { news: before !== undefined || answered, retryAt: null };
    }
    const tried = hash(action);
    // The same refusal of a slightly different write (a later heartbeat) is the same failure going on.
    const same = before?.tried === tried || before?.attempt.failure?.reason === executed.reason;
    const failures = before !== undefined && same ? before.failures + 1 : 1;
    const backoff = executed.retry === 'never' ? refusedBackoff : writeBackoff;
    const heldUntil = plus(now, Math.ceil(wait(backoff, failures, this.#random)));
    const failure = {
      status: executed.status,
      reason: executed.reason,
      message: executed.why,
    };
    const verbs = this.#failed.get(key) ?? new Map<string, Memory>();
    verbs.set(action.do, { attempt: { ...of, failure }, tried, failures, heldUntil });
    this.#failed.delete(key);
    this.#failed.set(key, verbs);
    dropOldest(this.#failed, rememberedFailures);
    const known = before?.attempt;
    const news =
      executed.retry !== 'now' &&
      (known?.intent !== action.intent ||
        known?.failure?.reason !== failure.reason ||
        known.failure.message !== failure.message);
    return { news, retryAt: heldUntil };
  }

  /** Nothing had to be done: whatever failed before no longer matters. */
  mended(on: Ref, action: Action): boolean {
    return this.#forget(objectKey(on, action.at ?? 'hub'), action.do);
  }

  #forget(key: string, verb: string): boolean {
    const verbs = this.#failed.get(key);
    if (verbs === undefined || !verbs.delete(verb)) return false;
    if (verbs.size === 0) this.#failed.delete(key);
    return true;
  }

  #remember(key: string, attempt: Attempt): void {
    this.#succeeded.delete(key);
    this.#succeeded.set(key, attempt);
    dropOldest(this.#succeeded, rememberedSuccesses);
  }
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

function objectKey(ref: Ref, at: World): string {
  return `${at} ${refKey(ref)}`;
}
