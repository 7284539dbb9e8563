import { type Instant, parseInstant, plus } from '../../../base/instant.ts';
import type { JsonObject } from '../../../base/json.ts';
import { evaluate, type PolicyOutcome } from '../../../engine/policy/evaluate.ts';
import type { KindLookup } from '../../../engine/policy/ports.ts';
import { hasTemplate } from '../../../engine/policy/template-text.ts';
import { readCarriedCheck } from '../../../ir/lift/carried-check.ts';
import { liftConfigurationPolicy } from '../../../ir/lift/configuration-policy.ts';
import { checkAnnotation } from '../../../ir/lower/carried-check.ts';
import type { IrConfigTemplate } from '../../../ir/program.ts';
import {
  type CustomResourceDefinition,
  customResourceDefinitionKind,
  type Namespace,
  namespaceKind,
} from '../../../kube/core.ts';
import { parseDuration, toMillis } from '../../../kube/duration.ts';
import { type KubeObject, parseApiVersion, type Ref, refOf } from '../../../kube/object.ts';
import { type ConfigurationPolicy, configurationPolicyKind } from '../../../kube/ocm/policy.ts';
import {
  type Controller,
  done,
  everyOf,
  type Index,
  type Outcome,
  type Snapshot,
  watch,
} from '../../control/controller.ts';
import { definitionsByKind, resourceOf } from '../resources.ts';
import { judgeCheck } from './check.ts';
import { type Needs, needsOf } from './needs.ts';
import { finalizePolicy, finalizerAction, pruneDropped } from './prune.ts';
import { attemptsOn, remedyActions } from './remedies.ts';
import { statusOf } from './verdict.ts';

export interface EvaluateOptions {
  readonly clusterName: string;
  readonly compat?: 'upstream';
}

/** How long to wait before a kind that is not served is asked for again; definitions are watched besides. */
const retryAfter = 60_000;

const namespaces = everyOf<Namespace>(namespaceKind, 'cluster');

/** Policies by `group/Kind` of what they look at. */
const policiesByKind: Index<ConfigurationPolicy> = {
  name: 'configuration-policies-by-kind',
  kind: configurationPolicyKind,
  at: 'cluster',
  keys: ({ spec }) => {
    const kinds = (spec?.['object-templates'] ?? []).map(({ objectDefinition }) => {
      const { apiVersion, kind } = objectDefinition ?? {};
      return typeof apiVersion === 'string'
        ? `${parseApiVersion(apiVersion).group}/${String(kind)}`
        : '';
    });
    return [...new Set(kinds)];
  },
};

/** Policies that look into namespaces they do not name. */
const policiesBySelector: Index<ConfigurationPolicy> = {
  name: 'configuration-policies-by-selector',
  kind: configurationPolicyKind,
  at: 'cluster',
  keys: ({ spec }) => (spec?.namespaceSelector === undefined ? [] : ['selects']),
};

/** Evaluates the ConfigurationPolicies of the cluster's namespace and, where they enforce, mends what they find. */
export function evaluatePolicies({ clusterName, compat }: EvaluateOptions): Controller {
  const names = (policies: readonly ConfigurationPolicy[]) =>
    policies.map(({ metadata }) => metadata.name);
  return {
    name: 'agent-configuration-policy',
    watches: [
      watch({
        kind: configurationPolicyKind,
        at: 'cluster',
        namespace: clusterName,
        keys: ({ metadata }: ConfigurationPolicy) =>
          metadata.namespace === clusterName ? [metadata.name] : [],
      }),
      watch({
        kind: namespaceKind,
        at: 'cluster',
        keys: (_: Namespace, snapshot) => names(snapshot.list(policiesBySelector, 'selects')),
      }),
      watch({
        kind: customResourceDefinitionKind,
        at: 'cluster',
        keys: ({ spec }: CustomResourceDefinition, snapshot) =>
          spec === undefined
            ? []
            : names(snapshot.list(policiesByKind, `${spec.group}/${spec.names.kind}`)),
      }),
    ],
    indexes: [
      policiesByKind,
      policiesBySelector,
      namespaces,
      definitionsByKind,
    ] as unknown as readonly Index[],
    reconcile: (key, snapshot, now) => {
      const policy = snapshot.get(configurationPolicyKind, clusterName, key, 'cluster');
      if (policy === undefined) return done;
      if (policy.metadata.deletionTimestamp !== undefined) return finalizePolicy(policy, snapshot);
      const finalizer = finalizerAction(policy);
      if (finalizer !== null) return { actions: [finalizer] };
      const due = nextEvaluation(policy);
      if (due === 'never') return done;
      if (due !== null && now < due) return { actions: [], again: due };
      return judge(policy, { snapshot, now, ...(compat && { compat }) });
    },
  };
}

