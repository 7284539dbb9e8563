import { isJsonObject } from '../../../base/json.ts';
import type { NewCondition } from '../../../kube/conditions.ts';
import { findJsonPath, parseJsonPath } from '../../../kube/json-path.ts';
import { type KubeObject, parseApiVersion } from '../../../kube/object.ts';
import { type FeedbackRule, type FeedbackValue, workConditions } from '../../../kube/ocm/work.ts';

/** Longest JSON text of a list or an object that is fed back, in characters (ocm/pkg/work/spoke/options.go). */
const longestRaw = 1024;

/** Values of `WellKnownStatus` by `group/version/Kind` (ocm/pkg/work/spoke/statusfeedback/rules/rule.go). */
const wellKnown: ReadonlyMap<string, readonly { readonly name: string; readonly path: string }[]> =
  new Map([
    [
      'apps/v1/Deployment',
      [
        { name: 'ReadyReplicas', path: '.status.readyReplicas' },
        { name: 'Replicas', path: '.status.replicas' },
        { name: 'AvailableReplicas', path: '.status.availableReplicas' },
      ],
    ],
    [
      'apps/v1/DaemonSet',
      [
        { name: 'NumberReady', path: '.status.numberReady' },
        { name: 'DesiredNumberScheduled', path: '.status.desiredNumberScheduled' },
        { name: 'NumberAvailable', path: '.status.numberAvailable' },
      ],
    ],
    [
      'batch/v1/Job',
      [
        { name: 'JobComplete', path: '.status.conditions[?(@.type=="Complete")].status' },
        { name: 'JobSucceeded', path: '.status.succeeded' },
      ],
    ],
    [
      '/v1/Pod',
      [
        { name: 'PodReady', path: '.status.conditions[?(@.type=="Ready")].status' },
        { name: 'PodPhase', path: '.status.phase' },
      ],
    ],
  ]);

/** What a work asked to know of an object. */
export interface Feedback {
  readonly values: readonly FeedbackValue[];
  readonly condition: NewCondition;
}

/**
 * Reads the values of feedback rules from a live object. Numbers that are no integers, lists and objects are given as
 * JSON text; `compat: upstream` refuses them, as upstream does without its gate RawFeedbackJsonString (work.md §4).
 */
export function feedbackOf(
  object: KubeObject,
  rules: readonly FeedbackRule[],
  compat?: 'upstream',
): Feedback {
  const type = workConditions.statusFeedbackSynced;
  if (rules.length === 0) {
    const reason = 'NoStatusFeedbackSynced';
    return { values: [], condition: { type, status: 'True', reason, message: '' } };
  }
  const values: FeedbackValue[] = [];
  const errors: string[] = [];
  for (const read of rules.flatMap((rule) => readRule(object, rule, compat))) {
    if (typeof read === 'string') errors.push(read);
    else values.push(read);
  }
  if (errors.length > 0) {
    const text = errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`;
    const message = `Sync status feedback failed with error ${text}`;
    const reason = 'StatusFeedbackSyncFailed';
    return { values, condition: { type, status: 'False', reason, message } };
  }
  const reason = 'StatusFeedbackSynced';
  return { values, condition: { type, status: 'True', reason, message: '' } };
}

/** Values, and texts of errors. */
function readRule(
  object: KubeObject,
  rule: FeedbackRule,
  compat: 'upstream' | undefined,
): readonly (FeedbackValue | string)[] {
  const { group, version } = parseApiVersion(object.apiVersion);
  if (rule.type === 'JSONPaths') {
    return (rule.jsonPaths ?? []).flatMap((path) => {
      if (path.version && path.version !== version) {
        return [`version set in the path ${path.name} is not matched for the related resource`];
      }
      return readPath(object, path, compat);
    });
  }
  const paths = wellKnown.get(`${group}/${version}/${object.kind}`);
  if (paths === undefined) {
    const gvk = `${group}/${version}, Kind=${object.kind}`;
    return [`cannot find the wellknown statuses for resource with gvk ${gvk}`];
  }
  return paths.flatMap((path) => readPath(object, path, compat));
}

function readPath(
  object: KubeObject,
  { name, path }: { readonly name: string; readonly path: string },
  compat: 'upstream' | undefined,
): readonly (FeedbackValue | string)[] {
  const parsed = parseJsonPath(path);
  if (!parsed.ok)
    return [`failed to parse json path ${path} of ${name} with error: ${parsed.error}`];
  const found = findJsonPath(parsed, object);
  const value = found.length === 1 || compat === 'upstream' ? found[0] : found;
  if (value === undefined || value === null || found.length === 0) return [];
  return [fieldValue(name, value, compat)];
}

function fieldValue(
  name: string,
  value: unknown,
  compat: 'upstream' | undefined,
): FeedbackValue | string {
  if (typeof value === 'string') return { name, fieldValue: { type: 'String', string: value } };
  if (typeof value === 'boolean') return { name, fieldValue: { type: 'Boolean', boolean: value } };
  if (Number.isInteger(value)) {
    return { name, fieldValue: { type: 'Integer', integer: value as number } };
  }
  if (compat === 'upstream')
    return `the type ${goType(value)} of the value for ${name} is not found`;
  const jsonRaw = JSON.stringify(value);
  if (jsonRaw.length > longestRaw) {
    return `the length of returned json raw string for name ${name} is larger than the maximum length ${longestRaw}`;
  }
  return { name, fieldValue: { type: 'JsonRaw', jsonRaw } };
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  return isJsonObject(value) ? 'map[string]interface {}' : 'float64';
}
