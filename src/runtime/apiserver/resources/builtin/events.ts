import type { JsonObject } from '../../../../base/json.ts';
import type { Conversion } from '../resource.ts';

/** Names of fields in events.k8s.io, and in the core group (pkg/apis/events/v1/conversion.go). */
const renamed: readonly (readonly [string, string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];

const toCore = new Map(renamed);
const fromCore = new Map(renamed.map(([named, core]) => [core, named] as const));

/** Events are stored as the core group has them. */
export const eventConversion: Conversion = {
  toStorage: (object) => rename(object, toCore),
  fromStorage: (object) => rename(object, fromCore),
};

function rename(object: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [names.get(name) ?? name, value]),
  );
}
