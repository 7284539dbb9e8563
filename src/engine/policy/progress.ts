import type { JsonObject } from '../../base/json.ts';
import { lowerConfigTemplate } from '../../ir/lower/policy-template.ts';
import type { IrConfigTemplate } from '../../ir/program.ts';
import type { RelatedObject } from '../../kube/ocm/policy.ts';
import type { TemplateResolver } from './ports.ts';
import type { TemplateVerdict } from './status.ts';
import { truncateUtf8 } from './truncate.ts';

/** What is said of one object template, as `status.compliancyDetails` has it, without times. */
export interface Detail {
  readonly Compliant: 'Compliant' | 'NonCompliant' | 'UnknownCompliancy';
  readonly conditions: readonly {
    readonly type: 'notification' | 'violation';
    readonly status: 'True';
    readonly reason: string;
    readonly message: string;
  }[];
}

/** A detail as a status has it; conditions may have more, and may lack what is empty. */
export interface PreviousDetail {
  readonly Compliant?: string;
  readonly conditions?: readonly {
    readonly type: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
}

/** The state of a policy with these details: unknown ones do not count against it. */
export function complianceOf(
  details: readonly Detail[],
): 'Compliant' | 'NonCompliant' | 'UnknownCompliancy' {
  if (details.length === 0) return 'UnknownCompliancy';
  return details.some(({ Compliant }) => Compliant === 'NonCompliant')
    ? 'NonCompliant'
    : 'Compliant';
}

const maxMessageBytes = 4096;
const truncated = '...[truncated]';
const unknown: Detail = { Compliant: 'UnknownCompliancy', conditions: [] };

/**
 * Follows the status of a policy through one evaluation and keeps the texts of the events upstream would send on the
 * way (config-policy-controller `addConditionToStatus`, `addForUpdate`).
 */
export class Progress {
  details: readonly Detail[];
  readonly messages: string[] = [];
  readonly #policy: IrConfigTemplate;
  readonly #templates: TemplateResolver | undefined;
  readonly #before: string | undefined;
  #changed = false;

  constructor(
    policy: IrConfigTemplate,
    previous:
      | { readonly details?: readonly PreviousDetail[]; readonly compliant?: string }
      | undefined,
    templates: TemplateResolver | undefined,
  ) {
    this.#policy = policy;
    this.#templates = templates;
    this.#before = previous?.compliant;
    this.details = (previous?.details ?? []).map(detailOf);
  }

  /** Forgets what was said of templates that are not there any more. */
  expect(templates: number): void {
    this.details = this.details.slice(0, Math.max(1, templates));
  }

  /** Says one thing of the whole policy. */
  whole(verdict: TemplateVerdict): void {
    this.#say(0, verdict);
    this.details = this.details.slice(0, 1);
  }

  /** Says of one template what happened to it, in order; all but the last state are told of at once. */
  template(index: number, verdicts: readonly TemplateVerdict[]): void {
    const last = verdicts.at(-1);
    // What ended so the last time, and is not compliant, would be told of again and again.
    if (verdicts.length > 1 && last?.compliant === false && !this.#differs(index, last)) return;
    for (const [at, verdict] of verdicts.entries()) {
      if (!this.#say(index, verdict) || at === verdicts.length - 1) continue;
      this.messages.push(this.#message([]));
    }
  }

  /** Tells of the state at the end, where anything changed. */
  finish(related: readonly RelatedObject[]): void {
    const isNew = this.#before !== complianceOf(this.details);
    if (this.#changed || isNew) this.messages.push(this.#message(related));
  }

  #say(index: number, verdict: TemplateVerdict): boolean {
    const changes = this.#differs(index, verdict);
    const details = [...this.details];
    while (details.length < index) details.push(unknown);
    details[index] = this.#detail(verdict);
    this.details = details;
    this.#changed ||= changes;
    return changes;
  }

  #differs(index: number, verdict: TemplateVerdict): boolean {
    return JSON.stringify(this.details[index]) !== JSON.stringify(this.#detail(verdict));
  }

  #detail({ compliant, reason, message }: TemplateVerdict): Detail {
    const { interval } = this.#policy;
    const field = compliant ? 'compliant' : 'noncompliant';
    const never = interval?.[field] === 'never';
    const end = `. This policy will not be evaluated again due to spec.evaluationInterval.${field} being set to "never".`;
    return {
      Compliant: compliant ? 'Compliant' : 'NonCompliant',
      conditions: [
        {
          type: compliant ? 'notification' : 'violation',
          status: 'True',
          reason,
          message: never ? message + end : message,
        },
      ],
    };
  }

  #message(related: readonly RelatedObject[]): string {
    return truncateUtf8(this.#wholeMessage(related), maxMessageBytes, truncated);
  }

  #wholeMessage(relatedObjects: readonly RelatedObject[]): string {
    const compliant = complianceOf(this.details);
    const usual = defaultMessage(this.details);
    const custom = this.#policy.message?.[compliant === 'Compliant' ? 'compliant' : 'noncompliant'];
    if (custom === undefined || custom === '' || this.#templates === undefined) return usual;
    const status = { compliant, compliancyDetails: this.details, relatedObjects };
    const policy = { ...lowerConfigTemplate(this.#policy), status } as unknown as JsonObject;
    const said = this.#templates.message(custom, { defaultMessage: usual, policy });
    if (!said.ok) return `${usual} (failure processing the custom message: ${said.message})`;
    return said.text.startsWith(`${compliant}; `) ? said.text : `${compliant}; ${said.text}`;
  }
}

/** What a policy says of itself: its state, then each template's condition. Its form is upstream's wire protocol. */
export function defaultMessage(details: readonly Detail[]): string {
  const compliance = complianceOf(details);
  if (compliance === 'UnknownCompliancy') return 'ComplianceState is still unknown';
  const said = details.map(({ conditions: [condition] }) =>
    condition === undefined ? '; ' : `; ${condition.type} - ${condition.message}`,
  );
  return compliance + said.join('');
}

function detailOf({ Compliant, conditions }: PreviousDetail): Detail {
  const [condition] = conditions ?? [];
  const isKnown = Compliant === 'Compliant' || Compliant === 'NonCompliant';
  return {
    Compliant: isKnown ? Compliant : 'UnknownCompliancy',
    conditions:
      condition === undefined
        ? []
        : [
            {
              type: condition.type === 'violation' ? 'violation' : 'notification',
              status: 'True',
              reason: condition.reason ?? '',
              message: condition.message ?? '',
            },
          ],
  };
}
