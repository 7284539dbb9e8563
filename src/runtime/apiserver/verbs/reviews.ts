import { formatInstant, instant } from '../../../base/instant.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { authenticated, type TokenSources, tokenRequester } from '../authn/authenticate.ts';
import type { Attempted } from '../authz/rbac.ts';
import type { Authorizer } from '../authz/role-index.ts';
import { badRequest, forbidden, invalid, type Refusal } from '../refusal.ts';
import type { Requester } from '../request/requester.ts';
import { struct, textOf, texts, withFields } from '../resources/builtin/fields.ts';
import { kindName, type Resource, resourceName } from '../resources/resource.ts';

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
    metadata: { ...object.metadata, creationTimestamp: formatInstant(instant(now)) },
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
  if (name === '' && groups.length === 0) {
    const message = 'Invalid value: "": at least one of user or group must be specified';
    const causes = [{ reason: 'FieldValueInvalid', message, field: 'spec.user' }];
    return invalid(kindName(input.resource), '', causes);
  }
  return access(input, { name, uid: textOf(spec['uid']), groups, extra: {} });
}

function localAccess(input: ReviewInput): KubeObject | Refusal {
  const attributes = struct(input.object, 'spec')['resourceAttributes'];
  const namespace = isJsonObject(attributes) ? textOf(attributes['namespace']) : '';
  if (namespace !== input.namespace) {
    return badRequest(
      `spec.resourceAttributes.namespace must match metadata.namespace: ${input.namespace}`,
    );
  }
  return subjectAccess(input);
}

function access(input: ReviewInput, who: Requester): KubeObject | Refusal {
  const attempted = attemptedOf(struct(input.object, 'spec'));
  if (attempted === null) {
    const message =
      'Invalid value: "": exactly one of nonResourceAttributes or resourceAttributes must be specified';
    const causes = [{ reason: 'FieldValueInvalid', message, field: 'spec.resourceAttributes' }];
    return invalid(kindName(input.resource), '', causes);
  }
  const { allowed, reason } = input.authorizer.authorize(who, attempted);
  const status: JsonObject = { allowed, ...(reason !== '' && { reason }) };
  return withFields(input.object, { status });
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

function tokenReview({ object, tokens, now, resource }: ReviewInput): KubeObject | Refusal {
  const spec = struct(object, 'spec');
  const token = textOf(spec['token']);
  if (token === '') return forbidden(resourceName(resource), '', 'token is required');
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
