import type { KubeObject } from '../../kube/object.ts';
import type { Cluster } from '../client/cluster.ts';
import type { Executed } from './executor.ts';

/** Whether an object is a question about rights, which an API server answers and never stores. */
export function isAccessReview({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion.startsWith('authorization.k8s.io/') && kind === 'SubjectAccessReview';
}

/** Reason of an attempt whose question was answered with no: a failure of any other reason answers nothing. */
export const accessDenied = 'AccessDenied';

/**
 * Asks an API server whether somebody may do something. A denial is a failed attempt, so that the reconciler that
 * asked finds the answer in `Snapshot.attempt` under the name it gave the review; the name itself is not sent, because
 * reviews must not have one.
 */
export async function askForAccess(cluster: Cluster, review: KubeObject): Promise<Executed> {
  const { metadata: _, ...asked } = review;
  const answer = await cluster.create({ ...asked, metadata: {} } as unknown as KubeObject);
  if (!answer.ok) {
    const { status, reason, message } = answer;
    return { ok: false, retry: 'backoff', status, reason, why: message };
  }
  const status = answer.value.status as
    | { readonly allowed?: boolean; readonly reason?: string }
    | undefined;
  if (status?.allowed === true) return { ok: true };
  const why = status?.reason || 'not allowed';
  return { ok: false, retry: 'backoff', status: 403, reason: accessDenied, why };
}
