import { formatMicroTime, type Instant, type Millis, plus } from '../../base/instant.ts';
import { type Lease, type LeaseSpec, leaseKind } from '../../kube/core.ts';
import type { Cluster } from '../client/cluster.ts';
import { type Clock, until } from './clock.ts';
import type { Log } from './log.ts';

/** How long a lease counts, how long its holder tries to renew it, and how often anybody tries (client-go's numbers). */
export interface LeadershipTimes {
  readonly lease: Millis;
  readonly renew: Millis;
  readonly retry: Millis;
}
export const defaultTimes: LeadershipTimes = { lease: 15_000, renew: 10_000, retry: 2_000 };

export interface LeadershipInput {
  readonly cluster: Cluster;
  readonly namespace: string;
  /** Of the lease. */
  readonly name: string;
  /** Who we are; another for every process. */
  readonly identity: string;
  readonly clock: Clock;
  /** In [0, 1), for jitter. */
  readonly random: () => number;
  readonly log: Log;
  /** Gives the lease up when it aborts. */
  readonly signal: AbortSignal;
  readonly times?: LeadershipTimes;
}

/** What a candidate has seen of the lease, and when by its own clock: clocks of others are not trusted. */
export interface Observed {
  readonly record: string;
  readonly since: Instant;
}

export type LeaseStep =
  | { readonly step: 'wait'; readonly holder: string }
  | { readonly step: 'take'; readonly spec: LeaseSpec };

/** Whether to take or renew a lease, by what is stored and since when it has not changed (client-go `tryAcquireOrRenew`). */
export function leaseStep(
  lease: Lease | null,
  observed: Observed,
  by: { readonly identity: string; readonly now: Instant; readonly times: LeadershipTimes },
): LeaseStep {
  const { identity, now, times } = by;
  const renewTime = formatMicroTime(now);
  const mine = { holderIdentity: identity, leaseDurationSeconds: Math.ceil(times.lease / 1000) };
  const spec = lease?.spec;
  if (spec === undefined) {
    return { step: 'take', spec: { ...mine, acquireTime: renewTime, renewTime } };
  }
  const holder = spec.holderIdentity ?? '';
  if (holder === identity) return { step: 'take', spec: { ...spec, ...mine, renewTime } };
  // The holder says itself for how long it is to be left alone.
  const duration = (spec.leaseDurationSeconds ?? 0) * 1000;
  if (holder !== '' && now < plus(observed.since, duration)) return { step: 'wait', holder };
  const leaseTransitions = (spec.leaseTransitions ?? 0) + 1;
  return { step: 'take', spec: { ...mine, acquireTime: renewTime, renewTime, leaseTransitions } };
}

/** A lease that is held. */
export interface Leadership {
  /** Aborts when the lease could not be renewed in time, or was given up: somebody else may lead from then on. */
  readonly over: AbortSignal;
  /** Resolves when the lease has been given up, after `signal` aborted. */
  readonly released: Promise<void>;
}

/** Waits until the lease is ours; null when the signal aborts before. */
export async function becomeLeader(input: LeadershipInput): Promise<Leadership | null> {
  const { clock, signal, log, random, times = defaultTimes } = input;
  const candidate = new Candidate(input, times);
  let holder = '';
  while (!signal.aborted) {
    const tried = await candidate.attempt();
    if (tried.held) {
      log('info', 'leads', { lease: `${input.namespace}/${input.name}` });
      return lead(candidate, input, times);
    }
    if (tried.why !== holder) log('info', `waits to lead: ${tried.why}`);
    holder = tried.why;
    await until(plus(clock.now(), times.retry * (1 + 0.2 * random())), clock, signal);
  }
  return null;
}

function lead(candidate: Candidate, input: LeadershipInput, times: LeadershipTimes): Leadership {
  const { clock, signal, log } = input;
  const over = new AbortController();
  const run = async (): Promise<void> => {
    let renewed = clock.now();
    while (!signal.aborted) {
      await until(plus(clock.now(), times.retry), clock, signal);
      if (signal.aborted) break;
      const tried = await Promise.race([candidate.attempt(), tooLate(renewed)]);
      if (tried.held) {
        renewed = clock.now();
        continue;
      }
      if (tried.taken || clock.now() >= plus(renewed, times.renew)) {
        log('error', `leads no more: ${tried.why}`);
        over.abort();
        return;
      }
    }
    over.abort();
    await candidate.release();
  };
  const tooLate = async (renewed: Instant): Promise<Tried> => {
    await until(plus(renewed, times.renew), clock, signal);
    return { held: false, taken: false, why: 'the lease was not renewed in time' };
  };
  return { over: over.signal, released: run() };
}

interface Tried {
  readonly held: boolean;
  /** Somebody else holds it. */
  readonly taken: boolean;
  readonly why: string;
}

class Candidate {
  readonly #input: LeadershipInput;
  readonly #times: LeadershipTimes;
  #observed: Observed | null = null;

  constructor(input: LeadershipInput, times: LeadershipTimes) {
    this.#input = input;
    this.#times = times;
  }

  async attempt(): Promise<Tried> {
    const { cluster, clock, namespace, name, identity } = this.#input;
    const found = await cluster.get<Lease>(leaseKind, namespace, name);
    if (!found.ok && found.status !== 404) return no(found.message);
    const lease = found.ok ? found.value : null;
    const now = clock.now();
    const record = JSON.stringify(lease?.spec ?? null);
    if (this.#observed?.record !== record) this.#observed = { record, since: now };
    const step = leaseStep(lease, this.#observed, { identity, now, times: this.#times });
    if (step.step === 'wait') {
      return { held: false, taken: true, why: `${step.holder} holds the lease` };
    }
    const written = await this.#write(lease, step.spec);
    if (!written.ok) return no(written.message);
    this.#observed = { record: JSON.stringify(written.value.spec ?? null), since: now };
    return { held: true, taken: false, why: '' };
  }

  /** Lets the next candidate take it at once. */
  async release(): Promise<void> {
    const { cluster, clock, namespace, name, identity } = this.#input;
    const found = await cluster.get<Lease>(leaseKind, namespace, name);
    if (!found.ok || found.value.spec?.holderIdentity !== identity) return;
    const renewTime = formatMicroTime(clock.now());
    const { leaseTransitions = 0 } = found.value.spec;
    await this.#write(found.value, {
      holderIdentity: '',
      leaseDurationSeconds: 1,
      acquireTime: renewTime,
      renewTime,
      leaseTransitions,
    });
  }

  #write(lease: Lease | null, spec: LeaseSpec) {
    const { cluster, namespace, name } = this.#input;
    if (lease !== null) return cluster.replace<Lease>({ ...lease, spec });
    const { group, version, kind } = leaseKind;
    const metadata = { name, namespace };
    return cluster.create<Lease>({ apiVersion: `${group}/${version}`, kind, metadata, spec });
  }
}

function no(why: string): Tried {
  return { held: false, taken: false, why };
}
