import { isJsonObject, type Json } from '../../base/json.ts';
import type { KubeObject } from '../../kube/object.ts';
import { placementLabel } from '../../kube/ocm/cluster.ts';
import type { IrApp, IrCarriedSource } from '../program.ts';
import { labelled, listAt, nodeOf, objectAt, textAt } from './read.ts';

/**
 * An ApplicationSet of Argo CD over the decisions of a placement, as an app; null for one that finds its clusters
 * otherwise. What the app has no key for is kept in `raw` by `lift`.
 */
export function liftApplicationSet(object: KubeObject): IrApp | null {
  const { generators, template } = objectAt(object.spec);
  const placement = placementOf(listAt(generators));
  const spec = objectAt(objectAt(template)['spec']);
  const namespace = textAt(objectAt(spec['destination'])['namespace']);
  const written = spec['source'] === undefined ? listAt(spec['sources']) : [spec['source']];
  const sources = written.map(sourceOf);
  if (placement === null || sources.length === 0) return null;
  const known = sources.filter((source) => source !== null);
  if (known.length < sources.length) return null;
  return {
    kind: 'app',
    via: 'argocd',
    ...nodeOf(object),
    ...labelled(object),
    on: [{ placement, rollout: null }],
    manifests: [],
    sources: known.map((source, at) =>
      // The namespace of the Application is said once, by its first chart.
      source.source === 'helm' && known.findIndex((each) => each.source === 'helm') === at
        ? { ...source, namespace }
        : source,
    ),
  };
}

/** The same app without what is usual of Argo CD; null where another carrier has it. */
export function bareApp(app: IrApp): IrApp | null {
  if (app.via !== 'argocd') return null;
  const sources = (app.sources ?? []).map((source) =>
    source.source === 'helm' ? { ...source, namespace: null } : source,
  );
  return { ...app, sources, bare: true };
}

/** The placement whose decisions are read, where nothing else finds clusters. */
function placementOf([generator, ...more]: readonly Json[]): string | null {
  const { clusterDecisionResource, ...others } = objectAt(generator);
  if (more.length > 0 || Object.keys(others).length > 0) return null;
  const { matchLabels, ...expressions } = objectAt(
    objectAt(clusterDecisionResource)['labelSelector'],
  );
  const { [placementLabel]: placement, ...labels } = objectAt(matchLabels);
  const isAlone = Object.keys(expressions).length === 0 && Object.keys(labels).length === 0;
  return isAlone ? textAt(placement) : null;
}

function sourceOf(of: Json | undefined): IrCarriedSource | null {
  const source = objectAt(of);
  const url = textAt(source['repoURL']);
  const revision = textAt(source['targetRevision']);
  if (url === null) return null;
  const chart = textAt(source['chart']);
  if (chart === null) {
    const path = textAt(source['path']);
    return path === null
      ? null
      : { source: 'git', url, ref: revision, path: path === '.' ? null : path };
  }
  const { releaseName, valuesObject } = objectAt(source['helm']);
  return {
    source: 'helm',
    // Argo CD knows registries by their host and path.
    repository: url.includes('://') ? url : `oci://${url}`,
    chart,
    version: revision,
    values: isJsonObject(valuesObject) ? valuesObject : null,
    name: textAt(releaseName),
    namespace: null,
  };
}
