import { isTrue } from '../../kube/conditions.ts';
import type { CustomResourceDefinition } from '../../kube/core.ts';
import { customKinds, kindTable } from '../../kube/kinds.ts';
import type { Condition, Kind } from '../../kube/object.ts';

/** A kind whose objects are stored, in the one version they are read in, and what the API calls them. */
export interface StoredKind extends Kind {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** What every Kubernetes has without a definition; reviews and the like are not stored. */
export const builtInKinds: readonly StoredKind[] = kindTable.filter(
  (info) => info.verbs?.includes('watch') !== false && !customKinds.includes(info),
);

/**
 * The kind that a definition adds, as soon as it is served. Its objects are the same in every version: they are read in
 * the one they are stored in, which nothing has to convert, or else in the first that is served.
 */
export function definedKind({ spec, status }: CustomResourceDefinition): StoredKind | undefined {
  const { group, scope, names, versions } = spec;
  const served = versions.filter((version) => version.served);
  const version = served.find(({ storage }) => storage) ?? served[0];
  const conditions = status?.['conditions'] as readonly Condition[] | undefined;
  if (version === undefined || !isTrue(conditions, 'Established')) return undefined;
  const { kind, plural } = names;
  return { group, version: version.name, kind, plural, namespaced: scope === 'Namespaced' };
}
