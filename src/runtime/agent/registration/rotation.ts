import { type Instant, type Millis, plus } from '../../../base/instant.ts';
import { managedClusterKind } from '../../../kube/ocm/cluster.ts';
import type { Cluster } from '../../client/cluster.ts';
import { type Backoff, retryAt } from '../../control/backoff.ts';
import { until } from '../../control/clock.ts';
import { type ClientCertificate, readClientCertificate, renewalAt } from './certificate.ts';
import { agentCertificateKind, type Facts } from './facts.ts';
import type { HubCredential } from './hub-credential.ts';
import { type RequestInput, requestCertificate } from './request-certificate.ts';

const renewBackoff: Backoff = { first: 10_000, factor: 2, cap: 600_000, jitter: 0.3 };
/** A new certificate that is due at once (a clock is wrong) is not renewed over and over, in milliseconds. */
const renewAtMostEvery: Millis = 60_000;
/** How often the hub is asked whether it still knows us, and how often in a row it must say no. */
const checkEvery: Millis = 60_000;
const refusalsUntilLost = 3;

export interface RotationInput extends Omit<RequestInput, 'hub'> {
  /** With the agent's own identity. */
  readonly hub: Cluster;
  readonly credential: HubCredential;
  readonly facts: Facts;
  /** Called with a renewed credential, which is in the folder already. */
  readonly onRenewed: (credential: HubCredential) => Promise<void>;
}

/**
 * Renews the certificate in time, for ever. Resolves with the reason when the credential is lost (expired, or the hub no
 * longer knows it), so that the agent must join anew; null when the signal aborts.
 */
export async function rotate(input: RotationInput): Promise<string | null> {
  const { clock, random, signal, facts, log } = input;
  let { credential } = input;
  let failures = 0;
  let renewed: Instant | null = null;
  while (!signal.aborted) {
    const certificate = readClientCertificate(credential.certificatePem, credential.keyPem);
    if (certificate === null) return 'certificate and key do not fit';
    if (failures === 0) publish(facts, certificate, null);
    const first = later(renewalAt(certificate, random()), renewed);
    const due = failures === 0 ? first : retryAt(clock.now(), renewBackoff, failures, random);
    const lost = await waitUntil(due, certificate, input);
    if (lost !== null || signal.aborted) return lost;
    const requested = await renew(credential, certificate, input);
    if (signal.aborted) return null;
    if (requested.ok) {
      credential = requested.credential;
      renewed = clock.now();
      failures = 0;
    } else {
      failures += 1;
      publish(facts, certificate, `Failed to rotated client certificate ${requested.why}`);
      log('warn', 'the certificate is not renewed', { why: requested.why });
    }
  }
  return null;
}

async function renew(
  credential: HubCredential,
  { notAfter }: ClientCertificate,
  input: RotationInput,
): Promise<
  | { readonly ok: true; readonly credential: HubCredential }
  | { readonly ok: false; readonly why: string }
> {
  input.log('info', 'renewing the certificate', { cluster: input.clusterName });
  const deadline = deadlineSignal(notAfter, input);
  const requested = await requestCertificate({ ...input, signal: deadline.signal });
  deadline.cancel();
  if (!requested.ok) return requested;
  const { certificatePem, keyPem } = requested;
  const renewed = { ...credential, certificatePem, keyPem };
  input.folder.save(renewed);
  await input.onRenewed(renewed);
  input.log('info', 'the certificate is renewed', { cluster: input.clusterName });
  return { ok: true, credential: renewed };
}

function publish(facts: Facts, { notBefore, notAfter }: ClientCertificate, failure: string | null) {
  facts.put(agentCertificateKind, { notBefore, notAfter, failure });
}

function later(due: Instant, renewed: Instant | null): Instant {
  const soonest = renewed === null ? due : plus(renewed, renewAtMostEvery);
  return soonest > due ? soonest : due;
}

/** Waits, looking now and then whether the hub still knows us; the answer is why not. */
async function waitUntil(
  due: Instant,
  { notAfter }: ClientCertificate,
  { clock, signal, hub, clusterName }: RotationInput,
): Promise<string | null> {
  let refusals = 0;
  while (!signal.aborted) {
    const now = clock.now();
    if (now >= notAfter) return 'the certificate has expired';
    if (now >= due) return null;
    const next = Math.min(due, notAfter, plus(now, checkEvery)) as Instant;
    await until(next, clock, signal);
    if (signal.aborted || clock.now() >= due) continue;
    const answer = await hub.get(managedClusterKind, '', clusterName);
    refusals = !answer.ok && answer.status === 401 ? refusals + 1 : 0;
    if (refusals >= refusalsUntilLost) return 'the hub does not accept the certificate';
  }
  return null;
}

/** Aborts when the certificate expires: what was asked with it can no longer be answered. */
function deadlineSignal(
  at: Instant,
  { clock, signal }: RotationInput,
): { readonly signal: AbortSignal; readonly cancel: () => void } {
  const stop = new AbortController();
  const cancel = clock.at(at, () => stop.abort());
  return { signal: AbortSignal.any([signal, stop.signal]), cancel };
}
