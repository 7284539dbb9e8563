import { formatInstant, instant } from '../../../base/instant.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { authenticated, type TokenSources, tokenRequester } from '../authn/authenticate.ts';
import type { Attempted } from '../authz/rbac.ts';
import type { Authorizer } from '../authz/role-index.ts';
import { badRequest, type Cause, invalid, type Refusal } from '../refusal.ts';
import type { Requester } from '../request/requester.ts';
import { struct, textOf, texts, withFields } from '../resources/builtin/fields.ts';
import type { Resource } from '../resources/resource.ts';

/** What questions about rights and identities are answered from. */
export interface ReviewInput {
  readonly resource: Resource;
  readonly requester: Requester;
  readonly authorizer: Authorizer;
  readonly tokens: TokenSources;
  readonly object: KubeObject;
  /** Of the request; for LocalSubjectAccessReview. */
  readonly namespace: string;
  readonly now: number;
}

type Review = (input: ReviewInput) => KubeObject | Refusal;

/** Kinds that are questions: posting one gives it back with the answer in its status. */
const reviews: Readonly<Record<string, Review>> = {
  'SelfSubjectAccessReview.authorization.k8s.io': (input) => access(input, input.requester),
  'SubjectAccessReview.authorization.k8s.io': (input) => subjectAccess(input),
  'LocalSubjectAccessReview.authorization.k8s.io': (input) => localAccess(input),
  'SelfSubjectRulesReview.authorization.k8s.io': rules,
  'SelfSubjectReview.authentication.k8s.io': ({ object, requester, now }) => ({
    ...withFields(object, { status: { userInfo: userInfo(requester) } }),
    metadata: { name: '', creationTimestamp: formatInstant(instant(now)) },
  }),
  'TokenReview.authentication.k8s.io': tokenReview,
};

/** The answer to a posted review; null where the kind is no review. */
export function review(input: ReviewInput): KubeObject | Refusal | null {
  const { group, kind } = input.resource;
  const answer = reviews[`${kind}.${group}`];
  return answer === undefined ? null : answer(input);
}

function subjectAccess(input: ReviewInput): KubeObject | Refusal {
  const spec = struct(input.object, 'spec');
  const name = textOf(spec['user']);
  const groups = texts(spec['groups']);
  const someone =
    name === '' && groups.length === 0
      ? [invalidField('spec.user', '""', 'at least one of user or group must be specified')]
      : [];
  return access(input, { name, uid: textOf(spec['uid']), groups, extra: {} }, someone);
}

function invalidField(field: string, value: string, detail: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${value}: ${detail}`, field };
}

function localAccess(input: ReviewInput): KubeObject | Refusal {
  const attributes = struct(input.object, 'spec')['resourceAttributes'];
  const placed = { ...input.object.metadata, namespace: input.namespace };
  const asked = { ...input, object: { ...input.object, metadata: placed } };
  if (!isJsonObject(attributes)) return subjectAccess(asked);
  if (textOf(attributes['namespace']) !== input.namespace) {
    return badRequest(
      `spec.resourceAttributes.namespace must match metadata.namespace: ${input.namespace}`,
    );
  }
  return subjectAccess(asked);
}

function access(
  input: ReviewInput,
  who: Requester,
  wrong: readonly Cause[] = [],
): KubeObject | Refusal {
  const attempted = attemptedOf(struct(input.object, 'spec'));
  const one = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  const causes = [
    ...(attempted === null ? [invalidField('spec.resourceAttributes', 'null', one)] : []),
    ...wrong,
    ...metadataCauses(input.object),
  ];
  if (attempted === null || causes.length > 0) {
    return invalid({ group: input.resource.group, name: '' }, '', causes);
  }
  const { allowed, reason } = input.authorizer.authorize(who, attempted);
  const status: JsonObject = { allowed, ...(reason !== '' && { reason }) };
  return withFields(input.object, { status });
}

/** A question has no name (pkg/apis/authorization/validation). */
function metadataCauses({ kind, metadata }: KubeObject): readonly Cause[] {
  const { namespace = '', ...others } = metadata;
  const isLocal = kind.startsWith('Local');
  const given = Object.values(others).some((value) => value !== '' && value !== undefined);
  if (!given && (isLocal || namespace === '')) return [];
  const detail = isLocal ? 'must be empty except for namespace' : 'must be empty';
  return [invalidField('metadata', JSON.stringify(metadata), detail)];
}

function attemptedOf(spec: JsonObject): Attempted | null {
  const { resourceAttributes: of, nonResourceAttributes: path } = spec;
  if (isJsonObject(of) === isJsonObject(path)) return null;
  if (isJsonObject(path)) return { verb: textOf(path['verb']), path: textOf(path['path']) };
  if (!isJsonObject(of)) return null;
  const name = (field: string) => textOf(of[field]);
  return {
    verb: name('verb'),
    group: name('group'),
    resource: name('resource'),
    subresource: name('subresource'),
    namespace: name('namespace'),
    name: name('name'),
  };
}

function rules({ object, requester, authorizer }: ReviewInput): KubeObject | Refusal {
  const namespace = textOf(struct(object, 'spec')['namespace']);
  if (namespace === '') return badRequest('no namespace on request');
  const own = authorizer.rulesFor(requester, namespace);
  const resourceRules = own
    .filter((rule) => (rule.resources ?? []).length > 0)
    .map(({ verbs, apiGroups, resources, resourceNames }) => ({
      verbs,
      apiGroups: apiGroups ?? [],
      resources: resources ?? [],
      ...(resourceNames !== undefined && { resourceNames }),
    }));
  const nonResourceRules = own
    .filter((rule) => (rule.nonResourceURLs ?? []).length > 0)
    .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs: nonResourceURLs ?? [] }));
  return withFields(object, { status: { resourceRules, nonResourceRules, incomplete: false } });
}

function tokenReview({ object, tokens, now }: ReviewInput): KubeObject | Refusal {
  const spec = struct(object, 'spec');
  const token = textOf(spec['token']);
  if (token === '') return badRequest('token is required for TokenReview in authentication');
  const wanted = texts(spec['audiences']);
  const audiences = wanted.length > 0 ? wanted : tokens.audiences;
  const verified = tokens.verifier.verify(token, audiences, now);
  const known =
    verified?.requester ??
    (audiences.some((each) => tokens.audiences.includes(each))
      ? tokenRequester(tokens, token, now)
      : null);
  const { token: _secret, ...shown } = spec;
  if (known === null) {
    const error = 'invalid bearer token, token lookup failed';
    return withFields(object, { spec: shown, status: { user: {}, error } });
  }
  const status: JsonObject = {
    authenticated: true,
    user: userInfo(authenticated(known)),
    audiences: verified?.audiences ?? audiences.filter((each) => tokens.audiences.includes(each)),
  };
  return withFields(object, { spec: shown, status });
}

function userInfo({ name, uid, groups, extra }: Requester): Json {
  return {
    username: name,
    ...(uid !== '' && { uid }),
    ...(groups.length > 0 && { groups }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}
