import type { Instant } from '../../../base/instant.ts';
import { type Json, jsonEqual } from '../../../base/json.ts';
import { setConditions } from '../../../kube/conditions.ts';
import { type Namespace, namespaceKind } from '../../../kube/core.ts';
import { kindTable } from '../../../kube/kinds.ts';
import { type Kind, type KubeObject, refOf } from '../../../kube/object.ts';
import {
  type Action,
  type Controller,
  done,
  everyOf,
  type Outcome,
  type Snapshot,
  watch,
} from '../../control/controller.ts';

/** The finalizer this service takes off. */
const finalizer = 'kubernetes';

/** Reviews and the like are not stored; events.k8s.io shows the same objects as core. */
const stored: readonly Kind[] = kindTable.filter(
  ({ namespaced, verbs, group }) =>
    namespaced && verbs === undefined && group !== 'events.k8s.io' && !group.startsWith('metrics.'),
);

/**
 * Empties namespaces that are being deleted and takes their finalizer off, as kube-controller-manager's namespace
 * controller does, for the kinds of `kindTable` and those given.
 */
export function namespaceController(more: readonly Kind[] = []): Controller {
  const kinds = [...stored, ...more];
  return {
    name: 'namespace',
    watches: [watch({ kind: namespaceKind, keys: ({ metadata }) => [metadata.name] })],
    reconcile(name, snapshot, now): Outcome {
      const namespace = snapshot.get(namespaceKind, '', name);
      if (!namespace?.metadata.deletionTimestamp) return done;
      if (!namespace.spec?.finalizers?.includes(finalizer)) return done;
      const alsoList = kinds.map((kind) => ({ kind, namespace: name }));
      const unread = kinds.filter((kind) => !isKnown(kind, name, snapshot));
      if (unread.length > 0) return { actions: [], alsoList };
      const left = kinds.flatMap((kind) => snapshot.list(everyOf(kind), name));
      if (left.length === 0) return { actions: [finalized(namespace)] };
      return { actions: [...reported(namespace, left, now), ...left.map(deleted)], alsoList };
    },
  };
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
function reported(
  namespace: Namespace,
  left: readonly KubeObject[],
  now: Instant,
): readonly Action[] {
  const waiting = left.filter(({ metadata }) => (metadata.finalizers ?? []).length > 0);
  const conditions = setConditions(
    namespace.status?.conditions,
    [
      {
        type: 'NamespaceContentRemaining',
        status: 'True',
        reason: 'SomeResourcesRemain',
        message: `Some resources are remaining: ${counted(left.map(({ kind }) => kind))}`,
      },
      {
        type: 'NamespaceFinalizersRemaining',
        status: waiting.length > 0 ? 'True' : 'False',
        reason: waiting.length > 0 ? 'SomeFinalizersRemain' : 'ContentHasNoFinalizers',
        message:
          waiting.length > 0
            ? `Some content in the namespace has finalizers remaining: ${counted(waiting.flatMap(({ metadata }) => metadata.finalizers ?? []))}`
            : 'All content-preserving finalizers finished',
      },
    ],
    now,
  );
  if (jsonEqual(conditions, namespace.status?.conditions)) return [];
  const status = { conditions } as unknown as Json;
  return [{ do: 'patchStatus', of: refOf(namespace), status, independent: true }];
}

function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} has ${count}`).join(', ');
}
