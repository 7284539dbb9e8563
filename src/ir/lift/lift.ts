import type { JsonObject } from '../../base/json.ts';
import { jsonEqual } from '../../base/json.ts';
import { type Kind, type KubeObject, parseApiVersion } from '../../kube/object.ts';
import { clusterManagementAddOnKind } from '../../kube/ocm/addon.ts';
import {
  managedClusterSetBindingKind,
  managedClusterSetKind,
  placementKind,
} from '../../kube/ocm/cluster.ts';
import { policyKind, policySetKind } from '../../kube/ocm/policy.ts';
import { manifestWorkReplicaSetKind } from '../../kube/ocm/work.ts';
import { applicationSetKind } from '../lower/application-set.ts';
import { lowerDecl } from '../lower/lower.ts';
import type { IrDecl, IrResource } from '../program.ts';
import { liftAddOn } from './addon.ts';
import { liftReplicaSet } from './app.ts';
import { bareApp, liftApplicationSet } from './application-set.ts';
import { liftBinding, liftClusterSet } from './clusterset.ts';
import { liftPlacement } from './placement.ts';
import { liftPolicy } from './policy.ts';
import { foldBindings } from './policy-bindings.ts';
import { liftPolicySet } from './policyset.ts';
import { nodeOf } from './read.ts';
import { remainder } from './remainder.ts';
import { liftSubscriptions } from './subscription.ts';
import { isObjectName } from './writable.ts';

type Construct =
  | 'clusterset'
  | 'binding'
  | 'placement'
  | 'policy'
  | 'policyset'
  | 'replicaset'
  | 'applicationset'
  | 'addon';

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
  policyset: { kind: policySetKind, lift: liftPolicySet },
  replicaset: { kind: manifestWorkReplicaSetKind, lift: liftReplicaSet },
  applicationset: { kind: applicationSetKind, lift: liftApplicationSet },
  addon: { kind: clusterManagementAddOnKind, lift: liftAddOn },
};

/**
 * Upstream objects as declarations, in their order; the inverse of `lower`. What a construct has no place for lands in
 * its `raw`, an object no construct can hold becomes a `resource`: nothing is dropped but status and what an API
 * server adds to metadata.
 */
export function lift(objects: readonly KubeObject[]): readonly IrDecl[] {
  const all = objects.map(authored);
  const pairs = liftSubscriptions(all);
  const apps = new Map(pairs.map(({ channel, app }) => [channel, app]));
  const read = new Set(pairs.map(({ subscription }) => subscription));
  const wanted = all.filter((object) => !read.has(object));
  const decls = wanted.map((object) => apps.get(object) ?? liftOne(object));
  return foldBindings(withMembers(decls, wanted), wanted);
}

/** A set refers to its policies: one whose policies are not all in the list stays the object it is. */
function withMembers(decls: readonly IrDecl[], objects: readonly KubeObject[]): readonly IrDecl[] {
  const policies = new Set(
    decls.flatMap((decl) => (decl.kind === 'policy' ? [`${decl.namespace}/${decl.name}`] : [])),
  );
  return decls.map((decl, at) => {
    const object = objects[at];
    if (decl.kind !== 'policyset' || object === undefined) return decl;
    const isWhole = decl.policies.every((name) => policies.has(`${decl.namespace}/${name}`));
    return isWhole ? decl : resource(object);
  });
}

/** One object as a declaration: its construct, its construct with `raw`, or a `resource`. */
function liftOne(object: KubeObject): IrDecl {
  const { group } = parseApiVersion(object.apiVersion);
  const lifter = Object.values(lifters).find(
    ({ kind }) => kind.kind === object.kind && kind.group === group,
  );
  const isNamed = lifter?.kind.group !== policyKind.group || isObjectName(object.metadata.name);
  const decl = isNamed ? (lifter?.lift(object) ?? null) : null;
  return decl === null ? resource(object) : withRemainder(decl, object);
}

/** With what it has no place for in `raw`; a `resource` where that is not the object again. */
function withRemainder(decl: IrDecl, object: KubeObject): IrDecl {
  const [made] = lowerDecl(decl).objects;
  const raw = made === undefined ? null : remainder(json(made), json(object));
  if (raw === null) {
    const bare = decl.kind === 'app' && decl.bare !== true ? bareApp(decl) : null;
    return bare === null ? resource(object) : withRemainder(bare, object);
  }
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

/** What an API server keeps in the metadata of an object; nobody writes it. */
export const serverFields: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
]);

/** An object without its status and without what an API server keeps in its metadata. */
export function authored(object: KubeObject): KubeObject {
  const { status: _status, metadata, ...rest } = object;
  const kept = Object.entries(metadata).filter(([key]) => !serverFields.has(key));
  return { ...rest, metadata: Object.fromEntries(kept) as unknown as KubeObject['metadata'] };
}

function json(object: KubeObject): JsonObject {
  return object as unknown as JsonObject;
}
