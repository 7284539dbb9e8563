import type { JsonObject } from '../../base/json.ts';
import { jsonEqual } from '../../base/json.ts';
import { type Kind, type KubeObject, parseApiVersion, refKey, refOf } from '../../kube/object.ts';
import {
  managedClusterSetBindingKind,
  managedClusterSetKind,
  placementKind,
} from '../../kube/ocm/cluster.ts';
import { placementBindingKind, policyKind } from '../../kube/ocm/policy.ts';
import { lowerDecl } from '../lower/lower.ts';
import { bindingOf } from '../lower/policy.ts';
import type { IrDecl, IrPolicy, IrResource } from '../program.ts';
import { liftBinding, liftClusterSet } from './clusterset.ts';
import { liftPlacement } from './placement.ts';
import { liftPolicy, placementOfBinding } from './policy.ts';
import { nodeOf } from './read.ts';
import { remainder } from './remainder.ts';

type Construct = 'clusterset' | 'binding' | 'placement' | 'policy';

/** How one construct is read back, and from which kind. A table that lacks a construct does not compile. */
type Lifters = {
  readonly [K in Construct]: {
    readonly kind: Kind;
    readonly lift: (object: KubeObject) => IrDecl | null;
  };
};

const lifters: Lifters = {
  clusterset: { kind: managedClusterSetKind, lift: liftClusterSet },
  binding: { kind: managedClusterSetBindingKind, lift: liftBinding },
  placement: { kind: placementKind, lift: liftPlacement },
  policy: { kind: policyKind, lift: liftPolicy },
};

/**
 * Upstream objects as declarations, in their order; the inverse of `lower`. What a construct has no place for lands in
 * its `raw`, an object no construct can hold becomes a `resource`: nothing is dropped but status and what an API
 * server adds to metadata.
 */
export function lift(objects: readonly KubeObject[]): readonly IrDecl[] {
  const wanted = objects.map(authored);
  const bindings = bindingsOf(wanted);
  const folded = new Set<KubeObject>();
  const decls = wanted.map((object) => {
    const decl = liftOne(object);
    if (decl.kind !== 'policy') return decl;
    const own = bindings.get(policyKey(decl)) ?? [];
    for (const { object: binding } of own) folded.add(binding);
    const names = (enforce: boolean) =>
      own.filter((of) => of.enforce === enforce).map(({ placement }) => placement);
    return { ...decl, on: names(false), enforceOn: names(true) };
  });
  return decls.filter((_, at) => !folded.has(wanted[at] as KubeObject));
}

/** One object as a declaration: its construct, its construct with `raw`, or a `resource`. */
function liftOne(object: KubeObject): IrDecl {
  const { group } = parseApiVersion(object.apiVersion);
  const lifter = Object.values(lifters).find(
    ({ kind }) => kind.kind === object.kind && kind.group === group,
  );
  const decl = lifter?.lift(object) ?? null;
  if (decl === null) return resource(object);
  const [made] = lowerDecl(decl).objects;
  const raw = made === undefined ? null : remainder(json(made), json(object));
  if (raw === null) return resource(object);
  return Object.keys(raw).length === 0 ? decl : verified({ ...decl, raw }, object);
}

// A `raw` may not change what an object is (another version of the API, say), so the result is looked at once more.
function verified(decl: IrDecl, object: KubeObject): IrDecl {
  const [made] = lowerDecl(decl).objects;
  return jsonEqual(made, object) ? decl : resource(object);
}

function resource(object: KubeObject): IrResource {
  return { kind: 'resource', ...nodeOf(object), object: json(object) };
}

interface Bound {
  readonly object: KubeObject;
  readonly placement: string;
  readonly enforce: boolean;
}

/** The bindings of each policy of the list that are exactly those `lower` writes. */
function bindingsOf(objects: readonly KubeObject[]): ReadonlyMap<string, readonly Bound[]> {
  const policies = new Set(objects.filter(isPolicy).map((object) => refKey(refOf(object))));
  const bindings = new Map<string, Bound[]>();
  for (const object of objects) {
    const bound = object.kind === placementBindingKind.kind ? placementOfBinding(object) : null;
    if (bound === null) continue;
    const policy = { name: bound.policy, namespace: object.metadata.namespace ?? '' };
    const key = policyKey(policy);
    const isWritten = jsonEqual(object, bindingOf(policy, bound.placement, bound.enforce));
    if (policies.has(key) && isWritten) {
      bindings.set(key, [...(bindings.get(key) ?? []), { ...bound, object }]);
    }
  }
  return bindings;
}

function isPolicy({ apiVersion, kind }: KubeObject): boolean {
  return kind === policyKind.kind && parseApiVersion(apiVersion).group === policyKind.group;
}

function policyKey({ name, namespace }: Pick<IrPolicy, 'name' | 'namespace'>): string {
  return refKey({ group: policyKind.group, kind: policyKind.kind, namespace, name });
}

const serverFields = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
];

/** An object without its status and without what an API server keeps in its metadata. */
export function authored(object: KubeObject): KubeObject {
  const { status: _status, metadata, ...rest } = object;
  const kept = Object.entries(metadata).filter(([key]) => !serverFields.includes(key));
  return { ...rest, metadata: Object.fromEntries(kept) as unknown as KubeObject['metadata'] };
}

function json(object: KubeObject): JsonObject {
  return object as unknown as JsonObject;
}
