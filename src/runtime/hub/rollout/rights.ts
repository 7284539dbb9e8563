import { jsonHash } from '../../../base/hash.ts';
import { type Instant, plus } from '../../../base/instant.ts';
import type { ProgramObject } from '../../../ir/program-object.ts';
import type { KubeObject, Ref } from '../../../kube/object.ts';
import { workGroup } from '../../../kube/ocm/work.ts';
import { accessDenied } from '../../control/access-review.ts';
import type { Action, Snapshot } from '../../control/controller.ts';

/** How long an answer about rights holds. */
const freshFor = 5 * 60_000;

/** Whether a Program's account may deliver works to the clusters of a namespace. */
export type Right =
  | { readonly state: 'allowed' }
  | { readonly state: 'denied'; readonly message: string }
  /** The API server did not answer the question. */
  | { readonly state: 'unclear'; readonly message: string }
  | { readonly state: 'asked' };

/**
 * Asks whether the account may `create manifestworkreplicasets` in the app's namespace, which is what upstream would ask
 * for the same effect (architecture.md §7). The question is a SubjectAccessReview that is created; the driver remembers
 * a denial as a refused attempt, and tries again after every failure.
 */
export function rightToDeliver(
  program: ProgramObject,
  namespace: string,
  of: { readonly snapshot: Snapshot; readonly now: Instant },
): { readonly right: Right; readonly actions: readonly Action[]; readonly again?: Instant } {
  const review = reviewFor(program, namespace);
  const attempt = of.snapshot.attempt(refOfReview(review));
  const ask: Action = { do: 'create', object: review, independent: true };
  if (attempt === undefined) {
    return { right: { state: 'asked' }, actions: [ask], again: plus(of.now, 1) };
  }
  if (attempt.failure !== null) {
    const { reason, message } = attempt.failure;
    const state = reason === accessDenied ? 'denied' : 'unclear';
    return { right: { state, message }, actions: [ask] };
  }
  if (of.now - attempt.at < freshFor) return { right: { state: 'allowed' }, actions: [] };
  return { right: { state: 'asked' }, actions: [ask], again: plus(of.now, 1) };
}

function reviewFor({ metadata, spec }: ProgramObject, namespace: string): KubeObject {
  const programNamespace = metadata.namespace ?? '';
  const user = `system:serviceaccount:${programNamespace}:${spec?.serviceAccountName ?? ''}`;
  const asked = {
    user,
    groups: [
      'system:serviceaccounts',
      `system:serviceaccounts:${programNamespace}`,
      'system:authenticated',
    ],
    resourceAttributes: {
      verb: 'create',
      group: workGroup,
      resource: 'manifestworkreplicasets',
      namespace,
    },
  };
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    // Only a name to remember the answer by: a review is never stored.
    metadata: { name: jsonHash(asked).slice(0, 32) },
    spec: asked,
  };
}

function refOfReview({ metadata, kind }: KubeObject): Ref {
  return { group: 'authorization.k8s.io', version: 'v1', kind, namespace: '', name: metadata.name };
}
