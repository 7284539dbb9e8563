import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import type { IrRolloutStrategy } from '../program.ts';

/** An upstream RolloutStrategy, flat; its type may be anything a hand-written object says. */
export type LiftedRolloutStrategy = Omit<IrRolloutStrategy, 'type'> & { readonly type: string };

const blocks = new Map([
  ['All', 'all'],
  ['Progressive', 'progressive'],
  ['ProgressivePerGroup', 'progressivePerGroup'],
]);

/** Reads the RolloutStrategy of a ManifestWorkReplicaSet or ClusterManagementAddOn; fields of a wrong type are absent. */
export function liftRolloutStrategy(strategy: Json | undefined): LiftedRolloutStrategy {
  const object = isJsonObject(strategy) ? strategy : {};
  const type = textOf(object['type']) ?? '';
  const block = object[blocks.get(type) ?? ''];
  const config: JsonObject = isJsonObject(block) ? block : {};
  return {
    type,
    minSuccessTime: textOf(config['minSuccessTime']),
    progressDeadline: textOf(config['progressDeadline']),
    maxFailures: sizeOf(config['maxFailures']),
    maxConcurrency: sizeOf(config['maxConcurrency']),
    mandatoryDecisionGroups: listOf(config['mandatoryDecisionGroups']).map(groupOf),
  };
}

// The name wins; with neither, the index is Go's zero.
function groupOf(group: Json): LiftedRolloutStrategy['mandatoryDecisionGroups'][number] {
  const { groupName, groupIndex } = isJsonObject(group) ? group : {};
  if (typeof groupName === 'string' && groupName !== '') return { groupName };
  return { groupIndex: typeof groupIndex === 'number' ? groupIndex : 0 };
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function sizeOf(value: Json | undefined): number | string | null {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
