import type { Instant } from '../../base/instant.ts';
import { type CustomResourceDefinition, customResourceDefinitionKind } from '../../kube/core.ts';
import { parseApiVersion, type Ref } from '../../kube/object.ts';
import {
  type AppliedManifestWork,
  appliedManifestWorkKind,
  type ManifestWork,
  manifestWorkKind,
  workFinalizers,
} from '../../kube/ocm/work.ts';
import {
  type Action,
  type Controller,
  done,
  type Index,
  indexed,
  type Outcome,
  type Snapshot,
  watch,
} from '../control/controller.ts';
import { manifestsOf } from './manifests.ts';
import { definitionsByKind } from './resources.ts';
import type { EvaluateCel } from './status/condition-rules.ts';
import { reportDeleting, reportWork } from './status/report.ts';
import { applyManifests } from './work/apply.ts';
import {
  createRecord,
  keepRecord,
  type RecordIdentity,
  recordName,
  recordRef,
} from './work/record.ts';

export interface WorkAgentOptions extends RecordIdentity {
  /** Namespace of this cluster on the hub. */
  readonly clusterName: string;
  readonly cel: EvaluateCel;
  readonly compat?: 'upstream';
}

/** Works by `group/Kind` of what they hold: a definition that comes late concerns them. */
const worksByKind: Index<ManifestWork> = {
  name: 'works-by-kind',
  kind: manifestWorkKind,
  keys: ({ spec }) => {
    const kinds = (spec?.workload?.manifests ?? []).map(({ apiVersion, kind }) =>
      typeof apiVersion === 'string' ? `${parseApiVersion(apiVersion).group}/${String(kind)}` : '',
    );
    return [...new Set(kinds)];
  },
};

/** Applies the works of this cluster and reports what became of them: one key, one work (work.md §2). */
export function applyWorks(options: WorkAgentOptions): Controller {
  const { clusterName, hubHash } = options;
  return {
    name: 'agent-work',
    watches: [
      watch({
        kind: manifestWorkKind,
        namespace: clusterName,
        keys: ({ metadata }: ManifestWork) => [metadata.name],
      }),
      watch({
        kind: appliedManifestWorkKind,
        at: 'cluster',
        keys: ({ spec }: AppliedManifestWork) =>
          spec?.hubHash === hubHash ? [spec.manifestWorkName] : [],
      }),
      watch({
        kind: customResourceDefinitionKind,
        at: 'cluster',
        keys: ({ spec }: CustomResourceDefinition, snapshot) =>
          spec === undefined
            ? []
            : snapshot
                .list(worksByKind, `${spec.group}/${spec.names.kind}`)
                .map(({ metadata }) => metadata.name),
      }),
    ],
    indexes: [indexed(worksByKind), indexed(definitionsByKind)],
    reconcile: (key, snapshot, now) => {
      const work = snapshot.get(manifestWorkKind, clusterName, key);
      if (work === undefined) return done;
      if (work.metadata.deletionTimestamp !== undefined) {
        return finalizeWork(work, { snapshot, now, options });
      }
      if (!hasFinalizer(work)) return { actions: [withFinalizer(work)] };
      const record = recordOf(work, snapshot, options);
      if (record === undefined) return { actions: [createRecord(options, work)] };
      if (record.metadata.deletionTimestamp !== undefined) return done;
      const manifests = manifestsOf(work, snapshot);
      const kept = keepRecord({ work, record, manifests, snapshot });
      const applied = applyManifests({ work, record, manifests, snapshot });
      const report = reportWork({ ...options, work, manifests, snapshot, now });
      return {
        actions: [...kept.actions, ...applied, report],
        alsoWatch: [
          ...manifests.flatMap(({ ref }) => (ref === null ? [] : [onCluster(ref)])),
          ...kept.alsoWatch,
        ],
      };
    },
  };
}

function onCluster(ref: Ref): { readonly ref: Ref; readonly at: 'cluster' } {
  return { ref, at: 'cluster' };
}

function recordOf(
  work: ManifestWork,
  snapshot: Snapshot,
  options: WorkAgentOptions,
): AppliedManifestWork | undefined {
  const name = recordName(options, work.metadata.name);
  return snapshot.get(appliedManifestWorkKind, '', name, 'cluster');
}

function hasFinalizer({ metadata }: ManifestWork): boolean {
  return metadata.finalizers?.includes(workFinalizers.manifestWork) ?? false;
}

function withFinalizer(work: ManifestWork): Action {
  const { finalizers = [] } = work.metadata;
  return setFinalizers(work, [...finalizers, workFinalizers.manifestWork]);
}

function setFinalizers({ metadata }: ManifestWork, finalizers: readonly string[]): Action {
  const { namespace = '', name, resourceVersion } = metadata;
  return {
    do: 'patch',
    of: { ...manifestWorkKind, namespace, name },
    patch: { metadata: { finalizers } },
    ...(resourceVersion !== undefined && { ifVersion: resourceVersion }),
  };
}

/** Says so on the work, deletes the record, and lets the work go when the record is gone. */
function finalizeWork(
  work: ManifestWork,
  {
    snapshot,
    now,
    options,
  }: {
    readonly snapshot: Snapshot;
    readonly now: Instant;
    readonly options: WorkAgentOptions;
  },
): Outcome {
  if (!hasFinalizer(work)) return done;
  const record = recordOf(work, snapshot, options);
  if (record !== undefined) {
    if (record.metadata.deletionTimestamp !== undefined) return done;
    return {
      actions: [
        reportDeleting(work, now),
        { do: 'delete', of: recordRef(record.metadata.name), at: 'cluster' },
      ],
    };
  }
  if (!snapshot.isRead(appliedManifestWorkKind, { at: 'cluster' })) return done;
  const finalizers = work.metadata.finalizers ?? [];
  return {
    actions: [
      setFinalizers(
        work,
        finalizers.filter((of) => of !== workFinalizers.manifestWork),
      ),
    ],
  };
}
