import type { JsonObject } from '../../base/json.ts';
import type { KubeObject } from '../../kube/object.ts';
import { placementLabel } from '../../kube/ocm/cluster.ts';
import type { IrApp, IrCarriedSource, IrPlaced } from '../program.ts';
import { merge, objectOf } from './lowered.ts';

/** Of Argo CD. */
export const applicationSetKind = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  kind: 'ApplicationSet',
};
/** The ConfigMap that tells Argo CD how to read decisions; upstream's documentation has its text. */
export const placementGenerator = 'ocm-placement-generator';

/** An ApplicationSet for each placement, with the generator that reads its decisions (Rule 48). */
export function lowerApplicationSets(decl: IrApp): readonly KubeObject[] {
  return decl.on.map((placed) => {
    const name = entryName(decl, placed);
    return objectOf(applicationSetKind, { ...decl, name }, { spec: specOf(decl, name, placed) });
  });
}

/** The name of what stands for one entry of `on`: that of the app, and of the placement where there are several. */
export function entryName({ name, on }: IrApp, { placement }: IrPlaced): string {
  return on.length === 1 ? name : `${name}-${placement}`;
}

function specOf({ sources = [], bare }: IrApp, name: string, { placement }: IrPlaced): JsonObject {
  const all = sources.map(sourceOf);
  const [first, ...more] = all;
  const namespace = sources.find((of) => of.source === 'helm' && of.namespace !== null);
  const source: JsonObject =
    first !== undefined && more.length === 0 ? { source: first } : { sources: all };
  return {
    generators: [
      {
        clusterDecisionResource: {
          configMapRef: placementGenerator,
          labelSelector: { matchLabels: { [placementLabel]: placement } },
          requeueAfterSeconds: 30,
        },
      },
    ],
    template: {
      metadata: { name: `${name}-{{name}}` },
      spec: merge(source, bare === true ? {} : usual(namespace)),
    },
  };
}

/** Where an Application goes, and how it is kept, where nobody says otherwise. */
function usual(namespace: IrCarriedSource | undefined): JsonObject {
  return {
    project: 'default',
    destination: {
      server: '{{server}}',
      ...(namespace?.source === 'helm' ? { namespace: namespace.namespace } : {}),
    },
    syncPolicy: {
      automated: { prune: true, selfHeal: true },
      syncOptions: ['CreateNamespace=true'],
    },
  };
}

function sourceOf(source: IrCarriedSource): JsonObject {
  if (source.source === 'git') {
    return {
      repoURL: source.url,
      ...(source.ref === null ? {} : { targetRevision: source.ref }),
      path: source.path ?? '.',
    };
  }
  const helm = {
    ...(source.name === null ? {} : { releaseName: source.name }),
    ...(source.values === null ? {} : { valuesObject: source.values }),
  };
  return {
    // Argo CD knows registries by their host and path, without `oci://`.
    repoURL: source.repository.replace(/^oci:\/\//, ''),
    chart: source.chart,
    ...(source.version === null ? {} : { targetRevision: source.version }),
    ...(Object.keys(helm).length === 0 ? {} : { helm }),
  };
}
