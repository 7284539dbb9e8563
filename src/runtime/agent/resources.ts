import { type CustomResourceDefinition, customResourceDefinitionKind } from '../../kube/core.ts';
import { findResource, kindInfo, pluralOf } from '../../kube/kinds.ts';
import type { Index, Snapshot } from '../control/controller.ts';

/** Definitions on the cluster by `group/Kind`. */
export const definitionsByKind: Index<CustomResourceDefinition> = {
  name: 'definitions-by-kind',
  kind: customResourceDefinitionKind,
  at: 'cluster',
  keys: ({ spec }) => (spec === undefined ? [] : [`${spec.group}/${spec.names.kind}`]),
};

/** What a kind is called in paths and in a ManifestWork's status, and whether it lies in namespaces. */
export interface Resource {
  readonly plural: string;
  readonly namespaced: boolean | null;
}

/** The resource of a kind: built in, defined on the cluster, or guessed as Kubernetes guesses. */
export function resourceOf(
  of: { readonly group: string; readonly kind: string },
  snapshot: Snapshot,
): Resource {
  const known = kindInfo(of);
  if (known !== undefined) return known;
  const [defined] = snapshot.list(definitionsByKind, `${of.group}/${of.kind}`);
  if (defined?.spec === undefined) return { plural: pluralOf(of.kind), namespaced: null };
  return { plural: defined.spec.names.plural, namespaced: defined.spec.scope === 'Namespaced' };
}

/** The kind of a resource, undefined where neither we nor the cluster know one. */
export function kindOfResource(
  of: { readonly group: string; readonly resource: string },
  snapshot: Snapshot,
): string | undefined {
  const known = findResource(of.group, of.resource);
  if (known !== undefined) return known.kind;
  const defined = snapshot.get(
    customResourceDefinitionKind,
    '',
    `${of.resource}.${of.group}`,
    'cluster',
  );
  return defined?.spec?.names.kind;
}
