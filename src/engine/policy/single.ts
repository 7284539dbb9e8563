import { type JsonObject, jsonEqual } from '../../base/json.ts';
import type { IrObjectTemplate } from '../../ir/program.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { RelatedObject } from '../../kube/ocm/policy.ts';
import type { Equality } from './compare/equivalent.ts';
import { withoutNoise } from './compare/metadata.ts';
import { type Compared, compareObjects } from './compare/object.ts';
import type { DesiredObject } from './desired.ts';
import { objectDiff, type RecordDiff } from './diff/object-diff.ts';
import { type PolicyEvent, reasons } from './event.ts';
import type { Attempt, DryRun, KindFacts } from './ports.ts';

/** What is to be done to make one object as it is wanted. */
export type Remedy =
  | { readonly do: 'create' | 'update'; readonly object: KubeObject }
  /** Delete, wait until it is gone, create. */
  | { readonly do: 'recreate'; readonly object: KubeObject; readonly uid: string | undefined }
  | { readonly do: 'delete'; readonly object: KubeObject };

/** What became of one object. */
export interface SingleResult {
  readonly events: readonly PolicyEvent[];
  readonly properties: RelatedObject['properties'] | null;
  readonly remedy: Remedy | null;
}

/** One wanted (or unwanted) object of a known name. */
export interface SingleInput {
  readonly desired: DesiredObject;
  readonly name: string;
  readonly existing: KubeObject | undefined;
  readonly template: IrObjectTemplate;
  readonly facts: KindFacts;
  readonly enforce: boolean;
  readonly attempt: Attempt | undefined;
  readonly dryRun?: DryRun;
  readonly recordDiff: RecordDiff;
  readonly fullDiffs: boolean;
  readonly equality: Equality;
}

/** Judges one object (config-policy-controller `handleSingleObj`); what upstream does at once is a remedy here. */
export function judgeObject(input: SingleInput): SingleResult {
  const wanted = input.template.complianceType !== 'mustnothave';
  if (input.existing === undefined) return wanted ? missing(input) : missingAsWanted(input);
  return wanted ? found(input, input.existing) : unwanted(input, input.existing);
}

function missing(input: SingleInput): SingleResult {
  const notFound = event(false, reasons.notFound);
  if (!input.enforce) return { events: [notFound], properties: null, remedy: null };
  const { attempt, desired } = input;
  const failure = attempt?.did === 'create' || attempt?.did === 'recreate' ? attempt.error : null;
  const message = `${placed(input)} is missing, and cannot be created, reason: \`${failure}\``;
  return {
    events:
      failure === null ? [notFound] : [notFound, event(false, reasons.creationError, message)],
    properties: null,
    remedy: { do: 'create', object: asObject(desired.object) },
  };
}

function missingAsWanted({ enforce, attempt }: SingleInput): SingleResult {
  const deleted = enforce && attempt?.did === 'delete' && attempt.error === null;
  const is = event(true, deleted ? reasons.deleted : reasons.missingAsExpected);
  return { events: [is], properties: null, remedy: null };
}

function unwanted(input: SingleInput, existing: KubeObject): SingleResult {
  const { enforce, attempt } = input;
  const failure = enforce && attempt?.did === 'delete' ? attempt.error : null;
  const message = `${placed(input)} exists, and cannot be deleted, reason: \`${failure}\``;
  const is =
    failure === null
      ? event(false, reasons.unwanted)
      : event(false, reasons.deletionError, message);
  return {
    events: [is],
    properties: null,
    remedy: enforce ? { do: 'delete', object: existing } : null,
  };
}

function found(input: SingleInput, existing: KubeObject): SingleResult {
  const { template, enforce, attempt } = input;
  const update = judgeUpdate(input, existing);
  const properties = {
    createdByPolicy: attempt?.did === 'create' && attempt.error === null,
    uid: existing.metadata.uid ?? '',
    ...(update.diff === '' ? {} : { diff: update.diff }),
    ...(update.matchesAfterDryRun ? { matchesAfterDryRun: true } : {}),
  };
  if (!update.violation) {
    return { events: [event(true, successOf(enforce, attempt))], properties, remedy: null };
  }
  const failure = enforce ? updateFailure(input) : null;
  const message = failure ?? update.message;
  const refused = message === '' ? null : event(false, reasons.updateError, message);
  const mismatch = event(false, reasons.noMatch);
  const isTried = update.remedy !== null || update.reportsMismatch;
  const events = refused === null ? [mismatch] : isTried ? [mismatch, refused] : [refused];
  const remedy = enforce ? withRecreate(update.remedy, template, existing, input.desired) : null;
  return { events, properties, remedy };
}

function successOf(enforce: boolean, attempt: Attempt | undefined): string {
  if (!enforce || attempt === undefined || attempt.error !== null) return reasons.foundAsExpected;
  if (attempt.did === 'create') return reasons.created;
  return attempt.did === 'delete' ? reasons.foundAsExpected : reasons.updated;
}

