import type { RelatedObject } from '../../kube/ocm/policy.ts';

/** Why an object is as it is; the words upstream's related objects have (config-policy-controller). */
export const reasons = {
  foundAsExpected: 'Resource found as expected',
  created: 'K8s creation success',
  updated: 'K8s update success',
  deleted: 'K8s deletion success',
  noMatch: 'Resource found but does not match',
  notFound: 'Resource not found but should exist',
  unwanted: 'Resource found but should not exist',
  missingAsExpected: 'Resource not found as expected',
  creationError: 'K8s creation error',
  deletionError: 'K8s deletion error',
  updateError: 'K8s update template error',
  templateError: 'Error processing template',
  decodeError: 'K8s decode object definition error',
  missingNamespace: 'K8s missing namespace',
  namespaceSelector: 'namespaceSelector error',
  objectSelector: 'objectSelector error',
  apiError: 'K8s error',
} as const;

/** One step of the evaluation of an object. */
export interface PolicyEvent {
  readonly compliant: boolean;
  readonly reason: string;
  /** Empty where the reason says it all. */
  readonly message: string;
}

/** What became of one wanted object: the steps in order, and what the objects it is about are called. */
export interface ObjectResult {
  /** `namespace/name` of the wanted object. */
  readonly key: string;
  readonly names: readonly string[];
  readonly events: readonly PolicyEvent[];
}

/** Adds a related object, or replaces one of the same identity that says something else. */
export function addRelated(list: RelatedObject[], related: RelatedObject): void {
  const at = list.findIndex(({ object }) => identity(object) === identity(related.object));
  const found = list[at];
  if (found === undefined) list.push(related);
  else if (JSON.stringify(comparable(found)) !== JSON.stringify(comparable(related))) {
    list[at] = related;
  }
}

// Upstream does not look at the reason.
function comparable({ compliant, properties }: RelatedObject): unknown {
  return [compliant, properties];
}

function identity(object: RelatedObject['object']): string {
  const { apiVersion, kind, metadata } = object ?? {};
  return [apiVersion, kind, metadata?.namespace ?? '', metadata?.name].join('/');
}
