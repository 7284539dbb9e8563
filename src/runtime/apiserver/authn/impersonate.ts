import { denied } from '../authz/denial.ts';
import type { Authorizer } from '../authz/role-index.ts';
import { badRequest, type Refusal } from '../refusal.ts';
import {
  anonymous,
  authenticatedGroup,
  type Requester,
  serviceAccountGroups,
  serviceAccountOf,
} from '../request/requester.ts';

const extraPrefix = 'impersonate-extra-';
const unauthenticatedGroup = 'system:unauthenticated';

/** Who a request is done as: the one its headers name, where the requester may, else the requester. */
export function impersonate(
  authorizer: Authorizer,
  requester: Requester,
  headers: readonly (readonly [string, string])[],
): Requester | Refusal {
  const asked = headers.filter(([name]) => name.startsWith('impersonate-'));
  if (asked.length === 0) return requester;
  const values = (name: string) => asked.filter(([of]) => of === name).map(([, value]) => value);
  const [user = ''] = values('impersonate-user');
  const groups = values('impersonate-group');
  const [uid = ''] = values('impersonate-uid');
  const extra = extraOf(asked);
  if (user === '') {
    // an empty header names nobody
    if (asked.every(([name]) => name === 'impersonate-user')) return requester;
    const named = asked.map(([name, value]) => `${name}: ${value}`).join(', ');
    return badRequest(`requested [${named}] without impersonating a user`);
  }
  const refusal = mayNot(authorizer, requester, { user, groups, uid, extra });
  if (refusal !== null) return refusal;
  return { name: user, uid, groups: groupsOf(user, groups), extra };
}

function extraOf(
  headers: readonly (readonly [string, string])[],
): Readonly<Record<string, readonly string[]>> {
  const extra = new Map<string, string[]>();
  for (const [name, value] of headers) {
    if (!name.startsWith(extraPrefix)) continue;
    const key = unescaped(name.slice(extraPrefix.length));
    extra.set(key, [...(extra.get(key) ?? []), value]);
  }
  return Object.fromEntries(extra);
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Each thing that is impersonated is a right of its own (apiserver `filters/impersonation`). */
function mayNot(
  authorizer: Authorizer,
  requester: Requester,
  as: {
    readonly user: string;
    readonly groups: readonly string[];
    readonly uid: string;
    readonly extra: Readonly<Record<string, readonly string[]>>;
  },
): Refusal | null {
  const account = serviceAccountOf(as.user);
  const core = { group: '', subresource: '', namespace: '' };
  const authentication = { ...core, group: 'authentication.k8s.io' };
  const wanted = [
    account === null
      ? { ...core, resource: 'users', name: as.user }
      : { ...core, resource: 'serviceaccounts', namespace: account.namespace, name: account.name },
    ...as.groups.map((name) => ({ ...core, resource: 'groups', name })),
    ...(as.uid === '' ? [] : [{ ...authentication, resource: 'uids', name: as.uid }]),
    ...Object.entries(as.extra).flatMap(([subresource, values]) =>
      values.map((name) => ({ ...authentication, resource: 'userextras', subresource, name })),
    ),
  ];
  for (const each of wanted) {
    const attempted = { verb: 'impersonate', ...each };
    if (!authorizer.authorize(requester, attempted).allowed) return denied(requester, attempted);
  }
  return null;
}

function groupsOf(user: string, given: readonly string[]): readonly string[] {
  const account = serviceAccountOf(user);
  const groups = given.length === 0 && account ? serviceAccountGroups(account.namespace) : given;
  const known = [authenticatedGroup, unauthenticatedGroup];
  if (groups.some((group) => known.includes(group))) return groups;
  return [...groups, user === anonymous.name ? unauthenticatedGroup : authenticatedGroup];
}
