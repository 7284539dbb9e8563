import { isDeepStrictEqual } from 'node:util';
import { type KubeObject, type Ref, refKey, refOf } from '../../src/kube/object.ts';
import type {
  Attempt,
  Evaluated,
  Index,
  Projection,
  Seen,
  Snapshot,
  World,
} from '../../src/runtime/control/controller.ts';
import { Shelf } from '../../src/runtime/control/shelf.ts';

/** What a fake snapshot holds. */
export interface SnapshotInput {
  readonly hub?: readonly KubeObject[];
  readonly cluster?: readonly KubeObject[];
  /** By `refKey`, of the hub. */
  readonly attempts?: Readonly<Record<string, Attempt>>;
  /** By `refKey`, of the cluster. */
  readonly clusterAttempts?: Readonly<Record<string, Attempt>>;
  readonly evaluated?: Readonly<Record<string, Evaluated>>;
  /** Objects `look` answers with `unread`; every other one is present or absent. */
  readonly unread?: readonly Ref[];
  /** What keys said they depend on. */
  readonly mentioning?: Snapshot['mentioning'];
  /** Why kinds (`group/Kind`) are not known well. */
  readonly doubts?: Readonly<Record<string, string>>;
  /** Kinds (`group/Kind`) the API server does not have. */
  readonly unknownKinds?: readonly string[];
}

/** A snapshot for tests, and how much was read of it. */
export interface FakeSnapshot extends Snapshot {
  /** Objects handed out by `get`, `look` and `list`. */
  readonly reads: () => number;
}

/** A Snapshot over lists of objects: `(key, objects, now) → actions` needs nothing else. Indexes are built when asked for. */
export function snapshotOf(input: SnapshotInput | readonly KubeObject[]): FakeSnapshot {
  const given: SnapshotInput = isList(input) ? { hub: input } : input;
  const shelves = new Map<string, Shelf>();
  const shelf = (world: World, group: string, kind: string): Shelf => {
    const id = `${world} ${group}/${kind}`;
    const found = shelves.get(id) ?? new Shelf();
    shelves.set(id, found);
    return found;
  };
  for (const world of ['hub', 'cluster'] as const) {
    for (const object of given[world] ?? []) {
      const { group, kind } = refOf(object);
      shelf(world, group, kind).put(object);
    }
  }
  const projections = new Map<Projection<unknown>, unknown>();
  let reads = 0;

  const look = (ref: Ref, at: World = 'hub'): Seen => {
    reads += 1;
    if (given.unread?.some((unread) => isDeepStrictEqual(unread, ref))) return { state: 'unread' };
    const object = shelf(at, ref.group, ref.kind).get(ref.namespace, ref.name);
    if (object !== undefined) return { state: 'present', object };
    return given.unknownKinds?.includes(`${ref.group}/${ref.kind}`)
      ? { state: 'absent', kindUnknown: true }
      : { state: 'absent' };
  };

  return {
    revision: 1,
    reads: () => reads,
    look,
    attempt: (on, at = 'hub') =>
      (at === 'hub' ? given.attempts : given.clusterAttempts)?.[refKey(on)],
    evaluated: (id) => given.evaluated?.[id],
    get: (kind, namespace, name, at = 'hub') => {
      reads += 1;
      return shelf(at, kind.group, kind.kind).get(namespace, name) as never;
    },
    list: (index, key) => {
      const of = index as unknown as Index;
      const place = shelf(index.at ?? 'hub', index.kind.group, index.kind.kind);
      place.declare(of);
      const listed = place.list(of, key) ?? [];
      reads += listed.length;
      return listed as never;
    },
    isRead: () => true,
    doubt: ({ group, kind }) => given.doubts?.[`${group}/${kind}`] ?? null,
    mentioning: given.mentioning ?? new Map(),
    projection: <P>(projection: Projection<P>): P => {
      const of = projection as Projection<unknown>;
      if (!projections.has(of)) {
        const value = of.create();
        const named = of.kinds?.map(({ kind, at = 'hub' }) => shelf(at, kind.group, kind.kind));
        for (const each of named ?? shelves.values()) {
          for (const object of each.values()) of.change(value, undefined, object);
        }
        projections.set(of, value);
      }
      return projections.get(of) as P;
    },
  };
}

function isList(input: SnapshotInput | readonly KubeObject[]): input is readonly KubeObject[] {
  return Array.isArray(input);
}
