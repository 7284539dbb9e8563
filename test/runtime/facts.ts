import { instant } from '../../src/base/instant.ts';
import { compareText } from '../../src/base/json.ts';
import { type KubeObject, keyOf, type Ref, refKey, refOf } from '../../src/kube/object.ts';
import type {
  Attempt,
  Evaluated,
  Index,
  Projection,
  Seen,
  Snapshot,
  World,
} from '../../src/runtime/control/controller.ts';

/** What a pass may see, said by a test; counts what it read. */
export interface Facts {
  readonly hub?: readonly KubeObject[];
  readonly cluster?: readonly KubeObject[];
  /** Objects that are named by `alsoWatch` but not read yet. */
  readonly unread?: readonly Ref[];
  readonly kindUnknown?: readonly Ref[];
  readonly failures?: readonly {
    readonly on: Ref;
    readonly at?: World;
    readonly message: string;
    readonly status?: number;
    readonly reason?: string;
  }[];
  readonly succeeded?: readonly Ref[];
  readonly evaluated?: Readonly<Record<string, Evaluated>>;
  readonly notRead?: readonly string[];
}

/** A Snapshot of given facts. */
export function snapshotOf(facts: Facts): Snapshot & { readonly reads: number } {
  const worlds = { hub: facts.hub ?? [], cluster: facts.cluster ?? [] };
  const byKey = new Map<string, KubeObject>();
  for (const world of ['hub', 'cluster'] as const) {
    for (const object of worlds[world]) byKey.set(`${world} ${refKey(refOf(object))}`, object);
  }
  const isOneOf = (refs: readonly Ref[] | undefined, ref: Ref): boolean =>
    refs?.some((one) => refKey(one) === refKey(ref)) ?? false;
  const bins = new Map<string, Map<string, KubeObject[]>>();
  const projections = new Map<string, unknown>();
  const at = instant(0);
  return {
    revision: 1,
    reads: 0,
    look(ref, world = 'hub'): Seen {
      this.reads += 1;
      const object = byKey.get(`${world} ${refKey(ref)}`);
      if (object !== undefined) return { state: 'present', object };
      if (isOneOf(facts.unread, ref)) return { state: 'unread' };
      return isOneOf(facts.kindUnknown, ref)
        ? { state: 'absent', kindUnknown: true }
        : { state: 'absent' };
    },
    attempt(on, world = 'hub'): Attempt | undefined {
      const failed = facts.failures?.find(
        (one) => refKey(one.on) === refKey(on) && (one.at ?? 'hub') === world,
      );
      if (failed !== undefined) {
        const { status = 403, reason = 'Forbidden', message } = failed;
        return { at, failure: { status, reason, message } };
      }
      return isOneOf(facts.succeeded, on) ? { at, failure: null } : undefined;
    },
    evaluated: (id) => facts.evaluated?.[id],
    get<T extends KubeObject>(
      kind: { readonly group: string; readonly kind: string },
      namespace: string,
      name: string,
      world: World = 'hub',
    ) {
      this.reads += 1;
      const key = refKey({ group: kind.group, kind: kind.kind, namespace, name });
      return byKey.get(`${world} ${key}`) as T | undefined;
    },
    list<T extends KubeObject>(index: Index<T>, key: string) {
      let bin = bins.get(index.name);
      if (bin === undefined) {
        bin = new Map();
        for (const object of worlds[index.at ?? 'hub']) {
          const ref = refOf(object);
          if (ref.kind !== index.kind.kind || ref.group !== index.kind.group) continue;
          for (const of of index.keys(object as T)) {
            bin.set(of, [...(bin.get(of) ?? []), object]);
          }
        }
        bins.set(index.name, bin);
      }
      const listed = (bin.get(key) ?? []).toSorted((a, b) => compareText(keyOf(a), keyOf(b)));
      this.reads += listed.length;
      return listed as unknown as readonly T[];
    },
    isRead: (kind) => !(facts.notRead?.includes(kind.kind) ?? false),
    projection<P>(projection: Projection<P>): P {
      const known = projections.get(projection.name);
      if (known !== undefined) return known as P;
      const value = projection.create();
      for (const { kind, at: world = 'hub' } of projection.kinds) {
        for (const object of worlds[world]) {
          const ref = refOf(object);
          if (ref.kind === kind.kind && ref.group === kind.group) {
            projection.change(value, undefined, object);
          }
        }
      }
      projections.set(projection.name, value);
      return value;
    },
  } as Snapshot & { reads: number };
}
