import type { Instant } from '../../../base/instant.ts';
import { type Json, jsonEqual } from '../../../base/json.ts';
import type { NewCondition } from '../../../kube/conditions.ts';
import { type Kind, type KubeObject, keyOf, parseKey, refOf } from '../../../kube/object.ts';
import {
  clusterSetLabel,
  type ManagedCluster,
  type ManagedClusterSet,
  type ManagedClusterSetBinding,
  managedClusterKind,
  managedClusterSetBindingKind,
  managedClusterSetKind,
} from '../../../kube/ocm/cluster.ts';
import {
  isStandardSet,
  type StandardSet,
  standardSet,
  standardSetSelectors,
} from '../../../kube/ocm/standard-sets.ts';
import { compileSelector, labelOf, matchesLabels } from '../../../kube/selector.ts';
import {
  type Controller,
  done,
  type Index,
  indexed,
  type Outcome,
  type Projection,
  type Snapshot,
  watch,
} from '../../control/controller.ts';
import { ifVersion, patchCondition } from './cluster-patch.ts';

type Labels = Readonly<Record<string, string>>;

const autoUpdateAnnotation = 'cluster.open-cluster-management.io/autoupdate';

/**
 * Keeps the sets `default` and `global` there, with their selectors, unless an annotation says otherwise
 * (ocm pkg/registration/hub/managedclusterset/{default,global}_managedclusterset_controller.go).
 */
export const wellKnownSetsController: Controller<StandardSet> = {
  name: 'registration-default-sets',
  startWith: ['default', 'global'],
  watches: [
    watch({
      kind: managedClusterSetKind,
      keys: ({ metadata }) => (isStandardSet(metadata.name) ? [metadata.name] : []),
    }),
  ],
  reconcile: (name, snapshot): Outcome => {
    const clusterSelector = standardSetSelectors[name];
    const set = snapshot.get(managedClusterSetKind, '', name);
    if (set === undefined) {
      return { actions: [{ do: 'create', object: standardSet(name) }] };
    }
    const { annotations, deletionTimestamp } = set.metadata;
    if (deletionTimestamp !== undefined || annotations?.[autoUpdateAnnotation] === 'false') {
      return done;
    }
    const live = set.spec?.clusterSelector;
    if (jsonEqual(live, clusterSelector)) return done;
    // A merge patch keeps what it does not name: selectors that are too much are named as null.
    const surplus = Object.keys(live ?? {}).filter((key) => !Object.hasOwn(clusterSelector, key));
    const patch: Json = {
      spec: {
        clusterSelector: {
          ...Object.fromEntries(surplus.map((key) => [key, null])),
          ...clusterSelector,
          ...(name === 'global'
            ? { labelSelector: { matchLabels: null, matchExpressions: null } }
            : {}),
        },
      },
    };
    return { actions: [{ do: 'patch', of: refOf(set), patch, ...ifVersion(set) }] };
  },
};

/** Puts a cluster without a set into `default`, as upstream's mutating webhook does, for servers without webhooks. */
export const defaultLabelController: Controller = {
  name: 'registration-set-label',
  watches: [watch({ kind: managedClusterKind, keys: ({ metadata }) => [metadata.name] })],
  reconcile: (name, snapshot): Outcome => {
    const cluster = snapshot.get(managedClusterKind, '', name);
    if (cluster === undefined || cluster.metadata.deletionTimestamp !== undefined) return done;
    if (labelOf(cluster.metadata.labels, clusterSetLabel)) return done;
    const patch = { metadata: { labels: { [clusterSetLabel]: 'default' } } };
    return { actions: [{ do: 'patch', of: refOf(cluster), patch, ...ifVersion(cluster) }] };
  },
};

/** Labels of all clusters, and how many are in each exclusive set. */
interface Members {
  readonly labels: Map<string, Labels>;
  readonly bySet: Map<string, number>;
}
const members: Projection<Members> = {
  name: 'registration/set-members',
  kinds: [{ kind: managedClusterKind }],
  create: () => ({ labels: new Map(), bySet: new Map() }),
  change: (into, before, now) => {
    const count = (object: KubeObject, by: number): void => {
      const set = labelOf(object.metadata.labels, clusterSetLabel) ?? '';
      into.bySet.set(set, (into.bySet.get(set) ?? 0) + by);
    };
    if (before !== undefined) count(before, -1);
    if (now !== undefined) count(now, 1);
    if (now === undefined) into.labels.delete(before?.metadata.name ?? '');
    else into.labels.set(now.metadata.name, now.metadata.labels ?? {});
  },
};

