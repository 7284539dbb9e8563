import type { JsonObject } from '../../base/json.ts';
import { liftObjectTemplate } from '../../ir/lift/policy.ts';
import type { IrObjectTemplate, IrPolicyTemplate } from '../../ir/program.ts';
import type { KubeObject } from '../../kube/object.ts';
import { refKey } from '../../kube/object.ts';
import type { CompliancyDetail, RelatedObject } from '../../kube/ocm/policy.ts';
import { compileSelector, matchesLabels } from '../../kube/selector.ts';
import type { Equality } from './compare/equivalent.ts';
import { withoutNoise } from './compare/metadata.ts';
import { matchesTemplate } from './compare/object.ts';
import { byPlace, type Desired, type DesiredObject, desiredObjects } from './desired.ts';
import { defaultRecordDiff, type RecordDiff } from './diff/object-diff.ts';
import { addRelated, type ObjectResult, reasons } from './event.ts';
import { indexObjects } from './object-index.ts';
import type {
  Attempt,
  DryRun,
  KindFacts,
  KindLookup,
  ObjectIndex,
  TemplateResolver,
} from './ports.ts';
import { complianceOf, type Detail, Progress } from './progress.ts';
import { judgeObject, type Remedy } from './single.ts';
import { verdictsOf } from './status.ts';

/** Everything the verdict of one ConfigurationPolicy depends on. */
export interface PolicyInput {
  readonly policy: IrPolicyTemplate;
  readonly remediation: 'inform' | 'enforce';
  /** The kinds the cluster serves. */
  readonly kinds: KindLookup;
  readonly namespaces: readonly KubeObject[];
  /** Of the cluster: at least what `needs` names. */
  readonly objects: readonly KubeObject[];
  /** What the last evaluation said. */
  readonly previous?: {
    readonly details?: readonly CompliancyDetail[];
    readonly relatedObjects?: readonly RelatedObject[];
    readonly compliant?: string;
  };
  readonly attempts?: readonly Attempt[];
  readonly dryRun?: DryRun;
  readonly templates?: TemplateResolver;
  readonly fullDiffs?: boolean;
  /** `upstream` answers as config-policy-controller does, its faults included (docs/deviations.md). */
  readonly compat?: 'upstream';
}

/** What a policy finds on a cluster, and what would mend it. */
export interface PolicyOutcome {
  readonly compliance: 'Compliant' | 'NonCompliant' | 'UnknownCompliancy';
  readonly details: readonly Detail[];
  readonly relatedObjects: readonly RelatedObject[];
  /** The texts of the compliance events of this evaluation, the present state last; empty where nothing changed. */
  readonly messages: readonly string[];
  readonly violations: readonly Violation[];
  /** Empty while it informs. */
  readonly remedies: readonly Remedy[];
  /** What to try again, because it cannot be told now: a kind that is not served, a selector that is none. */
  readonly errors: readonly string[];
  /** Object templates that say `enforce` and are only reported, because they name no object. */
  readonly reportedOnly: readonly number[];
}

/** One object that is not as it should be. */
export interface Violation {
  /** Index of the object template. */
  readonly template: number;
  readonly object: RelatedObject['object'] | null;
  readonly message: string;
}

/** Judges a cluster by one ConfigurationPolicy (config-policy-controller `handleObjectTemplates`). Pure and total. */
export function evaluate(input: PolicyInput): PolicyOutcome {
  const context = contextOf(input);
  const progress = new Progress(input.policy, input.previous, input.templates);
  const templates = templatesOf(input);
  const related: RelatedObject[] = [];
  if (!templates.ok) {
    progress.whole({ compliant: false, reason: reasons.templateError, message: templates.message });
    return outcomeOf(progress, context, input.previous?.relatedObjects ?? [], [templates.message]);
  }
  if (templates.templates.length === 0) {
    const message = `${input.policy.name} contains no object templates to check, and thus has no violations`;
    progress.whole({ compliant: true, reason: 'No object templates', message });
    return outcomeOf(progress, context, [], []);
  }
  const errors: string[] = [];
  for (const [index, template] of templates.templates.entries()) {
    const judged = judgeTemplate(context, template, index, templates);
    if (judged.error !== null) errors.push(judged.error);
    for (const object of judged.related) addRelated(related, object);
    progress.template(index, verdictsOf(judged.resource, judged.results));
  }
  return outcomeOf(progress, context, sortRelated(related, input.previous?.relatedObjects), errors);
}

interface Context {
  readonly input: PolicyInput;
  readonly objects: ObjectIndex;
  readonly attempts: ReadonlyMap<string, Attempt>;
  readonly equality: Equality;
  readonly remedies: Remedy[];
  readonly violations: Violation[];
  readonly reportedOnly: number[];
}

function contextOf(input: PolicyInput): Context {
  return {
    input,
    objects: indexObjects(input.objects),
    attempts: new Map((input.attempts ?? []).map((attempt) => [refKey(attempt.on), attempt])),
    equality: input.compat ?? 'native',
    remedies: [],
    violations: [],
    reportedOnly: [],
  };
}

type Templates =
  | {
      readonly ok: true;
      readonly templates: readonly IrObjectTemplate[];
      /** Their template texts are resolved already. */
      readonly resolved: boolean;
      readonly sensitive: boolean;
    }
  | { readonly ok: false; readonly message: string };

function templatesOf({ policy, templates }: PolicyInput): Templates {
  if (policy.objectsRaw === undefined || policy.objectsRaw === '') {
    return { ok: true, templates: policy.objects, resolved: false, sensitive: false };
  }
  if (templates === undefined) {
    return { ok: false, message: '`object-templates-raw` cannot be resolved here' };
  }
  const raw = templates.resolveRaw(policy.objectsRaw);
  if (!raw.ok) return raw;
  const lifted = raw.templates.map(liftObjectTemplate);
  return { ok: true, templates: lifted, resolved: true, sensitive: raw.sensitive };
}

interface JudgedTemplate {
  readonly resource: string;
  readonly results: readonly ObjectResult[];
  readonly related: readonly RelatedObject[];
  readonly error: string | null;
}

function judgeTemplate(
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
    namespaces: input.namespaces,
    objects,
    ...(resolved || input.templates === undefined ? {} : { templates: input.templates }),
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

// Upstream's updatedRelatedObjects: who created an object is remembered.
function sortRelated(
  related: readonly RelatedObject[],
  before: readonly RelatedObject[] = [],
): readonly RelatedObject[] {
  const text = ({ object }: RelatedObject) =>
    [object?.kind, object?.metadata?.namespace ?? '', object?.metadata?.name].join('\u0000');
  return [...related]
    .sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0))
    .map((now) => {
      const old = before.find(
        ({ object }) => JSON.stringify(object) === JSON.stringify(now.object),
      );
      const isRemembered =
        old?.properties !== undefined && now.properties?.createdByPolicy === false;
      if (!isRemembered || old.properties?.uid !== now.properties?.uid) return now;
      const { createdByPolicy } = old.properties ?? {};
      return createdByPolicy === undefined
        ? now
        : { ...now, properties: { ...now.properties, createdByPolicy } };
    });
}

function outcomeOf(
  progress: Progress,
  { remedies, violations, reportedOnly }: Context,
  relatedObjects: readonly RelatedObject[],
  errors: readonly string[],
): PolicyOutcome {
  progress.finish(relatedObjects);
  return {
    compliance: complianceOf(progress.details),
    details: progress.details,
    relatedObjects,
    messages: progress.messages,
    violations,
    remedies,
    errors,
    reportedOnly,
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
