/** What an API server and a client need to know about a kind besides its schema. */
export interface KindInfo {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Whether it has a status subresource. */
  readonly status: boolean;
  /** Where a scale subresource finds its values, where there is one. */
  readonly scale?: ScalePaths;
  /** Other subresources, for example `approval` or `token`. */
  readonly subresources?: readonly string[];
  /** Where not all verbs are served: reviews can only be created. */
  readonly verbs?: readonly string[];
}
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

/** A row of a group's table: only what differs from the rule. */
export interface KindRow {
  readonly kind: string;
  /** Where the plural does not follow the rule of `pluralOf`. */
  readonly plural?: string;
  readonly cluster?: true;
  readonly short?: readonly string[];
  readonly categories?: readonly string[];
  readonly status?: true;
  readonly scale?: ScalePaths;
  readonly subresources?: readonly string[];
  readonly verbs?: readonly string[];
}

/** The kinds of one group and version from their rows. */
export function kindsOf(
  group: string,
  version: string,
  rows: readonly KindRow[],
): readonly KindInfo[] {
  return rows.map((row) => ({
    group,
    version,
    kind: row.kind,
    plural: row.plural ?? pluralOf(row.kind),
    singular: row.kind.toLowerCase(),
    namespaced: row.cluster !== true,
    shortNames: row.short ?? [],
    categories: row.categories ?? [],
    status: row.status === true,
    ...(row.scale && { scale: row.scale }),
    ...(row.subresources && { subresources: row.subresources }),
    ...(row.verbs && { verbs: row.verbs }),
  }));
}

/** The plural Kubernetes guesses for a kind (apimachinery `meta.UnsafeGuessKindToResource`). */
export function pluralOf(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular.endsWith('s') || singular.endsWith('x') || singular.endsWith('ch')) {
    return `${singular}es`;
  }
  return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}

/** Replicas under `spec.replicas` and `status.replicas`, as all built-in kinds that scale have them. */
export const usualScale: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.status.selector',
};
