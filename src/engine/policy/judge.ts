import type { JsonObject } from '../../base/json.ts';
import { liftObjectTemplate } from '../../ir/lift/configuration-policy.ts';
import type { IrObjectTemplate } from '../../ir/program.ts';
import { refKey } from '../../kube/object.ts';
import type { RelatedObject } from '../../kube/ocm/policy.ts';
import { compileSelector, matchesLabels } from '../../kube/selector.ts';
import type { Equality } from './compare/equivalent.ts';
import { withoutNoise } from './compare/metadata.ts';
import { matchesTemplate } from './compare/object.ts';
import { byPlace, type Desired, type DesiredObject, desiredObjects } from './desired.ts';
import { defaultRecordDiff, type RecordDiff } from './diff/object-diff.ts';
import type { PolicyInput, Violation } from './evaluate.ts';
import { addRelated, type ObjectResult, reasons } from './event.ts';
import { indexObjects, type RecordingIndex } from './object-index.ts';
import type { Attempt, KindFacts } from './ports.ts';
import { judgeObject, type Remedy } from './single.ts';

/** One evaluation: what it looks at, and what it has found so far. */
export interface Context {
  readonly input: PolicyInput;
  readonly objects: RecordingIndex;
  readonly attempts: ReadonlyMap<string, Attempt>;
  readonly equality: Equality;
  readonly remedies: Remedy[];
  readonly violations: Violation[];
  readonly reportedOnly: number[];
}

/** Begins an evaluation. */
export function contextOf(input: PolicyInput): Context {
  return {
    input,
    objects: indexObjects(input.objects, input.namespaces),
    attempts: new Map((input.attempts ?? []).map((attempt) => [refKey(attempt.on), attempt])),
    equality: input.compat ?? 'native',
    remedies: [],
    violations: [],
    reportedOnly: [],
  };
}

/** The object templates of a policy, those of `object-templates-raw` resolved. */
export type Templates =
  | {
      readonly ok: true;
      readonly templates: readonly IrObjectTemplate[];
      /** Their template texts are resolved already. */
      readonly resolved: boolean;
      readonly sensitive: boolean;
    }
  | { readonly ok: false; readonly message: string };

/** Reads the object templates of a policy. */
export function templatesOf({ policy, templates }: PolicyInput): Templates {
  if (policy.objectsRaw === undefined || policy.objectsRaw === '') {
    return { ok: true, templates: policy.objects, resolved: false, sensitive: false };
  }
  if (typeof templates !== 'object') {
    return { ok: false, message: '`object-templates-raw` cannot be resolved here' };
  }
  const raw = templates.resolveRaw(policy.objectsRaw);
  if (!raw.ok) return raw;
  const lifted = raw.templates.map(liftObjectTemplate);
  return { ok: true, templates: lifted, resolved: true, sensitive: raw.sensitive };
}

/** What became of one object template. */
export interface JudgedTemplate {
  readonly resource: string;
  readonly results: readonly ObjectResult[];
  readonly related: readonly RelatedObject[];
  readonly error: string | null;
}

/** Judges the cluster by one object template. */
export function judgeTemplate(
  context: Context,
  template: IrObjectTemplate,
  index: number,
  { resolved, sensitive }: Extract<Templates, { ok: true }>,
): JudgedTemplate {
  const { input, objects } = context;
  const desired = desiredObjects({
    policy: input.policy,
    template,
    index,
    kinds: input.kinds,
    objects,
    ...templatesFor(input, resolved),
  });
  if (!desired.ok) return refusedTemplate(context, desired, index);
  const targets = targetsOf(context, template, desired);
  if ('results' in targets) return { ...targets, resource: desired.facts.plural, error: null };
  const related: RelatedObject[] = [];
  const results = targets.objects.map((object): ObjectResult => {
    const job = { template, index, desired: object, facts: desired.facts };
    return judgeDesired(context, { ...job, sensitive: sensitive || desired.sensitive }, related);
  });
  return { resource: desired.facts.plural, results, related, error: null };
}

function templatesFor(
  { templates }: PolicyInput,
  resolved: boolean,
): Pick<PolicyInput, 'templates'> {
  if (resolved) return { templates: 'disabled' };
  return templates === undefined ? {} : { templates };
}

function refusedTemplate(
  context: Context,
  { facts, event, error }: Extract<Desired, { ok: false }>,
  index: number,
): JudgedTemplate {
  if (!event.compliant) {
    context.violations.push({ template: index, object: null, message: event.message });
  }
  const resource = facts?.plural ?? '';
  return { resource, results: [{ key: 'ns', names: [], events: [event] }], related: [], error };
}

// Of unnamed `mustnothave` objects that a selector chose, only those that are as the template says are unwanted.
function targetsOf(
  context: Context,
  template: IrObjectTemplate,
  desired: Extract<Desired, { ok: true }>,
): { readonly objects: readonly DesiredObject[] } | Pick<JudgedTemplate, 'results' | 'related'> {
  const sorted = [...desired.objects].sort(byPlace);
  const isUnnamed = metadataName(template.definition) === '';
  if (template.complianceType !== 'mustnothave' || !isUnnamed || !template.objectSelector) {
    return { objects: sorted };
  }
  const objects = sorted.filter((object) =>
    matching(context, template, withoutName(object)).names.includes(object.name),
  );
  if (objects.length > 0) return { objects };
  const namespaces = [...new Set(sorted.map(({ namespace }) => namespace))];
  const place = namespaces.length > 1 ? 'namespaces:' : 'namespace';
  const message = `${desired.facts.plural} missing as expected in ${place} ${namespaces.join(', ')}`;
  // As upstream: each object that was chosen replaces the one before.
  const related = sorted
    .slice(-1)
    .map((object) =>
      relatedOf(desired.facts, object, { name: object.name, compliant: true, reason: '' }),
    );
  return {
    results: [{ key: 'ns', names: [], events: [{ compliant: true, reason: '', message }] }],
    related,
  };
}

