import { type Instant, plus } from '../../../base/instant.ts';
import type { Json } from '../../../base/json.ts';
import { namespaceKind } from '../../../kube/core.ts';
import { type KubeObject, type Ref, refKey, refOf } from '../../../kube/object.ts';
import {
  type ConfigurationPolicy,
  configurationPolicyKind,
  type Policy,
  type PolicyDetail,
  policyKind,
  policyLabels,
} from '../../../kube/ocm/policy.ts';
import {
  type Action,
  type Controller,
  type Index,
  indexed,
  type Outcome,
  type Snapshot,
  watch,
} from '../../control/controller.ts';
import { isGone, unknownRetry } from '../gone.ts';
import { detailOf, policyState, saidBy, stateOf } from './compliance.ts';
import { dependencyRefs, pendingMessage, unmet } from './dependencies.ts';
import { parentPolicyLabel, type Template, templatesOf } from './templates.ts';

/** Field manager of policies and templates on the cluster. */
export const policyAgentFieldManager = 'ocm-policy-agent';

/** ConfigurationPolicies by the name of the policy they are templates of. */
const templatesOfPolicy: Index<ConfigurationPolicy> = {
  name: 'templates-of-policy',
  kind: configurationPolicyKind,
  at: 'cluster',
  keys: ({ metadata }) => {
    const parent = metadata.labels?.[parentPolicyLabel];
    return parent === undefined ? [] : [parent];
  },
};

/**
 * Keeps the policies of the cluster's namespace on the hub and their templates on the cluster, and reports back what
 * the templates say: one key, one copy of a policy (policy.md §2.6 to §2.8).
 */
export function syncPolicies({ clusterName }: { readonly clusterName: string }): Controller {
  const inNamespace = ({ metadata }: KubeObject): boolean => metadata.namespace === clusterName;
  return {
    name: 'agent-policy',
    watches: [
      watch({
        kind: policyKind,
        namespace: clusterName,
        keys: ({ metadata }: Policy) => [metadata.name],
      }),
      watch({
        kind: policyKind,
        at: 'cluster',
        namespace: clusterName,
        keys: ({ metadata }: Policy) => [metadata.name],
      }),
      watch({
        kind: configurationPolicyKind,
        at: 'cluster',
        namespace: clusterName,
        keys: (template: ConfigurationPolicy) =>
          inNamespace(template) ? templatesOfPolicy.keys(template) : [],
      }),
    ],
    indexes: [indexed(templatesOfPolicy)],
    reconcile: (key, snapshot, now) => sync({ key, clusterName, snapshot, now }),
  };
}

interface Pass {
  readonly key: string;
  readonly clusterName: string;
  readonly snapshot: Snapshot;
  readonly now: Instant;
}

function sync(pass: Pass): Outcome {
  const { key, clusterName, snapshot, now } = pass;
  const onHub = snapshot.get(policyKind, clusterName, key);
  const onCluster = snapshot.get(policyKind, clusterName, key, 'cluster');
  if (
    onHub === undefined &&
    !isGone(snapshot, { ...policyKind, namespace: clusterName, name: key })
  )
    return { actions: [], again: plus(now, unknownRetry) };
  if (onHub === undefined || onHub.metadata.deletionTimestamp !== undefined) {
    return { actions: onCluster === undefined ? [] : withdraw(onCluster, snapshot) };
  }
  const namespace: Ref = { ...namespaceKind, namespace: '', name: clusterName };
  const alsoWatch = [{ ref: namespace, at: 'cluster' as const }];
  const seen = snapshot.look(namespace, 'cluster');
  if (seen.state === 'absent') return { actions: [createNamespace(clusterName)], alsoWatch };
  const copy = copyOf(onHub, clusterName);
  if (onCluster === undefined) return { actions: [copy], alsoWatch };
  const synced = syncTemplates(onCluster, pass);
  return {
    actions: [copy, ...synced.actions, ...report(onHub, onCluster, synced.details)],
    alsoWatch: [
      ...alsoWatch,
      ...synced.dependencies.map((ref) => ({ ref, at: 'cluster' as const })),
    ],
  };
}

function createNamespace(name: string): Action {
  return {
    do: 'create',
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    at: 'cluster',
  };
}

function copyOf({ apiVersion, kind, metadata, spec }: Policy, clusterName: string): Action {
  const { name, labels, annotations } = metadata;
  return {
    do: 'apply',
    object: {
      apiVersion,
      kind,
      metadata: {
        name,
        namespace: clusterName,
        ...(labels && { labels }),
        ...(annotations && { annotations }),
      },
      ...(spec && { spec }),
    },
    fieldManager: policyAgentFieldManager,
    force: true,
    at: 'cluster',
  };
}

/** Only what was copied from the hub goes with it: a policy somebody made on the cluster has no root. */
function withdraw(onCluster: Policy, snapshot: Snapshot): readonly Action[] {
  if (onCluster.metadata.labels?.[policyLabels.rootPolicy] === undefined) return [];
  const templates = snapshot.list(templatesOfPolicy, onCluster.metadata.name);
  return [...templates, onCluster].map(removal);
}

function removal(object: KubeObject): Action {
  return {
    do: 'delete',
    of: refOf(object),
    ...(object.metadata.uid !== undefined && { ifUid: object.metadata.uid }),
    at: 'cluster',
    independent: true,
  };
}

interface Synced {
  readonly actions: readonly Action[];
  readonly details: readonly PolicyDetail[];
  readonly dependencies: readonly Ref[];
}

