import type { Json } from '../../../../base/json.ts';
import type { KubeObject } from '../../../../kube/object.ts';
import { placementKind } from '../../../../kube/ocm/cluster.ts';
import type { Cluster } from '../../../client/cluster.ts';
import type { DebugRequest, Failure, Question } from './request.ts';

/** Who an API server says a caller is. */
interface Caller {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Tokens of service accounts have about a thousand characters. */
const longestToken = 16_384;

/**
 * Whether the caller may have the answer: a client certificate names them, or the API server tells whose their token is
 * (TokenReview), and whether they may `get` that placement, or `create` one in the namespace of the one they send
 * (SubjectAccessReview). null: they may.
 */
export async function refusalOf(
  question: Question,
  { certified, authorization }: Pick<DebugRequest, 'certified' | 'authorization'>,
  hub: Cluster,
): Promise<Failure | null> {
  if (certified !== undefined) {
    const { username, groups } = certified;
    return accessRefusal(question, { username, groups: [...groups, 'system:authenticated'] }, hub);
  }
  const caller = await bearerOf(authorization, hub);
  return 'error' in caller ? caller : accessRefusal(question, caller, hub);
}

async function bearerOf(
  authorization: string | undefined,
  hub: Cluster,
): Promise<Caller | Failure> {
  const [scheme = '', token = '', ...more] = (authorization ?? '').split(' ');
  const isToken = scheme.toLowerCase() === 'bearer' && token !== '' && more.length === 0;
  if (!isToken || token.length > longestToken) {
    return { status: 401, error: 'a bearer token of the hub is needed' };
  }
  const reviewed = await review(hub, 'authentication.k8s.io', 'TokenReview', { token });
  if (!reviewed.ok) return reviewed.failure;
  const { authenticated, user } = reviewed.status as {
    readonly authenticated?: boolean;
    readonly user?: Partial<Caller>;
  };
  if (authenticated !== true || typeof user?.username !== 'string' || user.username === '') {
    return { status: 401, error: 'the hub does not know this token' };
  }
  return { ...user, username: user.username };
}

async function accessRefusal(
  question: Question,
  { username, uid, groups, extra }: Caller,
  hub: Cluster,
): Promise<Failure | null> {
  const stored = question.ask === 'stored';
  const namespace = stored ? question.namespace : (question.placement.metadata.namespace ?? '');
  const verb = stored ? 'get' : 'create';
  const { group, version } = placementKind;
  const resource = { namespace, verb, group, version, resource: 'placements' };
  const asked = await review(hub, 'authorization.k8s.io', 'SubjectAccessReview', {
    user: username,
    ...(uid !== undefined && { uid }),
    ...(groups !== undefined && { groups: [...groups] }),
    ...(extra !== undefined && { extra: extra as Json }),
    resourceAttributes: stored ? { ...resource, name: question.name } : resource,
  });
  if (!asked.ok) return asked.failure;
  const { allowed, denied } = asked.status as { allowed?: boolean; denied?: boolean };
  if (allowed === true && denied !== true) return null;
  const error = `user does not have permission to ${verb} placements in namespace ${namespace}`;
  return { status: 403, error };
}

type Reviewed =
  | { readonly ok: true; readonly status: object }
  | { readonly ok: false; readonly failure: Failure };

async function review(hub: Cluster, group: string, kind: string, spec: Json): Promise<Reviewed> {
  const question = { apiVersion: `${group}/v1`, kind, metadata: {}, spec } as unknown as KubeObject;
  const answer = await hub.create(question);
  const status = answer.ok ? answer.value.status : undefined;
  if (typeof status === 'object' && status !== null) return { ok: true, status };
  // What the hub says may be about this process, not about the caller: it is not passed on.
  return { ok: false, failure: { status: 500, error: `the hub does not answer a ${kind}` } };
}
