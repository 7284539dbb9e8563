import type { Instant, Millis } from '../base/instant.ts';
import type { JsonObject } from '../base/json.ts';
import type { KubeObject } from '../kube/object.ts';
import type { ManagedClusterAddOn } from '../kube/ocm/addon.ts';
import type { AddOnPlacementScore, ManagedCluster } from '../kube/ocm/cluster.ts';
import type { IrAttribute, IrExpr } from './expr.ts';
import type { Origin } from './program.ts';

/**
 * The tests of a module as plain data: made by `lang/emit`, run by `engine/simulate`. They are no part of a Program and
 * reach no hub. Origins point into the files of the program that was compiled with them.
 */
export interface TestPlan {
  /** What a cluster of a test is asked by name, and what `@fuzz` draws. */
  readonly attributes: readonly TestAttribute[];
  readonly fixtures: readonly TestFixture[];
  readonly tests: readonly TestCase[];
  /** What policies want of clusters, where it differs from cluster to cluster. */
  readonly definitions: readonly TestDefinition[];
}

/** An attribute of the fleet. */
export interface TestAttribute {
  readonly attribute: IrAttribute;
  readonly presence: 'required' | 'optional' | 'defaulted';
  /** Its name in the `fleet` block. */
  readonly origin: Origin;
}

/**
 * An object template of a policy as the expression it was written as: what a hub gets is a template text, which only a
 * hub resolves. In the order of the program; null where the definition is the same for all clusters.
 */
export interface TestDefinition {
  /** Of the object template; several of a loop share one. */
  readonly origin: Origin;
  readonly object: IrExpr | null;
}

export interface TestFixture {
  readonly name: string;
  readonly namespace: string;
  readonly origin: Origin;
  readonly clusters: readonly TestCluster[];
  /** Objects of the hub that lookups find. */
  readonly objects: readonly KubeObject[];
}

/** A cluster as a hub would know it. */
export interface TestCluster {
  readonly name: string;
  readonly origin: Origin;
  readonly cluster: ManagedCluster;
  readonly scores: readonly AddOnPlacementScore[];
  readonly addons: readonly ManagedClusterAddOn[];
  /** The sets it was put into; null: as the sets themselves say. */
  readonly sets: readonly string[] | null;
}

export interface TestCase {
  readonly name: string;
  readonly namespace: string;
  readonly origin: Origin;
  /** Index into `fixtures`; null where all clusters are drawn. */
  readonly fixture: number | null;
  readonly fuzz: TestFuzz | null;
  /** What exists on clusters. */
  readonly objects: readonly { readonly cluster: string; readonly object: JsonObject }[];
  /** In the order of the text. */
  readonly steps: readonly TestStep[];
}

export interface TestFuzz {
  readonly runs: number;
  /** null: made from the name of the test. */
  readonly seed: number | null;
}

export type TestStep =
  | { readonly step: 'expect'; readonly expectation: TestExpectation }
  | { readonly step: 'simulate'; readonly simulation: TestSimulation };

export interface TestSimulation {
  readonly origin: Origin;
  readonly app: { readonly namespace: string; readonly name: string };
  /** null: a cluster that is being updated stays so until an entry says otherwise. */
  readonly succeedAfter: Millis | null;
  /** By their time. */
  readonly entries: readonly TestMoment[];
}

/** One `at` of a simulation. */
export interface TestMoment {
  readonly origin: Origin;
  /** From the start. */
  readonly at: Millis;
  readonly states: readonly {
    readonly cluster: string;
    readonly state: 'Progressing' | 'Succeeded' | 'Failed';
  }[];
  readonly expectations: readonly TestExpectation[];
}

/** One `expect`: a condition over variables, which `reads` lists. */
export interface TestExpectation {
  readonly origin: Origin;
  readonly that: IrExpr;
  /** An attribute, filter or taint the explanation has to name. */
  readonly because: string | null;
  /** The clusters and placements whose explanation `because` is about; no cluster: all of them. */
  readonly about: readonly TestSubject[];
  readonly reads: readonly TestRead[];
}
export interface TestSubject {
  readonly placement: { readonly namespace: string; readonly name: string };
  readonly cluster: IrExpr | null;
}

/** A variable of an expectation, and what it stands for. */
export interface TestRead {
  readonly variable: string;
  readonly of: 'cluster' | 'placement' | 'policy' | 'app' | 'addon';
  /** Empty for clusters. */
  readonly namespace: string;
  readonly name: string;
}

/** When a test begins (2026-01-01T00:00:00Z), where nobody says otherwise: nothing in a test depends on the day it is run. */
export const testStart = 1_767_225_600_000 as Instant;