/** Sets that select by other labels than their own: any change of a cluster may be a change of theirs. */
const setsBySelector: Index<ManagedClusterSet> = {
  name: 'registration/sets-by-selector',
  kind: managedClusterSetKind,
  keys: ({ spec }) => [spec?.clusterSelector?.selectorType ?? 'ExclusiveClusterSetLabel'],
};

/** Names of the sets a cluster may be in: its exclusive one, and all that select by labels. */
function setsOf({ metadata }: ManagedCluster, snapshot: Snapshot): readonly string[] {
  const exclusive = labelOf(metadata.labels, clusterSetLabel);
  const others = snapshot.list(setsBySelector, 'LabelSelector').map((set) => set.metadata.name);
  return exclusive === undefined ? others : [exclusive, ...others];
}

/** Says of each set whether it is empty (ocm pkg/registration/hub/managedclusterset/controller.go). */
export const setStatusController: Controller = {
  name: 'registration-sets',
  watches: [
    watch({ kind: managedClusterSetKind, keys: ({ metadata }) => [metadata.name] }),
    watch({ kind: managedClusterKind, keys: setsOf }),
  ],
  indexes: [indexed(setsBySelector)],
  projections: [members as Projection<unknown>],
  reconcile: (name, snapshot, now): Outcome => {
    const set = snapshot.get(managedClusterSetKind, '', name);
    if (set === undefined || set.metadata.deletionTimestamp !== undefined) return done;
    const count = countMembers(set, snapshot.projection(members));
    return count === null ? done : { actions: [patchCondition(set, emptyCondition(count), now)] };
  },
};

/** null where the selector is invalid. */
function countMembers(
  { metadata, spec }: ManagedClusterSet,
  { labels, bySet }: Members,
): number | null {
  const { selectorType = 'ExclusiveClusterSetLabel', labelSelector } = spec?.clusterSelector ?? {};
  if (selectorType === 'ExclusiveClusterSetLabel') return bySet.get(metadata.name) ?? 0;
  const compiled = compileSelector(labelSelector ?? {});
  if (!compiled.ok) return null;
  if (compiled.requirements.length === 0) return labels.size;
  let count = 0;
  for (const of of labels.values()) if (matchesLabels(compiled.requirements, of)) count += 1;
  return count;
}

function emptyCondition(count: number): NewCondition {
  return count === 0
    ? {
        type: 'ClusterSetEmpty',
        status: 'True',
        reason: 'NoClusterMatched',
        message: 'No ManagedCluster selected',
      }
    : {
        type: 'ClusterSetEmpty',
        status: 'False',
        reason: 'ClustersSelected',
        message: `${count} ManagedClusters selected`,
      };
}

const bindingsBySet: Index<ManagedClusterSetBinding> = {
  name: 'registration/bindings-by-set',
  kind: managedClusterSetBindingKind,
  keys: ({ spec }) => [spec?.clusterSet ?? ''],
};

/** Says of each binding whether its set exists (ocm pkg/registration/hub/managedclustersetbinding/controller.go). */
export const bindingStatusController: Controller = {
  name: 'registration-bindings',
  watches: [
    watch({ kind: managedClusterSetBindingKind, keys: (binding) => [keyOf(binding)] }),
    watch({
      kind: managedClusterSetKind as Kind<ManagedClusterSet>,
      keys: ({ metadata }, snapshot) => snapshot.list(bindingsBySet, metadata.name).map(keyOf),
    }),
  ],
  indexes: [indexed(bindingsBySet)],
  reconcile: (key, snapshot, now): Outcome => {
    const { namespace, name } = parseKey(key);
    const binding = snapshot.get(managedClusterSetBindingKind, namespace, name);
    if (binding === undefined || binding.metadata.deletionTimestamp !== undefined) return done;
    const set = snapshot.get(managedClusterSetKind, '', binding.spec?.clusterSet ?? '');
    return { actions: [bound(binding, set !== undefined, now)] };
  },
};

function bound(binding: ManagedClusterSetBinding, exists: boolean, now: Instant) {
  const condition: NewCondition = exists
    ? { type: 'Bound', status: 'True', reason: 'ClusterSetBound', message: '' }
    : { type: 'Bound', status: 'False', reason: 'ClusterSetNotFound', message: '' };
  return patchCondition(binding, condition, now);
}
