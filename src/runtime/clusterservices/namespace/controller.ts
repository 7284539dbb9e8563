import { jsonHash } from '../../../base/hash.ts';
import { type Instant, plus } from '../../../base/instant.ts';
import { type Json, jsonEqual } from '../../../base/json.ts';
import { setConditions } from '../../../kube/conditions.ts';
import {
  type CustomResourceDefinition,
  customResourceDefinitionKind,
  type Namespace,
  namespaceKind,
} from '../../../kube/core.ts';
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
import { builtInKinds, definedKind, type StoredKind } from '../definitions.ts';
import { type Content, namespaceConditions } from './conditions.ts';

/** The finalizer this service takes off. */
const finalizer = 'kubernetes';

/** events.k8s.io shows the same objects as core. */
const builtIn = builtInKinds.filter(
  ({ namespaced, group }) => namespaced && group !== 'events.k8s.io',
);
/** How long until a kind that is about to be served is looked for again, in milliseconds. */
const lookAgainAfter = 1_000;
/** How long until is asked again whether a namespace is empty, in milliseconds. */
const askAgainAfter = 10_000;
const definitions = everyOf(customResourceDefinitionKind);

/**
 * Empties namespaces that are being deleted and takes their finalizer off, as kube-controller-manager's namespace
 * controller does, for the built-in kinds and those that CustomResourceDefinitions add.
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
    const defined = snapshot.list(definitions, '').flatMap(namespacedKind);
    const kinds = [...builtIn, ...defined];
    const alsoList = kinds.map((kind) => ({ kind, namespace: name }));
    // Unread is not empty: a kind that cannot be listed holds the namespace.
    if (!kinds.every((kind) => isRead(kind, name, snapshot))) return { actions: [], alsoList };
    // What a definition says is served will be, although the API server does not have it yet.
    if (!defined.every((kind) => isServed(kind, name, snapshot))) {
      return { actions: [], alsoList, again: plus(now, lookAgainAfter) };
    }
    const left = kinds.flatMap((kind): Content[] =>
      snapshot.list(everyOf(kind), name).map((object) => ({ object, resource: resourceOf(kind) })),
    );
    const reports = reported(namespace, left, now);
    // One write a pass: the second would be made of an object that is out of date.
    if (left.length === 0) {
      if (reports.length > 0) return { actions: reports, alsoList };
      return { ...ended(namespace, kinds, { snapshot, now }), alsoList };
    }
    const deletions = left
      .filter(({ object }) => object.metadata.deletionTimestamp === undefined)
      .map(({ object }) => deleted(object));
    return { actions: [...reports, ...deletions], alsoList };
  },
};

/** What is asked of the API server before a namespace ends: whether objects of any of these kinds are in it. */
export interface AnyIn {
  readonly namespace: string;
  readonly kinds: readonly Kind[];
}

// A watch may lag behind, and nobody would ever empty a namespace that is gone.
function ended(
  namespace: Namespace,
  kinds: readonly StoredKind[],
  { snapshot, now }: { readonly snapshot: Snapshot; readonly now: Instant },
): Outcome {
  const { name, uid = '' } = namespace.metadata;
  const id = jsonHash({ anyIn: name, uid, round: Math.floor(now / askAgainAfter) });
  const answer = snapshot.evaluated(id);
  if (answer?.ok === true && answer.outcome === false) return { actions: [finalized(namespace)] };
  const again = plus(now, askAgainAfter);
  if (answer !== undefined) return { actions: [], again };
  const asked = kinds.map(({ group, version, kind }) => ({ group, version, kind }));
  return {
    actions: [],
    again,
    evaluate: [{ id, pass: 'anyIn', input: { namespace: name, kinds: asked } }],
  };
}

function namespacedKind(definition: CustomResourceDefinition): readonly StoredKind[] {
  const kind = definedKind(definition);
  return kind?.namespaced === true ? [kind] : [];
}

/** `configmaps.` or `deployments.apps`, as the conditions name kinds. */
function resourceOf({ group, plural }: StoredKind): string {
  return `${plural}.${group}`;
}

/** Whether all there is of a kind in the namespace is known; of a kind the API server does not have there is nothing. */
function isRead(kind: StoredKind, namespace: string, snapshot: Snapshot): boolean {
  return snapshot.isRead(kind, { namespace }) || !isServed(kind, namespace, snapshot);
}

function isServed(
  { group, version, kind }: StoredKind,
  namespace: string,
  snapshot: Snapshot,
): boolean {
  const seen = snapshot.look({ group, version, kind, namespace, name: 'any' });
  return seen.state !== 'absent' || seen.kindUnknown !== true;
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
