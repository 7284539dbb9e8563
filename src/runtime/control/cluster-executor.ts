import type { Json, JsonObject } from '../../base/json.ts';
import { assertNever, invariant } from '../../base/never.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { Answer, As, Cluster, Refusal } from '../client/cluster.ts';
import { askForAccess, isAccessReview } from './access-review.ts';
import type { Account, Action, World } from './controller.ts';
import type { Executed, Executor } from './executor.ts';

/** Does actions on API servers. Events are not its business: the recorder writes them. */
export function clusterExecutor(clusters: Readonly<Partial<Record<World, Cluster>>>): Executor {
  return {
    execute: async (action, signal) => {
      if (signal.aborted) return stopped;
      const cluster = clusters[action.at ?? 'hub'];
      invariant(cluster !== undefined, `no API server for the world ${action.at ?? 'hub'}`);
      if (action.do === 'create' && isAccessReview(action.object)) {
        return askForAccess(cluster, action.object);
      }
      const answer = await send(cluster, action);
      if (answer.ok) return { ok: true, object: answer.value };
      if (action.do === 'delete' && answer.status === 404) return { ok: true, object: null };
      return { ...refused(action, answer) };
    },
  };
}

const stopped: Executed = {
  ok: false,
  retry: 'never',
  status: 0,
  reason: 'Stopped',
  why: 'the process is ending',
};

function send(cluster: Cluster, action: Action): Promise<Answer<KubeObject | null>> {
  switch (action.do) {
    case 'create':
      return cluster.create(action.object, writeAs(action.as));
    case 'apply':
      return cluster.apply(action.object, {
        fieldManager: action.fieldManager,
        ...(action.force === undefined ? {} : { force: action.force }),
        ...writeAs(action.as),
      });
    case 'patch':
      return cluster.mergePatch(
        action.of,
        withPreconditions(action.patch, action),
        writeAs(action.as),
      );
    case 'patchStatus':
      return cluster.mergePatch(action.of, withPreconditions({ status: action.status }, action), {
        subresource: 'status',
        ...writeAs(action.as),
      });
    case 'replace':
      return cluster.replace(action.object);
    case 'approve':
      return cluster.replace(action.object, { subresource: 'approval' });
    case 'finalize':
      return cluster.replace(action.object, { subresource: 'finalize' });
    case 'delete': {
      const { ifVersion, ifUid, propagation } = action;
      return cluster.delete(action.of, {
        ...(ifVersion === undefined ? {} : { ifVersion }),
        ...(ifUid === undefined ? {} : { ifUid }),
        ...(propagation === undefined ? {} : { propagation }),
        ...writeAs(action.as),
      });
    }
    case 'record':
      throw new Error('events are written by the recorder');
    default:
      return assertNever(action);
  }
}

/** The preconditions of a merge patch travel inside it, as `metadata.uid` and `metadata.resourceVersion`. */
function withPreconditions(
  patch: Json,
  { ifVersion, ifUid }: { readonly ifVersion?: string; readonly ifUid?: string },
): Json {
  if (ifVersion === undefined && ifUid === undefined) return patch;
  const { metadata, ...rest } = patch as JsonObject;
  const preconditions = {
    ...(ifUid === undefined ? {} : { uid: ifUid }),
    ...(ifVersion === undefined ? {} : { resourceVersion: ifVersion }),
  };
  return { metadata: { ...preconditions, ...(metadata as JsonObject | undefined) }, ...rest };
}

function writeAs(account: Account | undefined): { readonly as?: As } {
  if (account === undefined) return {};
  const { namespace, name } = account;
  return {
    as: {
      user: `system:serviceaccount:${namespace}:${name}`,
      groups: [
        'system:serviceaccounts',
        `system:serviceaccounts:${namespace}`,
        'system:authenticated',
      ],
    },
  };
}

function refused(action: Action, refusal: Refusal): Executed {
  const { message } = refusal;
  const { status, reason } = isOfAnother(action, refusal) ? conflict : refusal;
  return { ok: false, retry: retry(action, status), status, reason, why: message };
}

const conflict = { status: 409, reason: 'Conflict' };

/** The object was made anew: of a merge patch kube-apiserver calls another uid invalid, as if it were our mistake. */
function isOfAnother(action: Action, { status, message }: Refusal): boolean {
  const isPatch = action.do === 'patch' || action.do === 'patchStatus';
  if (!isPatch || action.ifUid === undefined || status !== 422) return false;
  return message.includes('metadata.uid: Invalid value');
}

/**
 * `now`: somebody was faster, and the cache is about to show it. `never`: this very request stays wrong until somebody
 * changes the object, its schema or our rights. Anything else passes by itself.
 */
function retry(action: Action, status: number): 'now' | 'backoff' | 'never' {
  if (status === 409) return action.do === 'apply' ? 'backoff' : 'now';
  if (status === 404) return action.do === 'create' || action.do === 'apply' ? 'backoff' : 'now';
  if ([400, 401, 403, 405, 406, 413, 415, 422].includes(status)) return 'never';
  return 'backoff';
}
