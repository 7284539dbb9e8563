import type { Json } from '../../../base/json.ts';
import type { Library } from '../environment.ts';
import { global, member } from '../environment.ts';
import { fromJson } from '../map.ts';
import type { CelValue } from '../value.ts';
import { celError, isCelList, isMap, noSuchOverload, sizeOf } from '../value.ts';

/** What `scores()` asks: the scores of one AddOnPlacementScore of a cluster; null where there is none. */
export interface ScoreHost {
  readonly scores: (
    cluster: string,
    resource: string,
  ) => readonly { readonly name: string; readonly value: number }[] | null;
}

function isScoreHost(host: unknown): host is ScoreHost {
  return typeof host === 'object' && host !== null && 'scores' in host;
}

function scores([cluster = null, resource]: readonly CelValue[], host: unknown): CelValue {
  if (typeof resource !== 'string' || !isMap(cluster)) return noSuchOverload;
  const metadata = cluster.get('metadata') ?? null;
  const name = isMap(metadata) ? metadata.get('name') : undefined;
  if (typeof name !== 'string') return celError('failed to get cluster name');
  const found = isScoreHost(host) ? host.scores(name, resource) : null;
  if (found === null) return celError(`failed to get score: ${resource} not found`);
  return found.map((score) => fromJson({ name: score.name, value: score.value }, 'int'));
}

const scoresCost = (_args: readonly CelValue[], result: CelValue) =>
  10 + (isCelList(result) ? result.length * 31 : 0);

/** The function upstream's placements have for scores: `managedCluster.scores("resource")`. */
export const managedClusterLibrary: Library = {
  functions: new Map([
    [
      'scores',
      [
        member(
          'cluster_scores',
          'dyn, string -> list(dyn)',
          (args, { host }) => scores(args, host),
          scoresCost,
        ),
      ],
    ],
  ]),
};

function parseJson([text]: readonly CelValue[]): CelValue {
  if (typeof text !== 'string') return celError('failed to parse json: argument must be a string');
  try {
    return fromJson(JSON.parse(text) as Json, 'double');
  } catch {
    return celError('failed to parse json');
  }
}

const maxCost = 1_000_000_000;

function structureCost(value: CelValue): number {
  if (isCelList(value)) {
    return value.reduce<number>((sum, item) => capped(sum + structureCost(item)), 10);
  }
  if (!isMap(value)) return 0;
  const keys = value.keys();
  return keys.reduce<number>((sum, key) => capped(sum + structureCost(value.get(key) ?? null)), 30);
}

function capped(cost: number): number {
  return Math.min(cost, maxCost);
}

const parseCost = ([text = null]: readonly CelValue[], result: CelValue) =>
  Math.ceil(sizeOf(text) * 0.1) + structureCost(result);

/** `text.parseJSON()`; numbers are doubles. */
export const jsonLibrary: Library = {
  functions: new Map([
    ['parseJSON', [member('parse_json_string', 'string -> dyn', parseJson, parseCost)]],
  ]),
};

function hasConditions([status = null]: readonly CelValue[]): CelValue {
  const conditions = isMap(status) ? status.get('conditions') : undefined;
  return conditions !== undefined && isCelList(conditions) && conditions.length > 0;
}

/** `hasConditions(status)`, which condition rules of ManifestWorks have and placements do not. */
export const conditionsLibrary: Library = {
  functions: new Map([
    ['hasConditions', [global('status_has_conditions', 'dyn -> bool', hasConditions)]],
  ]),
};
