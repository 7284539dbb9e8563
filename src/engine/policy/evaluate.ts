import type { IrConfigTemplate } from '../../ir/program.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { RelatedObject } from '../../kube/ocm/policy.ts';
import { addRelated, reasons } from './event.ts';
import { type Context, contextOf, judgeTemplate, templatesOf } from './judge.ts';
import type { Attempt, DryRun, KindLookup, Reads, TemplateResolver } from './ports.ts';
import { complianceOf, type Detail, type PreviousDetail, Progress } from './progress.ts';
import type { Remedy } from './single.ts';
import { verdictsOf } from './status.ts';

/** Everything the verdict of one ConfigurationPolicy depends on. */
export interface PolicyInput {
  readonly policy: IrConfigTemplate;
  readonly remediation: 'inform' | 'enforce';
  /** The kinds the cluster serves. */
  readonly kinds: KindLookup;
  readonly namespaces: readonly KubeObject[];
  /** Of the cluster: at least what `needs` names. */
  readonly objects: readonly KubeObject[];
  /** What the last evaluation said. */
  readonly previous?: {
    readonly details?: readonly PreviousDetail[];
    readonly relatedObjects?: readonly RelatedObject[];
    readonly compliant?: string;
  };
  readonly attempts?: readonly Attempt[];
  readonly dryRun?: DryRun;
  /** `disabled`: template texts are taken as they are (annotation `disable-templates`). Absent: they are refused. */
  readonly templates?: TemplateResolver | 'disabled';
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
  /** What was looked at, there or not: read it, watch it, and evaluate again when it changes. */
  readonly reads: Reads;
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

/**
 * What has to be read before a policy can be judged, as far as that can be told without having read it: evaluate with
 * what is there, and compare `reads`, until nothing new is asked for.
 */
export function needs(input: Omit<PolicyInput, 'objects'>): Reads {
  return evaluate({ ...input, objects: [] }).reads;
}

/** Judges a cluster by one ConfigurationPolicy (config-policy-controller `handleObjectTemplates`). Pure and total. */
export function evaluate(input: PolicyInput): PolicyOutcome {
  const context = contextOf(input);
  const { templates: resolver } = input;
  const progress = new Progress(
    input.policy,
    input.previous,
    typeof resolver === 'object' ? resolver : undefined,
  );
  const templates = templatesOf(input);
  const related: RelatedObject[] = [];
  if (!templates.ok) {
    progress.whole({ compliant: false, reason: reasons.templateError, message: templates.message });
    return outcomeOf(progress, context, input.previous?.relatedObjects ?? [], [templates.message]);
  }
  progress.expect(templates.templates.length);
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
  { remedies, violations, reportedOnly, objects }: Context,
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
    reads: objects.reads(),
    reportedOnly,
  };
}
