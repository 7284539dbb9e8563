import { isJsonObject, type Json } from '../../../base/json.ts';
import { problem } from '../../diagnostics.ts';
import { toJson } from '../../fold/value.ts';
import { knownValue } from '../known.ts';
import { type BlockRule, reportOn, valueSpan } from './rule.ts';

/** OCM2013: what `raw` says past the keys of a placement, and ends or confuses upstream's controller (placement.md §19). */
export const rawPlacement: BlockRule<'placement'> = (placement, session) => {
  const raw = knownValue(placement.values.raw);
  if (raw === undefined) return;
  for (const [field, range] of faultsOf(member(toJson(raw), 'spec'))) {
    const params = { what: `\`${field}\` in \`raw\``, range };
    reportOn(placement, problem('OCM2013', valueSpan(placement, 'raw'), params), session);
  }
};

type Fault = readonly [field: string, range: string];

function faultsOf(spec: Json | undefined): readonly Fault[] {
  const count = member(spec, 'numberOfClusters');
  const strategy = member(member(spec, 'decisionStrategy'), 'groupStrategy');
  const size = member(strategy, 'clustersPerDecisionGroup');
  const scores = listOf(member(member(spec, 'prioritizerPolicy'), 'configurations'));
  const tolerations = listOf(member(spec, 'tolerations'));
  return [
    ...(typeof count === 'number' && count < 0
      ? [['numberOfClusters', 'at least 0'] as const]
      : []),
    ...(isSize(size)
      ? []
      : [['clustersPerDecisionGroup', 'a number from 0, or a whole percentage'] as const]),
    ...(scores.some(flips) ? [['weight', 'from 0 to 10 for Steady'] as const] : []),
    ...(tolerations.every(isKnown) ? [] : [['operator', 'Equal or Exists'] as const]),
  ];
}

function isSize(size: Json | undefined): boolean {
  if (typeof size === 'number') return size >= 0;
  return typeof size !== 'string' || /^\d+%$/.test(size);
}

/** Upstream chooses others at every pass. */
function flips(score: Json): boolean {
  const weight = member(score, 'weight');
  const name = member(member(score, 'scoreCoordinate'), 'builtIn');
  return name === 'Steady' && typeof weight === 'number' && weight < 0;
}

function isKnown(toleration: Json): boolean {
  const operator = member(toleration, 'operator');
  return typeof operator !== 'string' || ['', 'Equal', 'Exists'].includes(operator);
}

function member(of: Json | undefined, key: string): Json | undefined {
  return isJsonObject(of) && Object.hasOwn(of, key) ? of[key] : undefined;
}

function listOf(of: Json | undefined): readonly Json[] {
  return Array.isArray(of) ? of : [];
}