function syncTemplates(policy: Policy, pass: Pass): Synced {
  const live = pass.snapshot.list(templatesOfPolicy, policy.metadata.name);
  const templates = policy.spec?.disabled === true ? [] : templatesOf(policy);
  const byName = new Map(live.map((object) => [refKey(refOf(object)), object]));
  const synced = templates.map((template) => syncTemplate(template, { policy, byName, pass }));
  const wanted = new Set(synced.flatMap(({ keep }) => (keep === null ? [] : [refKey(keep)])));
  const gone = live.filter((object) => !wanted.has(refKey(refOf(object))));
  return {
    actions: [...synced.flatMap(({ actions }) => actions), ...gone.map(removal)],
    details: synced.map(({ detail }) => detail),
    dependencies: templates.flatMap(({ dependencies }) =>
      dependencyRefs(dependencies, pass.clusterName),
    ),
  };
}

function syncTemplate(
  template: Template,
  of: {
    readonly policy: Policy;
    readonly byName: ReadonlyMap<string, ConfigurationPolicy>;
    readonly pass: Pass;
  },
): {
  readonly actions: readonly Action[];
  readonly detail: PolicyDetail;
  readonly keep: Ref | null;
} {
  const { policy, pass } = of;
  const tell = (said: PolicyDetail['history']): PolicyDetail =>
    detailOf({
      template: template.name,
      policy: policy.metadata.name,
      before: policy.status?.details?.find((one) => one.templateMeta?.['name'] === template.name),
      said,
      now: pass.now,
    });
  const detail = (message: string): PolicyDetail => tell([{ message }]);
  const failed = (why: string) => `NonCompliant; template-error; ${why}`;
  const { ref, object } = template;
  if (ref === null || object === null) {
    return { actions: [], detail: detail(failed(template.error)), keep: null };
  }
  const waits = unmet(template.dependencies, pass.clusterName, pass.snapshot);
  if (waits.length > 0) {
    const message = pendingMessage(waits, template.ignorePending);
    return { actions: [], detail: detail(message), keep: null };
  }
  const taken = takenBy(ref, policy, pass.snapshot);
  if (taken !== undefined) return { actions: [], detail: detail(failed(taken)), keep: null };
  const apply: Action = {
    do: 'apply',
    object,
    fieldManager: policyAgentFieldManager,
    force: true,
    at: 'cluster',
    independent: true,
  };
  const live = of.byName.get(refKey(ref));
  const failure = pass.snapshot.attempt(ref, 'cluster')?.failure ?? null;
  if (failure !== null) {
    const why = failed(`Failed to create policy template: ${failure.message}`);
    return { actions: [apply], detail: detail(why), keep: ref };
  }
  const said = live === undefined || isStale(live, object) ? undefined : saidBy(live);
  return { actions: [apply], detail: tell(said), keep: ref };
}

/** Names are unique on the cluster: templates of all policies share its namespace. */
function takenBy(ref: Ref, policy: Policy, snapshot: Snapshot): string | undefined {
  const live = snapshot.get(configurationPolicyKind, ref.namespace, ref.name, 'cluster');
  if (live === undefined) return undefined;
  const parent = live.metadata.labels?.[parentPolicyLabel];
  if (parent === policy.metadata.name) return undefined;
  const where = parent === undefined ? 'outside of a Policy' : `in policy ${parent}`;
  const what = `Policy template with kind: ${ref.kind} name: ${ref.name}`;
  return `Template name must be unique. ${what} already exists ${where}`;
}

/** Whether a template speaks of a spec that is no longer wanted. */
function isStale(live: ConfigurationPolicy, wanted: KubeObject): boolean {
  const { lastEvaluatedGeneration } = live.status ?? {};
  const { generation } = live.metadata;
  const older =
    lastEvaluatedGeneration !== undefined &&
    generation !== undefined &&
    lastEvaluatedGeneration !== generation;
  return older || !sameRemediation(live, wanted);
}

function sameRemediation(live: ConfigurationPolicy, wanted: KubeObject): boolean {
  const spec = wanted.spec as { readonly remediationAction?: string } | undefined;
  return live.spec?.remediationAction === spec?.remediationAction;
}

/** The status on the cluster first, then the same on the hub. */
function report(
  onHub: Policy,
  onCluster: Policy,
  details: readonly PolicyDetail[],
): readonly Action[] {
  const compliant = policyState(details, onCluster.status?.compliant);
  const status = {
    compliant: compliant ?? null,
    details: details.length > 0 ? details : null,
  } as unknown as Json;
  return [
    { do: 'patchStatus', of: refOf(onCluster), status, at: 'cluster', independent: true },
    ...details.flatMap((detail) => events(onCluster, detail)),
    { do: 'patchStatus', of: refOf(onHub), status, independent: true },
  ];
}

/** Upstream's wire between controllers and status is Events: told for whoever reads them (policy.md §2.8). */
function events(policy: Policy, detail: PolicyDetail): readonly Action[] {
  const name = detail.templateMeta?.['name'];
  const before = policy.status?.details?.find((one) => one.templateMeta?.['name'] === name);
  const known = new Set((before?.history ?? []).map(({ eventName }) => eventName));
  const news = (detail.history ?? []).filter(({ eventName }) => !known.has(eventName));
  return news.toReversed().map(({ message = '' }) => ({
    do: 'record',
    about: refOf(policy),
    type: stateOf(message) === 'Compliant' ? 'Normal' : 'Warning',
    reason: `policy: ${policy.metadata.namespace ?? ''}/${String(name)}`,
    message,
    at: 'cluster',
    independent: true,
  }));
}
