import { jsonHash } from '../../../base/hash.ts';
import { type Instant, plus } from '../../../base/instant.ts';
import type { ProgramObject } from '../../../ir/program-object.ts';
import type { KubeObject, Ref } from '../../../kube/object.ts';
import { workGroup } from '../../../kube/ocm/work.ts';
import { accessDenied } from '../../control/access-review.ts';
import type { Action, Snapshot } from '../../control/controller.ts';

/** How long an answer about rights holds. */
const freshFor = 5 * 60_000;

/** What may be done to what, as a SubjectAccessReview says it. */
export interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** Empty for kinds that lie in none. */
  readonly namespace: string;
  /** Absent: all of them. */
  readonly name?: string;
}

/** Whether a Program's account may do something. */
export type Right =
  | { readonly state: 'allowed' }
  | { readonly state: 'denied'; readonly message: string }
  /** The API server did not answer the question. */
  | { readonly state: 'unclear'; readonly message: string }
  /** `isRepeated`: it was allowed the last time. */
  | { readonly state: 'asked'; readonly isRepeated: boolean };

/** An answer about a right, and what is to be asked. */
export interface RightAsked {
  readonly right: Right;
  readonly actions: readonly Action[];
  readonly again?: Instant;
}

interface Pass {
  readonly snapshot: Snapshot;
  readonly now: Instant;
}

/**
 * Asks whether the account may `create manifestworkreplicasets` in the app's namespace, which is what upstream would ask
 * for the same effect (architecture.md §7).
 */
export function rightToDeliver(program: ProgramObject, namespace: string, of: Pass): RightAsked {
  const resource = 'manifestworkreplicasets';
  return rightTo({ verb: 'create', group: workGroup, resource, namespace }, program, of);
}

/**
 * Asks whether a Program's account may do something. The question is a SubjectAccessReview that is created; the driver
 * remembers a denial as a refused attempt, and tries again after every failure.
 */
export function rightTo(asked: ResourceAttributes, program: ProgramObject, of: Pass): RightAsked {
  const review = reviewFor(program, asked);
  const attempt = of.snapshot.attempt(refOfReview(review));
  const ask: Action = { do: 'create', object: review, independent: true };
  if (attempt === undefined) {
    return { right: { state: 'asked', isRepeated: false }, actions: [ask], again: plus(of.now, 1) };
  }
  if (attempt.failure !== null) {
    const { reason, message } = attempt.failure;
    const state = reason === accessDenied ? 'denied' : 'unclear';
    return { right: { state, message }, actions: [ask] };
  }
  if (of.now - attempt.at < freshFor) return { right: { state: 'allowed' }, actions: [] };
  return { right: { state: 'asked', isRepeated: true }, actions: [ask], again: plus(of.now, 1) };
}

function reviewFor(
  { metadata, spec }: ProgramObject,
  resourceAttributes: ResourceAttributes,
): KubeObject {
  const programNamespace = metadata.namespace ?? '';
  const user = `system:serviceaccount:${programNamespace}:${spec?.serviceAccountName ?? ''}`;
  const asked = {
    user,
    groups: [
      'system:serviceaccounts',
      `system:serviceaccounts:${programNamespace}`,
      'system:authenticated',
    ],
    resourceAttributes: { ...resourceAttributes },
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
