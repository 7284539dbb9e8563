import { formatInstant, type Instant } from '../../../base/instant.ts';
import type { Json } from '../../../base/json.ts';
import { labelValue, ownerLabels } from '../../../ir/lower/owned.ts';
import { originText } from '../../../ir/origin.ts';
import type { IrApp, IrProgram } from '../../../ir/program.ts';
import { originAnnotation, type ProgramObject } from '../../../ir/program-object.ts';
import { apiVersionOf, type KubeObject } from '../../../kube/object.ts';
import { type ManifestWork, manifestWorkKind } from '../../../kube/ocm/work.ts';
import type { Action } from '../../control/controller.ts';
import { appKey, namespaceOf } from '../programs.ts';
import { workAnnotations, workLabels } from '../works.ts';
import type { RenderedApp } from './render.ts';

/** Field manager of the works of apps. */
export const rolloutFieldManager = 'ocm-rollout';

/** The revision of its app a work holds. */
export function revisionOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[workAnnotations.revision];
}

/** Name of the first, second … work of an app (language.md Rule 49). */
export function workName(
  app: { readonly namespace: string; readonly name: string },
  at: number,
): string {
  const name = `${app.namespace}-${app.name}`;
  return at === 0 ? name : `${name}-${at + 1}`;
}

export interface WorksInput {
  readonly program: ProgramObject;
  readonly ir: Pick<IrProgram, 'files'>;
  readonly app: IrApp;
  readonly cluster: string;
  readonly placement: string;
  readonly rendered: RenderedApp & { readonly ok: true };
  /** The works of the app that are on the cluster now. */
  readonly live: readonly ManifestWork[];
  readonly now: Instant;
}

/** The works of an app on one cluster, as they are to be. */
export function worksOf(input: WorksInput): readonly ManifestWork[] {
  const { program, app, cluster, rendered } = input;
  const namespace = namespaceOf(app, program);
  const owner = { namespace: program.metadata.namespace ?? '', name: program.metadata.name };
  const annotations = {
    [originAnnotation]: originText(input.ir.files, app.origin),
    [workAnnotations.app]: appKey(program, app),
    [workAnnotations.revision]: rendered.revision,
    [workAnnotations.works]: String(rendered.works.length),
    [workAnnotations.appliedAt]: appliedAt(input),
  };
  const labels = {
    ...ownerLabels(owner, { kind: 'app', namespace, name: app.name }),
    [workLabels.app]: labelValue(app.name),
    [workLabels.appNamespace]: labelValue(namespace),
    [workLabels.placement]: labelValue(input.placement),
  };
  return rendered.works.map(({ manifests, manifestConfigs, ...options }, at) => ({
    apiVersion: apiVersionOf(manifestWorkKind),
    kind: manifestWorkKind.kind,
    metadata: {
      name: workName({ ...app, namespace }, at),
      namespace: cluster,
      labels,
      annotations,
    },
    spec: {
      workload: { manifests },
      ...(manifestConfigs.length > 0 && { manifestConfigs }),
      ...options,
    },
  }));
}

// Kept while the revision stays, so that writing it again changes nothing.
function appliedAt({ rendered, live, now }: WorksInput): string {
  const same = live.find((work) => revisionOf(work) === rendered.revision);
  return same?.metadata.annotations?.[workAnnotations.appliedAt] ?? formatInstant(now);
}

/** Writes one work. What others changed in it is changed back: a work is its app's. */
export function writeWork(work: ManifestWork): Action {
  return {
    do: 'apply',
    object: work,
    fieldManager: rolloutFieldManager,
    force: true,
    independent: true,
  };
}

/** Deletes one work, the very one that was seen. */
export function deleteWork({ metadata }: ManifestWork): Action {
  const { name, namespace = '', uid } = metadata;
  return {
    do: 'delete',
    of: { ...manifestWorkKind, namespace, name },
    ...(uid !== undefined && { ifUid: uid }),
    independent: true,
  };
}

/** What orphaning takes away, as a merge patch: the work stays and is nobody's. */
export function orphanPatch(): Json {
  const none = (keys: Readonly<Record<string, string>>): Json =>
    Object.fromEntries(Object.values(keys).map((key) => [key, null]));
  return { metadata: { labels: none(workLabels), annotations: none(workAnnotations) } };
}