interface Pass {
  readonly snapshot: Snapshot;
  readonly now: Instant;
  readonly compat?: 'upstream';
}

/** When a policy with an interval is due again; null: now, as it is watched (policy.md §3.8). */
function nextEvaluation({ spec, status, metadata }: ConfigurationPolicy): Instant | 'never' | null {
  const interval = intervalOf(spec, status);
  const known = status?.lastEvaluatedGeneration === metadata.generation;
  if (interval === null || !known || status?.lastEvaluated === undefined) return null;
  if (interval === 'never') return 'never';
  const last = parseInstant(status.lastEvaluated);
  return last === null ? null : plus(last, interval);
}

/** In milliseconds; null: always, because it is watched. A text that is no duration counts as ten seconds, as upstream. */
function intervalOf(
  spec: ConfigurationPolicy['spec'],
  status: ConfigurationPolicy['status'],
): number | 'never' | null {
  const field = status?.compliant === 'Compliant' ? 'compliant' : 'noncompliant';
  const text = status?.compliant === undefined ? undefined : spec?.evaluationInterval?.[field];
  if (text === undefined || text === '' || text === 'watch') return null;
  if (text === 'never') return 'never';
  const parsed = parseDuration(text);
  return parsed.ok ? toMillis(parsed.nanos) : 10_000;
}

/** A check of ours, which a ConfigurationPolicy carries. It is reported, whatever its policy says (Rule 42). */
function judgeCarried(policy: ConfigurationPolicy, text: string, pass: Pass): Outcome {
  const { snapshot, now } = pass;
  const check = readCarriedCheck(text);
  const refuse = (message: string): Outcome =>
    report(policy, refused({ reason: 'Invalid spec', message }), { now, remedies: [] });
  if (check === null) return refuse('the check it carries cannot be read');
  if (check.template === 'rego') return refuse('checks in Rego are not judged by this agent yet');
  const { group, version, kind } = check.each;
  const of = { group, version, kind };
  if (kindFacts(of, snapshot) === undefined) {
    return { ...refuse(`the cluster does not serve ${kind}`), again: plus(now, retryAfter) };
  }
  const alsoList = [{ kind: of, at: 'cluster' as const }];
  if (!snapshot.isRead(of, { at: 'cluster' })) return { actions: [], alsoList };
  const objects = snapshot.list(everyOf(of, 'cluster'), '');
  const verdict = judgeCheck(check, objects, snapshot.list(namespaces, ''));
  return { ...report(policy, verdict, { now, remedies: [] }), alsoList };
}

function judge(policy: ConfigurationPolicy, pass: Pass): Outcome {
  const { snapshot, now } = pass;
  const carried = policy.metadata.annotations?.[checkAnnotation];
  if (carried !== undefined) return judgeCarried(policy, carried, pass);
  const lifted = liftConfigurationPolicy(policy as unknown as JsonObject);
  const refusal = refusalOf(policy, lifted);
  if (refusal !== null) return report(policy, refused(refusal), { now, remedies: [] });
  const kinds: KindLookup = (of) => kindFacts(of, snapshot);
  const known = snapshot.list(namespaces, '');
  const needs = needsOf(lifted, { kinds, namespaces: known });
  const also = {
    alsoWatch: needs.objects.map((ref) => ({ ref, at: 'cluster' as const })),
    alsoList: needs.lists.map(({ kind, namespace }) => ({
      kind,
      ...(namespace !== '' && { namespace }),
      at: 'cluster' as const,
    })),
  };
  const objects = gather(needs, snapshot);
  // Nothing is said of what cannot be seen yet.
  if (objects === null) return { actions: [], ...also };
  if ('reason' in objects) {
    const again = plus(now, retryAfter);
    return { ...report(policy, refused(objects), { now, remedies: [] }), ...also, again };
  }
  const live = new Map(objects.map((object) => [refText(refOf(object)), object]));
  const remediation = lifted.remediation?.toLowerCase() === 'enforce' ? 'enforce' : 'inform';
  const outcome = evaluate({
    policy: lifted,
    remediation,
    kinds,
    namespaces: known,
    objects,
    previous: previousOf(policy),
    attempts: attemptsOn(policy, needs.objects, snapshot),
    ...(pass.compat && { compat: pass.compat }),
  });
  const remedies = remedyActions(outcome.remedies, (ref) => live.get(refText(ref)));
  const again = outcome.errors.length > 0 ? { again: plus(now, retryAfter) } : {};
  // A policy that could not be read whole has not dropped anything.
  const dropped =
    outcome.errors.length > 0
      ? { actions: [], left: [] }
      : pruneDropped(policy, outcome.relatedObjects, snapshot);
  const watched = {
    ...also,
    alsoWatch: [...also.alsoWatch, ...dropped.left.map((ref) => ({ ref, at: 'cluster' as const }))],
  };
  // What is to go stays in the status until it is gone: that is where it is known from.
  if (dropped.left.length > 0) return { actions: [...remedies, ...dropped.actions], ...watched };
  return { ...report(policy, outcome, { now, remedies }), ...watched, ...again };
}

