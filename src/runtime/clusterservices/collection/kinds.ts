import { type CustomResourceDefinition, customResourceDefinitionKind } from '../../../kube/core.ts';
import { type Kind, type KubeObject, kindKey } from '../../../kube/object.ts';
import type { Projection, Snapshot } from '../../control/controller.ts';
import { builtInKinds, definedKind, type StoredKind } from '../definitions.ts';
import { ownership } from './ownership.ts';

/** Built-in kinds that are collected: all but Events, which own nothing and are owned by nobody. */
export const collectedKinds: readonly StoredKind[] = builtInKinds.filter(
  ({ kind }) => kind !== 'Event',
);

/** A kind whose objects are followed. */
export interface FollowedKind extends StoredKind {
  /** Versions the API server has it in, where a definition says so. */
  readonly versions?: readonly string[];
}

const builtIn: ReadonlyMap<string, FollowedKind> = new Map(
  collectedKinds.map((kind) => [kindKey(kind), kind]),
);

interface Defined extends FollowedKind {
  readonly by: string;
}

/** What CustomResourceDefinitions add, by group and kind. */
export const definedKinds: Projection<Map<string, Defined>> = {
  name: 'defined kinds',
  kinds: [{ kind: customResourceDefinitionKind }],
  create: () => new Map(),
  change: (into, before, now) => {
    const by = (now ?? before)?.metadata.name ?? '';
    if (before !== undefined) {
      const { group, names } = (before as CustomResourceDefinition).spec;
      const key = kindKey({ group, kind: names.kind });
      if (into.get(key)?.by === by) into.delete(key);
    }
    const definition = now as CustomResourceDefinition | undefined;
    const kind = definition && definedKind(definition);
    if (kind === undefined) return;
    const versions = definition?.spec.versions.filter(({ served }) => served) ?? [];
    into.set(kindKey(kind), { ...kind, by, versions: versions.map(({ name }) => name) });
  },
};

/** The kind of that name whose objects are followed, whatever the version asked for. */
export function followedKind(
  of: { readonly group: string; readonly kind: string },
  snapshot: Snapshot,
): FollowedKind | undefined {
  const key = kindKey(of);
  return builtIn.get(key) ?? snapshot.projection(definedKinds).get(key);
}

/** The object a `refKey` names, in the version its kind is followed in. */
export function objectAt(key: string, snapshot: Snapshot): KubeObject | undefined {
  const [group = '', kind = '', namespace = '', name = ''] = key.split('/');
  const of = followedKind({ group, kind }, snapshot);
  if (of === undefined) return undefined;
  const { version } = of;
  const seen = snapshot.look({ group, version, kind, namespace, name });
  return seen.state === 'present' ? seen.object : undefined;
}

/** What names an object as its owner, as far as it is known. */
export function dependentsOf(owner: KubeObject, snapshot: Snapshot): readonly KubeObject[] {
  const keys = snapshot
    .projection(ownership)
    .dependents.get(owner.metadata.uid ?? '')
    ?.keys();
  return [...(keys ?? [])].flatMap((key) => objectAt(key, snapshot) ?? []);
}

/**
 * Kinds whose objects are on their way: who owns what is not known before. What the API server refuses to show is not
 * waited for, as by kube-controller-manager: one broken kind must not hold up the others.
 */
export function kindsToCome(snapshot: Snapshot): readonly Kind[] {
  return [...snapshot.projection(definedKinds).values()].flatMap(({ group, version, kind }) => {
    const seen = snapshot.look({ group, version, kind, namespace: '', name: 'any' });
    return seen.state === 'unread' && seen.why === undefined ? [{ group, version, kind }] : [];
  });
}

/** The kind a definition adds, where it is served. */
export function kindsOf(definition: KubeObject): readonly StoredKind[] {
  const kind = definedKind(definition as CustomResourceDefinition);
  return kind === undefined ? [] : [kind];
}