function updateFailure(input: SingleInput): string | null {
  const { attempt } = input;
  if (attempt === undefined || attempt.error === null) return null;
  if (attempt.did !== 'update' && attempt.did !== 'recreate') return null;
  const action = attempt.did;
  return `${prefixed(input)} failed to ${action} with the error \`${attempt.error}\``;
}

interface Update {
  readonly violation: boolean;
  /** Why it cannot be compared or updated; empty: it differs. */
  readonly message: string;
  readonly diff: string;
  readonly remedy: Remedy | null;
  readonly matchesAfterDryRun: boolean;
  /** Upstream says that it does not match before it says why it could not be updated. */
  readonly reportsMismatch: boolean;
}

// Upstream's checkAndUpdateResource.
function judgeUpdate(input: SingleInput, whole: KubeObject): Update {
  const existing = withoutNoise(asJson(whole));
  const compared = compare(input, existing, asJson(whole));
  const verdict = (is: Partial<Update>): Update => ({
    violation: true,
    message: '',
    diff: '',
    remedy: null,
    matchesAfterDryRun: false,
    reportsMismatch: false,
    ...is,
  });
  if (compared.problem !== null) {
    return verdict({ message: compared.problem, reportsMismatch: true });
  }
  const merged = withoutNoise(compared.merged);
  const { statusMismatch } = compared;
  const statusDiff = statusMismatch ? diffOf(input, existing, merged) : '';
  if (!compared.updateNeeded && !compared.missingKey) {
    return verdict({ violation: statusMismatch, diff: statusDiff });
  }
  const dryRun = input.dryRun?.(compared.merged) ?? { result: 'object', object: compared.merged };
  if (dryRun.result === 'refused') {
    const isStrict = dryRun.message.includes('strict decoding error:');
    const message = isStrict
      ? `Error validating the object ${input.name}, the error is \`${dryRun.message}\``
      : `Error issuing a dry run update request for the object \`${input.name}\`, the error is \`${dryRun.message}\``;
    return verdict({ message, reportsMismatch: !isStrict && compared.updateNeeded });
  }
  if (dryRun.result === 'immutable')
    return verdict(immutable(input, diffOf(input, existing, merged)));
  const updated = withoutNoise(dryRun.object);
  if (jsonEqual(updated, existing)) {
    const matchesAfterDryRun = !statusMismatch;
    return verdict({ violation: statusMismatch, diff: statusDiff, matchesAfterDryRun });
  }
  const remedy: Remedy = { do: 'update', object: asObject(compared.merged) };
  return verdict({ diff: diffOf(input, existing, updated), remedy });
}

function immutable(input: SingleInput, diff: string): Partial<Update> {
  const { template, enforce, desired } = input;
  const mayRecreate = template.recreate === 'Always' || template.recreate === 'IfRequired';
  if (enforce && mayRecreate) {
    return { diff, remedy: { do: 'recreate', object: asObject(desired.object), uid: undefined } };
  }
  const message = enforce
    ? `${prefixed(input)} cannot be updated, likely due to immutable fields not matching, you may set spec["object-templates"][].recreateOption to recreate the object`
    : '';
  return { diff, message };
}

function withRecreate(
  remedy: Remedy | null,
  { recreate }: IrObjectTemplate,
  existing: KubeObject,
  desired: DesiredObject,
): Remedy | null {
  if (remedy === null) return null;
  if (remedy.do !== 'recreate' && recreate !== 'Always') return remedy;
  return { do: 'recreate', object: asObject(desired.object), uid: existing.metadata.uid };
}

function compare(input: SingleInput, existing: JsonObject, whole: JsonObject): Compared {
  const { template, desired, equality } = input;
  const { complianceType, metadataComplianceType } = template;
  return compareObjects(
    {
      desired: desired.object,
      existing,
      complianceType,
      equality,
      ...(metadataComplianceType === undefined ? {} : { metadataComplianceType }),
    },
    whole,
  );
}

function diffOf(
  { recordDiff, fullDiffs }: SingleInput,
  existing: JsonObject,
  updated: JsonObject,
): string {
  return objectDiff(existing, updated, { recordDiff, fullDiffs });
}

function placed({ facts, name, desired }: SingleInput): string {
  const where = desired.namespace === '' ? '' : ` in namespace ${desired.namespace}`;
  return `${facts.plural} [${name}]${where}`;
}

function prefixed({ facts, name, desired }: SingleInput): string {
  const where = facts.namespaced ? ` in namespace ${desired.namespace}` : '';
  return `${facts.plural} [${name}]${where}`;
}

function event(compliant: boolean, reason: string, message = ''): PolicyEvent {
  return { compliant, reason, message };
}

function asObject(object: JsonObject): KubeObject {
  return object as unknown as KubeObject;
}

function asJson(object: KubeObject): JsonObject {
  return object as unknown as JsonObject;
}