function refText({ group, kind, namespace, name }: Ref): string {
  return `${group}/${kind}/${namespace}/${name}`;
}

function kindFacts(of: { readonly group: string; readonly kind: string }, snapshot: Snapshot) {
  const { plural, namespaced } = resourceOf(of, snapshot);
  return namespaced === null ? undefined : { plural, namespaced };
}

/** null while something is not read yet; a refusal where it may not be read. */
function gather(
  { objects, lists }: Needs,
  snapshot: Snapshot,
): readonly KubeObject[] | Refusal | null {
  const found: KubeObject[] = [];
  for (const ref of objects) {
    const seen = snapshot.look(ref, 'cluster');
    if (seen.state === 'unread') {
      return seen.why === undefined ? null : { reason: 'K8s error', message: seen.why.message };
    }
    if (seen.state === 'present') found.push(seen.object);
  }
  for (const { kind, namespace } of lists) {
    const at = { at: 'cluster' as const, ...(namespace !== '' && { namespace }) };
    if (!snapshot.isRead(kind, at)) return null;
    found.push(...snapshot.list(everyOf(kind, 'cluster'), namespace));
  }
  return found;
}

function previousOf({ status }: ConfigurationPolicy) {
  const { compliancyDetails, relatedObjects, compliant } = status ?? {};
  return {
    ...(compliancyDetails && { details: compliancyDetails }),
    ...(relatedObjects && { relatedObjects }),
    ...(compliant && { compliant }),
  };
}

interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** What cannot be evaluated at all. Templates as texts must not be taken literally: they would be enforced so. */
function refusalOf(policy: ConfigurationPolicy, lifted: IrConfigTemplate): Refusal | null {
  if (!lifted.remediation) {
    const message = 'Policy does not have a RemediationAction specified';
    return { reason: 'Invalid spec', message };
  }
  const disabled =
    policy.metadata.annotations?.['policy.open-cluster-management.io/disable-templates'] === 'true';
  const templated =
    lifted.objectsRaw !== undefined ||
    lifted.objects.some(({ definition }) => hasTemplate(definition));
  if (disabled || !templated) return null;
  const message = 'the policy has templates, which this agent does not resolve yet';
  return { reason: 'Error processing template', message };
}

function refused({ reason, message }: Refusal): Verdict {
  const condition = { type: 'violation', status: 'True', reason, message } as const;
  return {
    compliance: 'NonCompliant',
    details: [{ Compliant: 'NonCompliant', conditions: [condition] }],
    relatedObjects: [],
    messages: [`NonCompliant; violation - ${message}`],
  };
}

type Verdict = Pick<PolicyOutcome, 'compliance' | 'details' | 'relatedObjects' | 'messages'>;

function report(
  policy: ConfigurationPolicy,
  verdict: Verdict,
  { now, remedies }: { readonly now: Instant; readonly remedies: Outcome['actions'] },
): Outcome {
  const news = verdict.messages[0] !== policy.status?.history?.[0]?.message;
  const messages = verdict.messages.length === 1 && !news ? [] : verdict.messages;
  const timed = intervalOf(policy.spec, policy.status) !== null;
  return {
    actions: [
      ...remedies,
      {
        do: 'patchStatus',
        of: refOf(policy),
        status: statusOf(policy, { ...verdict, messages }, { now, timed }),
        at: 'cluster',
        independent: true,
      },
    ],
  };
}
