import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import { selectNamespaces } from '../../../engine/policy/namespaces.ts';
import type { KindLookup } from '../../../engine/policy/ports.ts';
import { hasTemplate } from '../../../engine/policy/template-text.ts';
import type { IrConfigTemplate } from '../../../ir/program.ts';
import { type Kind, type KubeObject, parseApiVersion, type Ref } from '../../../kube/object.ts';

/** What of a cluster the verdict of a policy depends on. */
export interface Needs {
  readonly objects: readonly Ref[];
  /** All objects of a kind, in a namespace where one is given. */
  readonly lists: readonly { readonly kind: Kind; readonly namespace: string }[];
}

/** Names what a policy looks at: single objects where their names are said, whole kinds where any may match. */
export function needsOf(
  policy: IrConfigTemplate,
  { kinds, namespaces }: { readonly kinds: KindLookup; readonly namespaces: readonly KubeObject[] },
): Needs {
  const objects: Ref[] = [];
  const lists = new Map<string, { readonly kind: Kind; readonly namespace: string }>();
  for (const { definition } of policy.objects) {
    const identity = identityOf(definition);
    const facts = identity === null ? undefined : kinds(identity);
    if (identity === null || facts === undefined) continue;
    const { name, namespace, ...kind } = identity;
    for (const place of placesOf(policy, namespace, { namespaced: facts.namespaced, namespaces })) {
      if (name !== '') objects.push({ ...kind, namespace: place, name });
      else lists.set(`${kind.group}/${kind.kind}/${place}`, { kind, namespace: place });
    }
  }
  return { objects, lists: [...lists.values()] };
}

function identityOf(definition: JsonObject): Ref | null {
  const { apiVersion, kind } = definition;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return null;
  const metadata = isJsonObject(definition['metadata']) ? definition['metadata'] : {};
  const said = (value: unknown): string =>
    typeof value === 'string' && !hasTemplate(value) ? value.trim() : '';
  return {
    ...parseApiVersion(apiVersion),
    kind,
    name: said(metadata['name']),
    namespace: said(metadata['namespace']),
  };
}

function placesOf(
  { namespaceSelector }: IrConfigTemplate,
  namespace: string,
  of: { readonly namespaced: boolean; readonly namespaces: readonly KubeObject[] },
): readonly string[] {
  if (!of.namespaced) return [''];
  if (namespace !== '') return [namespace];
  const selected = selectNamespaces(namespaceSelector, of.namespaces);
  return selected.ok ? selected.names : [];
}
