import { type Owner, ownerLabels } from '../../ir/lower/owned.ts';
import { ownedLabels, type ProgramObject, programKind } from '../../ir/program-object.ts';
import type { KubeObject } from '../../kube/object.ts';
import { policyLabels } from '../../kube/ocm/policy.ts';
import type { Account, Index } from '../control/controller.ts';

/** Programs by their `ownerKey`. */
export const programsByOwnerKey: Index<ProgramObject> = {
  name: 'programs-by-owner-key',
  kind: programKind,
  keys: (program) => [ownerKey(program)],
};

/** Under which key of an index a Program's objects are found: what their labels say. */
export function ownerKey({ metadata }: ProgramObject): string {
  return ownerKeyNamed({ namespace: metadata.namespace ?? '', name: metadata.name });
}

/** The same of a Program by its name. */
export function ownerKeyNamed(owner: Owner): string {
  const labels = ownerLabels(owner, { kind: 'resource', namespace: '', name: '' });
  return `${labels[ownedLabels.programNamespace] ?? ''}/${labels[ownedLabels.program] ?? ''}`;
}

/**
 * The `ownerKey` of an object's owner, undefined where it has none. Copies of policies may carry labels of their root;
 * they belong to the root.
 */
export function ownerKeyOf({ metadata }: KubeObject): string | undefined {
  const { labels } = metadata;
  const program = labels?.[ownedLabels.program];
  const namespace = labels?.[ownedLabels.programNamespace];
  if (program === undefined || namespace === undefined) return undefined;
  if (labels?.[policyLabels.rootPolicy] !== undefined) return undefined;
  return `${namespace}/${program}`;
}

/** Who writes for a Program (architecture.md §7). */
export function accountOf({ metadata, spec }: ProgramObject): Account {
  return { namespace: metadata.namespace ?? '', name: spec?.serviceAccountName ?? '' };
}
