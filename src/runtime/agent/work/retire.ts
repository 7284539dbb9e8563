import { formatInstant, type Instant, parseInstant, plus } from '../../../base/instant.ts';
import { jsonEqual } from '../../../base/json.ts';
import { customResourceDefinitionKind } from '../../../kube/core.ts';
import {
  type AppliedManifestWork,
  appliedManifestWorkKind,
  type ManifestWork,
  manifestWorkKind,
  workFinalizers,
} from '../../../kube/ocm/work.ts';
import {
  type Controller,
  done,
  type Index,
  indexed,
  type Outcome,
  type Snapshot,
  watch,
} from '../../control/controller.ts';
import { isGone, unknownRetry } from '../gone.ts';
import { definitionsByKind } from '../resources.ts';
import { type RecordIdentity, recordName, recordRef } from './record.ts';
import { removeResources, sortResources } from './stale.ts';

/** How long the record of a work that is gone from the hub is kept (ocm/pkg/work/spoke/options.go). */
export const evictionGrace = 60 * 60_000;

const recordsOfWork: Index<AppliedManifestWork> = {
  name: 'records-of-work',
  kind: appliedManifestWorkKind,
  at: 'cluster',
  keys: ({ spec }) => (spec === undefined ? [] : [spec.manifestWorkName]),
};

/**
 * Removes what a work applied when its record is deleted, and deletes the records of works that are gone from the hub
 * for an hour, or of another hub, of this agent only (work.md §7).
 */
export function retireRecords(
  identity: RecordIdentity & { readonly clusterName: string },
): Controller {
  const { clusterName } = identity;
  return {
    name: 'agent-applied-work',
    watches: [
      watch({
        kind: appliedManifestWorkKind,
        at: 'cluster',
        keys: ({ metadata }: AppliedManifestWork) => [metadata.name],
      }),
      watch({
        kind: manifestWorkKind,
        namespace: clusterName,
        keys: ({ metadata }: ManifestWork, snapshot) =>
          snapshot.list(recordsOfWork, metadata.name).map((record) => record.metadata.name),
      }),
      watch({ kind: customResourceDefinitionKind, at: 'cluster', keys: () => [] }),
    ],
    indexes: [indexed(recordsOfWork), indexed(definitionsByKind)],
    reconcile: (key, snapshot, now) => {
      const record = snapshot.get(appliedManifestWorkKind, '', key, 'cluster');
      if (record?.spec === undefined) return done;
      if (record.metadata.deletionTimestamp !== undefined) return finalize(record, snapshot);
      return evict(record, snapshot, { ...identity, now });
    },
  };
}

function finalize(record: AppliedManifestWork, snapshot: Snapshot): Outcome {
  const { finalizers = [], name, resourceVersion } = record.metadata;
  if (!finalizers.includes(workFinalizers.appliedManifestWork)) return done;
  const recorded = record.status?.appliedResources ?? [];
  const { actions, pending, alsoWatch } = removeResources(record, recorded, snapshot);
  const left = sortResources(pending);
  if (left.length === 0) {
    const finalizersLeft = finalizers.filter((of) => of !== workFinalizers.appliedManifestWork);
    return {
      actions: [
        ...actions,
        {
          do: 'patch',
          of: recordRef(name),
          patch: { metadata: { finalizers: finalizersLeft } },
          ...(resourceVersion !== undefined && { ifVersion: resourceVersion }),
          at: 'cluster',
        },
      ],
      alsoWatch,
    };
  }
  if (jsonEqual(left, recorded)) return { actions, alsoWatch };
  const status = { appliedResources: left.map((resource) => ({ ...resource })) };
  return {
    actions: [
      ...actions,
      { do: 'patchStatus', of: recordRef(name), status, at: 'cluster', independent: true },
    ],
    alsoWatch,
  };
}

function evict(
  record: AppliedManifestWork,
  snapshot: Snapshot,
  of: RecordIdentity & { readonly clusterName: string; readonly now: Instant },
): Outcome {
  const { spec, status, metadata } = record;
  if (spec === undefined || (spec.agentID ?? '') !== of.agentId) return done;
  // A hub that cannot be read has not lost its works.
  if (!snapshot.isRead(manifestWorkKind, { namespace: of.clusterName })) return done;
  const isOurs = metadata.name === recordName(of, spec.manifestWorkName);
  const work = snapshot.get(manifestWorkKind, of.clusterName, spec.manifestWorkName);
  const onHub = { ...manifestWorkKind, namespace: of.clusterName, name: spec.manifestWorkName };
  if (work === undefined && !isGone(snapshot, onHub)) {
    return { actions: [], again: plus(of.now, unknownRetry) };
  }
  const started = status?.evictionStartTime;
  const ref = recordRef(metadata.name);
  if (work !== undefined && isOurs) {
    if (started === undefined) return done;
    const clear = { evictionStartTime: null };
    return { actions: [{ do: 'patchStatus', of: ref, status: clear, at: 'cluster' }] };
  }
  const since = started === undefined ? null : parseInstant(started);
  if (since === null) {
    const start = { evictionStartTime: formatInstant(of.now) };
    return {
      actions: [{ do: 'patchStatus', of: ref, status: start, at: 'cluster' }],
      again: plus(of.now, evictionGrace),
    };
  }
  const at = plus(since, evictionGrace);
  if (of.now < at) return { actions: [], again: at };
  return { actions: [{ do: 'delete', of: ref, at: 'cluster' }] };
}
