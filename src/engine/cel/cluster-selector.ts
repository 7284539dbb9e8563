import type { Instant } from '../../base/instant.ts';
import type { JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import type { ClusterFacts } from '../inventory/facts.ts';
import { scoresNamed, validity } from '../inventory/facts.ts';
import type { Scope } from '../predicate/scope.ts';
import type { Missing } from '../predicate/value.ts';
import { missing } from '../predicate/value.ts';
import type { CelProgram } from './cel.ts';
import { compileCel } from './cel.ts';
import { clusterView } from './cluster-view.ts';
import type { CompileFailure, Environment } from './environment.ts';
import { environment } from './environment.ts';
import { baseLibraries, namedTypes } from './libraries.ts';
import type { ScoreHost } from './library/open-cluster-management.ts';
import { jsonLibrary, managedClusterLibrary } from './library/open-cluster-management.ts';
import { fromJson } from './map.ts';
import { dyn, mapOfTypes, string } from './types.ts';
import type { CelValue } from './value.ts';
import { isError, isOptional } from './value.ts';

/** What an expression of a placement's `celSelector` may name (ocm `pkg/placement/helpers/cel.go`). */
export const clusterEnvironment: Environment = environment(
  new Map([['managedCluster', mapOfTypes(string, dyn)]]),
  namedTypes,
  [...baseLibraries, managedClusterLibrary, jsonLibrary],
);

type Compiled = { readonly ok: true; readonly program: CelProgram } | CompileFailure;

const maxCached = 1000;
const compiled = new Map<string, Compiled>();

/** Compiles an expression of a `celSelector`; the same text is compiled once while it is in use. */
export function compileClusterCel(source: string): Compiled {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const made = compileCel(source, clusterEnvironment);
  if (compiled.size >= maxCached) compiled.clear();
  compiled.set(source, made);
  return made;
}

/** What an expression gives for a cluster, and what that cost. */
export function runClusterCel(
  program: CelProgram,
  cluster: ClusterFacts,
  scope: Pick<Scope, 'now' | 'compat'>,
): { readonly value: CelValue; readonly cost: number } {
  const host = scoreHost(cluster, scope);
  return program.run({ variables: variablesOf(cluster, scope.compat), host });
}

/** Does an expression hold for a cluster? What does not compile, fails, or is no bool is unknown: not selected. */
export function celHolds(source: string, cluster: ClusterFacts, scope: Scope): boolean | Missing {
  const made = compileClusterCel(source);
  if (!made.ok) return missing('CelFailed', made.message);
  const value = unwrapped(runClusterCel(made.program, cluster, scope).value);
  if (typeof value === 'boolean') return value;
  return missing('CelFailed', isError(value) ? value.message : 'the value is no bool');
}

/** The value an optional holds, as upstream looks at it: `optional.of(true)` selects. */
export function unwrapped(value: CelValue): CelValue {
  return isOptional(value) && value.value !== undefined ? unwrapped(value.value) : value;
}

const variables = {
  native: new WeakMap<object, ReadonlyMap<string, CelValue>>(),
  upstream: new WeakMap<object, ReadonlyMap<string, CelValue>>(),
};

function variablesOf({ cluster }: ClusterFacts, compat: Scope['compat']) {
  const known = variables[compat].get(cluster);
  if (known !== undefined) return known;
  const view = clusterView(cluster);
  const shown = compat === 'native' ? withEmptyMaps(view) : view;
  const made = new Map([['managedCluster', fromJson(shown, 'int')]]);
  variables[compat].set(cluster, made);
  return made;
}

// Upstream leaves empty labels out, so that `!("x" in managedCluster.metadata.labels)` fails where there are none.
function withEmptyMaps(view: JsonObject): JsonObject {
  const metadata = view['metadata'];
  if (!isJsonObject(metadata)) return view;
  const { labels = {}, annotations = {} } = metadata;
  return { ...view, metadata: { ...metadata, labels, annotations } };
}

function scoreHost(facts: ClusterFacts, { now, compat }: Pick<Scope, 'now' | 'compat'>): ScoreHost {
  return {
    scores: (cluster, resource) => {
      const status = cluster === facts.name ? scoresNamed(facts, resource)?.status : undefined;
      if (status === undefined && scoresNamed(facts, resource) === undefined) return null;
      if (compat === 'native' && isExpired(status?.validUntil, now)) return null;
      return Array.isArray(status?.scores) ? status.scores : [];
    },
  };
}

function isExpired(validUntil: string | undefined, now: Instant): boolean {
  const end = validity(validUntil);
  return end !== null && now > end;
}
