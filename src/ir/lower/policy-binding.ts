import { apiVersionOf, type KubeObject } from '../../kube/object.ts';
import { clusterGroup, placementKind } from '../../kube/ocm/cluster.ts';
import { type PlacementBinding, placementBindingKind, policyGroup } from '../../kube/ocm/policy.ts';
import type { IrBindingName } from '../program.ts';
import type { LoweredObject } from './lowered.ts';

/** What is bound: a policy, or a set of them. */
export interface Bound {
  readonly name: string;
  readonly namespace: string;
  readonly on: readonly string[];
  /** Policies only. */
  readonly enforceOn?: readonly string[];
  readonly bindingNames?: readonly IrBindingName[];
}
type Subject = PlacementBinding['subjects'][number]['kind'];

/** The bindings of a policy or a set to its placements (Rule 43). */
export function bindingsOf(bound: Bound, subject: Subject): readonly PlacementBinding[] {
  const of = (enforce: boolean) => (placement: string) =>
    bindingOf(bound, subject, { placement, enforce, name: nameOf(bound, placement, enforce) });
  return [...bound.on.map(of(false)), ...(bound.enforceOn ?? []).map(of(true))];
}

function nameOf({ bindingNames }: Bound, placement: string, enforce: boolean): string | null {
  const found = bindingNames?.find(
    (each) => each.placement === placement && each.enforce === enforce,
  );
  return found?.name ?? null;
}

/** The name of a binding that has no other (Rule 43). */
export function usualBindingName(
  name: string,
  subject: Subject,
  { placement, enforce }: { readonly placement: string; readonly enforce: boolean },
): string {
  const word = enforce ? 'enforce' : subject === 'PolicySet' ? 'set-on' : 'on';
  return `${name}-${word}-${placement}`;
}

/** One binding; a restricted one makes the policy enforce where it is placed anyway. */
export function bindingOf(
  { name, namespace }: Pick<Bound, 'name' | 'namespace'>,
  subject: Subject,
  to: { readonly placement: string; readonly enforce: boolean; readonly name: string | null },
): PlacementBinding {
  return {
    apiVersion: apiVersionOf(placementBindingKind),
    kind: placementBindingKind.kind,
    metadata: {
      name: to.name ?? usualBindingName(name, subject, to),
      ...(namespace === '' ? {} : { namespace }),
    },
    placementRef: { apiGroup: clusterGroup, kind: placementKind.kind, name: to.placement },
    subjects: [bindingSubject(subject, name)],
    ...(to.enforce
      ? { bindingOverrides: { remediationAction: 'enforce' }, subFilter: 'restricted' }
      : {}),
  };
}

/** One subject of a binding. */
export function bindingSubject(kind: Subject, name: string): PlacementBinding['subjects'][number] {
  return { apiGroup: policyGroup, kind, name };
}

/** Bindings of one name, placement and override are one with several subjects (Rule 43); the first of them stays. */
export function mergeBindings(lowered: readonly LoweredObject[]): readonly LoweredObject[] {
  const first = new Map<string, number>();
  const merged: LoweredObject[] = [];
  for (const each of lowered) {
    const key = mergeKey(each);
    const at = key === null ? undefined : first.get(key);
    const before = at === undefined ? undefined : merged[at];
    if (at === undefined || before === undefined) {
      if (key !== null) first.set(key, merged.length);
      merged.push(each);
    } else merged[at] = { ...before, object: joined(before.object, each.object) };
  }
  return merged;
}

// Of policies and sets only: what somebody writes as a `resource` stays what it is.
function mergeKey({ object, decl }: LoweredObject): string | null {
  if (object.kind !== placementBindingKind.kind) return null;
  if (decl.kind !== 'policy' && decl.kind !== 'policyset') return null;
  const { metadata, placementRef, subFilter } = object as PlacementBinding;
  return JSON.stringify([metadata.namespace ?? '', metadata.name, placementRef.name, subFilter]);
}

function joined(a: KubeObject, b: KubeObject): PlacementBinding {
  const { subjects } = a as PlacementBinding;
  return {
    ...(a as PlacementBinding),
    subjects: [...subjects, ...(b as PlacementBinding).subjects],
  };
}
