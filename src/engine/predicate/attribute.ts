import type { IrAttribute, IrSource } from '../../ir/expr.ts';
import type { ClusterFacts } from '../inventory/facts.ts';
import {
  addonAvailable,
  annotationOf,
  claimOf,
  conditionHolds,
  fieldOf,
  labelOfCluster,
  scoreOf,
  taintsOf,
} from '../inventory/facts.ts';
import { convertTo, parseAs } from './convert.ts';
import type { Scope } from './scope.ts';
import type { Missing, Value } from './value.ts';
import { fromJson, isMissing, missing } from './value.ts';

/** The value of a fact about a cluster: missing, malformed, or of its type (Rules 29 to 32). */
export function readAttribute(attribute: IrAttribute, scope: Scope): Value | Missing {
  const raw =
    scope.cluster === null ? undefined : readSource(attribute.source, scope.cluster, scope);
  if (raw === undefined) {
    if (attribute.default !== undefined) return defaultOf(attribute);
    return missing('AttributeMissing', `cluster.${attribute.name}`);
  }
  if (isMissing(raw)) return raw;
  if (isList(raw)) return raw;
  const value =
    typeof raw === 'string' ? parseAs(attribute.type, raw) : convertTo(attribute.type, raw);
  return value ?? missing('AttributeMalformed', `cluster.${attribute.name}`);
}

/** Is there anything to read, malformed or not (`has`)? A default counts. */
export function hasAttribute(attribute: IrAttribute, scope: Scope): boolean {
  if (attribute.default !== undefined) return true;
  return scope.cluster !== null && readSource(attribute.source, scope.cluster, scope) !== undefined;
}

function defaultOf(attribute: IrAttribute): Value | Missing {
  const json = fromJson(attribute.default);
  if (isMissing(json)) return json;
  const value = convertTo(attribute.type, json);
  return value ?? missing('AttributeMalformed', `the default of cluster.${attribute.name}`);
}

function readSource(
  source: IrSource,
  facts: ClusterFacts,
  { now }: Scope,
): Value | Missing | undefined {
  switch (source.from) {
    case 'label':
      return labelOfCluster(facts, source.key);
    case 'claim':
      return claimOf(facts, source.key);
    case 'annotation':
      return annotationOf(facts, source.key);
    case 'condition':
      return conditionHolds(facts, source.type);
    case 'addon':
      return addonAvailable(facts, source.name);
    case 'score': {
      const score = scoreOf(facts, source.resource, source.score);
      if (score === undefined) return undefined;
      const expired = score.validUntil !== null && now > score.validUntil;
      return expired ? undefined : fromJson(score.value);
    }
    case 'field': {
      const json = fieldOf(facts, source.path);
      return json === undefined || json === null ? undefined : fromJson(json);
    }
    case 'sets':
      return facts.sets;
    case 'taints':
      return taintsOf(facts).map(taintFields);
  }
}

function taintFields(taint: ReturnType<typeof taintsOf>[number]): Value {
  const fields = new Map<string, Value>([['key', taint.key]]);
  if (taint.value !== undefined) fields.set('value', taint.value);
  fields.set('effect', taint.effect);
  const since = taint.timeAdded ? parseAs('time', taint.timeAdded) : null;
  if (since !== null) fields.set('since', since);
  return fields;
}

function isList(value: Value): boolean {
  return Array.isArray(value);
}