interface Job {
  readonly template: IrObjectTemplate;
  readonly index: number;
  readonly desired: DesiredObject;
  readonly facts: KindFacts;
  readonly sensitive: boolean;
}

// Upstream's handleObjects.
function judgeDesired(context: Context, job: Job, related: RelatedObject[]): ObjectResult {
  const { template, desired } = job;
  const found =
    desired.name === ''
      ? matching(context, template, desired)
      : { names: [desired.name], anyOfKind: false };
  const [name] = found.names;
  if (found.names.length === 1 && name !== undefined)
    return judgeNamed(context, job, name, related);
  const wanted = template.complianceType !== 'mustnothave';
  const exists = found.names.length > 0;
  const compliant = wanted === exists;
  const reason = wanted ? wantedReason(exists, found.anyOfKind) : unwantedReason(exists);
  const names = exists ? found.names : ['-'];
  const objects = names.map((of) => relatedOf(job.facts, desired, { name: of, compliant, reason }));
  for (const object of objects) addRelated(related, object);
  noteUnnamed(context, job);
  const result = {
    key: keyOf(desired),
    names: found.names,
    events: [{ compliant, reason, message: '' }],
  };
  for (const { object } of compliant ? [] : objects) {
    context.violations.push({ template: job.index, object: object ?? null, message: reason });
  }
  return result;
}

function wantedReason(exists: boolean, anyOfKind: boolean): string {
  if (exists) return reasons.foundAsExpected;
  return anyOfKind ? reasons.noMatch : reasons.notFound;
}

function unwantedReason(exists: boolean): string {
  return exists ? reasons.unwanted : reasons.missingAsExpected;
}

function judgeNamed(
  context: Context,
  job: Job,
  name: string,
  related: RelatedObject[],
): ObjectResult {
  const { input, objects, attempts, equality } = context;
  const { template, desired, facts, index } = job;
  const isNamed = desired.name !== '';
  if (!isNamed) noteUnnamed(context, job);
  const place = { ...desired, namespace: facts.namespaced ? desired.namespace : '', name };
  const judged = judgeObject({
    desired,
    name,
    existing: objects.get(place),
    template,
    facts,
    enforce: input.remediation === 'enforce' && isNamed,
    attempt: attempts.get(refKey(place)),
    recordDiff: recordDiffOf(job),
    fullDiffs: input.fullDiffs === true,
    equality,
    ...(input.dryRun === undefined ? {} : { dryRun: input.dryRun }),
  });
  const last = judged.events.at(-1);
  if (judged.remedy !== null) context.remedies.push(judged.remedy);
  if (last !== undefined) {
    const { compliant, reason, message } = last;
    const said = { name, compliant, reason, properties: judged.properties };
    const object = relatedOf(facts, desired, said);
    addRelated(related, object);
    if (!compliant) {
      const violation = { template: index, object: object.object ?? null };
      context.violations.push({ ...violation, message: message === '' ? reason : message });
    }
  }
  return { key: keyOf(desired), names: [name], events: judged.events };
}

function noteUnnamed({ input, reportedOnly }: Context, { index }: Job): void {
  if (input.remediation === 'enforce' && !reportedOnly.includes(index)) reportedOnly.push(index);
}

/** The names of the objects that are as an unnamed template says, and whether there are any of the kind. */
function matching(
  { objects, equality }: Context,
  template: IrObjectTemplate,
  desired: DesiredObject,
): { readonly names: readonly string[]; readonly anyOfKind: boolean } {
  const selector = compileSelector(template.objectSelector ?? {});
  const candidates = objects
    .list(desired)
    .filter(({ metadata }) => selector.ok && matchesLabels(selector.requirements, metadata.labels));
  const names = candidates
    .filter((object) =>
      matchesTemplate({
        desired: desired.object,
        existing: withoutNoise(object as unknown as JsonObject),
        complianceType: template.complianceType === 'mustonlyhave' ? 'mustonlyhave' : 'musthave',
        equality,
      }),
    )
    .map(({ metadata }) => metadata.name);
  return { names, anyOfKind: candidates.length > 0 };
}

function recordDiffOf({ template, sensitive, desired }: Job): RecordDiff {
  if (template.recordDiff !== undefined) return template.recordDiff;
  return sensitive ? 'Censored' : defaultRecordDiff(desired);
}

function relatedOf(
  { namespaced }: KindFacts,
  { apiVersion, kind, namespace }: DesiredObject,
  said: {
    readonly name: string;
    readonly compliant: boolean;
    readonly reason: string;
    readonly properties?: RelatedObject['properties'] | null;
  },
): RelatedObject {
  const { name, compliant, reason, properties } = said;
  return {
    object: { apiVersion, kind, metadata: { name, ...(namespaced ? { namespace } : {}) } },
    compliant: compliant ? 'Compliant' : 'NonCompliant',
    reason,
    ...(properties === null || properties === undefined ? {} : { properties }),
  };
}

function keyOf({ namespace, name }: DesiredObject): string {
  return `${namespace}/${name}`;
}

function metadataName({ metadata }: JsonObject): unknown {
  const { name } = (metadata ?? {}) as JsonObject;
  return name ?? '';
}

function withoutName(desired: DesiredObject): DesiredObject {
  const { name: _name, ...metadata } = (desired.object['metadata'] ?? {}) as JsonObject;
  return { ...desired, name: '', object: { ...desired.object, metadata } };
}
