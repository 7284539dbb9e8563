import type { KubeObject } from '../../../kube/object.ts';
import { Refusal } from '../refusal.ts';
import type { Requester } from '../request/requester.ts';
import type { Resource } from '../resources/resource.ts';

/** A write that is about to happen. */
export interface AdmissionInput {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly resource: Resource;
  /** Empty: the object itself. */
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** Whether the request itself names the object: a POST does not. */
  readonly isNamed: boolean;
  /** As it would be written; null for DELETE. */
  readonly object: KubeObject | null;
  /** As it is; null for CREATE. */
  readonly old: KubeObject | null;
  readonly requester: Requester;
  readonly dryRun: boolean;
}

/** A rule that looks at writes after authorisation: may change them first, then say no. */
export interface Admission {
  readonly name: string;
  /** The object as it should be instead. */
  readonly mutate?: (
    input: AdmissionInput & { readonly object: KubeObject },
  ) => KubeObject | Refusal;
  readonly validate?: (input: AdmissionInput) => Refusal | null;
}

/** The object after all rules had their turn. */
export function mutate(
  rules: readonly Admission[],
  input: AdmissionInput & { readonly object: KubeObject },
): KubeObject | Refusal {
  let { object } = input;
  for (const rule of rules) {
    if (rule.mutate === undefined) continue;
    const next = rule.mutate({ ...input, object });
    if (next instanceof Refusal) return next;
    object = next;
  }
  return object;
}

/** The first refusal, where there is one. */
export function validate(rules: readonly Admission[], input: AdmissionInput): Refusal | null {
  for (const rule of rules) {
    const refusal = rule.validate?.(input) ?? null;
    if (refusal !== null) return refusal;
  }
  return null;
}
