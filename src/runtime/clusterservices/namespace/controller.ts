import type { Instant } from '../../../base/instant.ts';
import { type Json, jsonEqual } from '../../../base/json.ts';
import { setConditions } from '../../../kube/conditions.ts';
import {
  type CustomResourceDefinition,
  customResourceDefinitionKind,
  type Namespace,
  namespaceKind,
} from '../../../kube/core.ts';
import { kindTable } from '../../../kube/kinds.ts';
import { type Kind, type KubeObject, refOf } from '../../../kube/object.ts';
import {
  type Action,
  type Controller,
  done,
  everyOf,
  indexed,
  type Outcome,
  type Snapshot,
  watch,
} from '../../control/controller.ts';
import { type Content, namespaceConditions } from './conditions.ts';

/** The finalizer this service takes off. */
const finalizer = 'kubernetes';

/** A kind whose objects a namespace may hold, and what the API calls them. */
interface NamespacedKind extends Kind {
  readonly plural: string;
}

/** Reviews and the like are not stored; events.k8s.io shows the same objects as core. */
const known: readonly NamespacedKind[] = kindTable.filter(
  ({ namespaced, verbs, group }) => namespaced && verbs === undefined && group !== 'events.k8s.io',
);
const knownResources = new Set(known.map(resourceOf));
const definitions = everyOf(customResourceDefinitionKind);

/**
 * Empties namespaces that are being deleted and takes their finalizer off, as kube-controller-manager's namespace
 * controller does, for the kinds of `kindTable` and those that CustomResourceDefinitions add.
 */
export const namespaceController: Controller = {
  name: 'namespace',
  indexes: [indexed(definitions)],
  watches: [
    watch({ kind: namespaceKind, keys: ({ metadata }) => [metadata.name] }),
    watch({ kind: customResourceDefinitionKind, keys: () => [] }),
  ],
  reconcile(name, snapshot, now): Outcome {
    const namespace = snapshot.get(namespaceKind, '', name);
    if (!namespace?.metadata.deletionTimestamp) return done;
    if (!namespace.spec?.finalizers?.includes(finalizer)) return done;
    const kinds = [...known, ...snapshot.list(definitions, '').flatMap(definedKind)];
    const alsoList = kinds.map((kind) => ({ kind, namespace: name }));
    // Unread is not empty: a kind that cannot be listed holds the namespace.
    if (!kinds.every((kind) => isKnown(kind, name, snapshot))) return { actions: [], alsoList };
    const left = kinds.flatMap((kind): Content[] =>
      snapshot.list(everyOf(kind), name).map((object) => ({ object, resource: resourceOf(kind) })),
    );
    const reports = reported(namespace, left, now);
    // One write a pass: the second would be made of an object that is out of date.
    if (left.length === 0) {
      return reports.length > 0
        ? { actions: reports, alsoList }
        : { actions: [finalized(namespace)] };
    }
    const deletions = left
      .filter(({ object }) => object.metadata.deletionTimestamp === undefined)
      .map(({ object }) => deleted(object));
    return { actions: [...reports, ...deletions], alsoList };
  },
};

/** The namespaced kind a definition adds to those that are known anyway. */
function definedKind({ spec }: CustomResourceDefinition): readonly NamespacedKind[] {
  const { group, scope, names, versions } = spec;
  const version = versions.find(({ served }) => served)?.name;
  if (scope !== 'Namespaced' || version === undefined) return [];
  const kind = { group, version, kind: names.kind, plural: names.plural };
  return knownResources.has(resourceOf(kind)) ? [] : [kind];
}

/** `configmaps.` or `deployments.apps`, as the conditions name kinds. */
function resourceOf({ group, plural }: NamespacedKind): string {
  return `${plural}.${group}`;
}

/** Whether all there is of a kind in the namespace has been read; what the API server does not have is nothing. */
function isKnown(kind: Kind, namespace: string, snapshot: Snapshot): boolean {
  if (snapshot.isRead(kind, { namespace })) return true;
  const { group, version, kind: name } = kind;
  const seen = snapshot.look({ group, version, kind: name, namespace, name: 'any' });
  return seen.state === 'absent' && seen.kindUnknown === true;
}

function finalized(namespace: Namespace): Action {
  const finalizers = (namespace.spec?.finalizers ?? []).filter((one) => one !== finalizer);
  return { do: 'finalize', object: { ...namespace, spec: { ...namespace.spec, finalizers } } };
}

function deleted(object: KubeObject): Action {
  const uid = object.metadata.uid;
  return {
    do: 'delete',
    of: refOf(object),
    propagation: 'Background',
    independent: true,
    ...(uid && { ifUid: uid }),
  };
}

/** The conditions by which people see what a namespace waits for. */
function reported(namespace: Namespace, left: readonly Content[], now: Instant): readonly Action[] {
  // A namespace that was empty from the start says nothing: it is gone in a moment.
  if (left.length === 0 && (namespace.status?.conditions ?? []).length === 0) return [];
  const before = namespace.status?.conditions;
  const conditions = setConditions(before, namespaceConditions(left), now);
  if (jsonEqual(conditions, before)) return [];
  const status = { conditions } as unknown as Json;
  return [{ do: 'patchStatus', of: refOf(namespace), status, independent: true }];
}
