import { kindInfo, kindTable } from '../../kube/kinds.ts';
import { parseApiVersion } from '../../kube/object.ts';
import { addonGroup } from '../../kube/ocm/addon.ts';
import { certificatePolicyKind, operatorPolicyKind, policyGroup } from '../../kube/ocm/policy.ts';
import type { Schema } from '../../kube/schema/schema.ts';

/** What a block needs to know of its kind. */
export interface ObjectKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Null where nobody said. */
  readonly namespaced: boolean | null;
  /** Of the CRD that was given for it; without it a bundled one counts, with null none. */
  readonly schema?: Schema | null;
}

const operatorGroup = 'operator.open-cluster-management.io';
// Kinds of OCM that none of our API servers serves: templates of policies, what an add-on is made of, what installs OCM.
const unservedKinds: readonly ObjectKind[] = [
  { ...operatorPolicyKind, namespaced: true },
  { ...certificatePolicyKind, namespaced: true },
  { group: policyGroup, version: 'v1beta1', kind: 'PolicyAutomation', namespaced: true },
  { group: addonGroup, version: 'v1alpha1', kind: 'AddOnTemplate', namespaced: false },
  { group: operatorGroup, version: 'v1', kind: 'Klusterlet', namespaced: false },
  { group: operatorGroup, version: 'v1', kind: 'ClusterManager', namespaced: false },
];
const builtIn = indexKinds();

/** A kind of the built-in table by its name (Rule 21); `ambiguous` lists the groups where several have it. */
export function findBuiltInKind(
  name: string,
): { readonly kind: ObjectKind } | { readonly ambiguous: readonly string[] } | null {
  const found = builtIn.get(name) ?? [];
  const [first] = found;
  if (first === undefined) return null;
  if (found.length === 1 || name === 'Event') return { kind: first };
  return { ambiguous: found.map(({ group }) => group || 'core') };
}

/** Names of all kinds of the table, for suggestions. */
export function builtInKindNames(): Iterable<string> {
  return builtIn.keys();
}

/**
 * The kind a declaration `kind Name: "group/version"` means, or `kind Name: "group/version, Kind=Other"`, where the kind
 * has another name; null where the text is neither.
 */
export function declaredKind(name: string, text: string): ObjectKind | null {
  const [apiVersion = '', kind = name, ...more] = text.split(', Kind=');
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(kind) || more.length > 0) return null;
  if (!/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?v[0-9]+((alpha|beta)[0-9]+)?$/.test(apiVersion)) {
    return null;
  }
  const of = { ...parseApiVersion(apiVersion), kind };
  const known =
    kindInfo(of) ?? unservedKinds.find((each) => each.group === of.group && each.kind === of.kind);
  return { ...of, namespaced: known?.namespaced ?? null };
}

function indexKinds(): ReadonlyMap<string, readonly ObjectKind[]> {
  const index = new Map<string, ObjectKind[]>();
  for (const info of [...kindTable, ...unservedKinds])
    index.set(info.kind, [...(index.get(info.kind) ?? []), info]);
  // Event stands in two groups; the core one is meant.
  const events = index.get('Event');
  events?.sort((a, b) => a.group.length - b.group.length);
  return index;
}
