import fc from 'fast-check';
import type { ClusterFacts } from '../../src/engine/inventory/facts.ts';
import type { IrComparison, IrExpr } from '../../src/ir/expr.ts';
import type { ManagedCluster } from '../../src/kube/ocm/cluster.ts';
import {
  and,
  call,
  choose,
  claim,
  compare,
  constant,
  fact,
  field,
  has,
  isIn,
  label,
  member,
  not,
  onTaints,
  or,
} from './exprs.ts';

// Few facts and values, so that conditions meet and miss each other.
const values = ['a', 'b', 'a b'];
const text = fc.constantFrom(...values);
const maybe = fc.option(text, { nil: undefined });
const facts = [
  label('x'),
  label('y', { default: 'a' }),
  label('w.io/z', { default: 'other' }),
  claim('x'),
  claim('y', { default: 'b' }),
];
const secure = label('secure', {}, 'bool');
const cpus = label('cpus', { default: 2 }, 'int');
const gpus = claim('gpus', {}, 'int');
const k8s = claim('k8s', {}, 'version');
const memory = field('status.allocatable.memory', 'quantity');
const ready = fact('ready', { from: 'condition', type: 'Ready' }, 'condition');
const readyByDefault = { ...ready, default: true };

const order = fc.constantFrom<IrComparison>('==', '!=', '<', '<=', '>', '>=');
const equality = fc.constantFrom<IrComparison>('==', '!=');
const anyFact = fc.constantFrom(...facts);
/** Conditions about the clusters below. */
export const atom: fc.Arbitrary<IrExpr> = fc.oneof(
  fc.tuple(anyFact, equality, text).map(([of, by, value]) => compare(of, by, value)),
  fc.tuple(anyFact, fc.subarray(values)).map(([of, list]) => isIn(of, list)),
  anyFact.map(has),
  fc.tuple(anyFact, text).map(([of, value]) => call('startsWith', of, constant(value))),
  fc.tuple(order, fc.integer({ min: 1, max: 3 })).map(([by, value]) => compare(cpus, by, value)),
  fc.tuple(order, fc.integer({ min: 1, max: 3 })).map(([by, value]) => compare(gpus, by, value)),
  fc
    .tuple(order, fc.constantFrom('v1.29', 'v1.30', 'v1.30.1'))
    .map(([by, value]) => compare(k8s, by, constant(value, 'version'))),
  fc
    .tuple(order, fc.constantFrom('1Gi', '2048Mi'))
    .map(([by, value]) => compare(memory, by, constant(value, 'quantity'))),
  fc.constantFrom(secure, ready, readyByDefault, has(ready), constant(true), constant(false)),
  fc
    .tuple(fc.constantFrom('any', 'all'), fc.constantFrom('key', 'value'), equality, text)
    .map(([name, of, by, value]) =>
      onTaints(name, (taint) => compare(member(taint, of), by, value)),
    ),
);
/** Tests that are never unknown: a choice by another has no form upstream. */
const definite = fc.oneof(
  anyFact.map(has),
  fc
    .tuple(fc.constantFrom(...facts.slice(1, 3)), text)
    .map(([of, value]) => compare(of, '==', value)),
);
/** Atoms joined with `&&`, `||`, `!` and `if`. */
export function joined(atoms: fc.Arbitrary<IrExpr>): fc.Arbitrary<IrExpr> {
  return fc.letrec<{ expr: IrExpr }>((tie) => ({
    expr: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      atoms,
      fc.array(tie('expr'), { maxLength: 3 }).map((args) => and(...args)),
      fc.array(tie('expr'), { maxLength: 3 }).map((args) => or(...args)),
      tie('expr').map(not),
      fc
        .tuple(definite, tie('expr'), tie('expr'))
        .map(([test, chosen, other]) => choose(test, chosen, other)),
    ),
  })).expr;
}
/** Predicates about the clusters below. */
export const predicates = joined(atom);

const record = (entries: readonly (readonly [string, string | undefined])[]) =>
  Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<string, string>;
const optional = <T extends object>(key: string, value: T, isThere: boolean) =>
  isThere ? { [key]: value } : {};

/** Clusters with few facts, some of them missing or malformed. */
export const clusters: fc.Arbitrary<ClusterFacts> = fc
  .record({
    x: maybe,
    y: maybe,
    z: maybe,
    secure: fc.constantFrom('true', 'false', 'maybe', undefined),
    cpus: fc.constantFrom('1', '2', '3', 'many', undefined),
    claimX: maybe,
    claimY: maybe,
    gpus: fc.constantFrom('1', '2', 'no', undefined),
    k8s: fc.constantFrom('v1.29.3', 'v1.30.0+k3s1', 'v1.30.1-eks-1', 'v1.31.2', 'none', undefined),
    memory: fc.constantFrom('1Gi', '2Gi', '512Mi', undefined),
    ready: fc.constantFrom('True', 'False', 'Unknown', undefined),
    taints: fc.array(fc.record({ key: text, value: maybe }), { maxLength: 2 }),
  })
  .map((of) => {
    const labels = record([
      ['x', of.x],
      ['y', of.y],
      ['w.io/z', of.z],
      ['secure', of.secure],
      ['cpus', of.cpus],
    ]);
    const claims = record([
      ['x', of.claimX],
      ['y', of.claimY],
      ['gpus', of.gpus],
      ['k8s', of.k8s],
    ]);
    const taints = of.taints.map(({ key, value }) => ({
      key,
      ...(value === undefined ? {} : { value }),
      effect: 'NoSelect' as const,
    }));
    const clusterClaims = Object.entries(claims).map(([name, value]) => ({ name, value }));
    const conditions =
      of.ready === undefined
        ? []
        : [{ type: 'Ready', status: of.ready as 'True', reason: '', message: '' }];
    const cluster: ManagedCluster = {
      apiVersion: 'cluster.open-cluster-management.io/v1',
      kind: 'ManagedCluster',
      metadata: { name: 'c', ...optional('labels', labels, Object.keys(labels).length > 0) },
      spec: { ...optional('taints', taints, taints.length > 0) },
      status: {
        ...optional('clusterClaims', clusterClaims, clusterClaims.length > 0),
        ...optional('conditions', conditions, conditions.length > 0),
        ...(of.memory === undefined ? {} : { allocatable: { memory: of.memory } }),
      },
    };
    return { cluster, name: 'c', sets: [] };
  });
