/** Who asks, as authentication found out. */
export interface Requester {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export const anonymous: Requester = {
  name: 'system:anonymous',
  uid: '',
  groups: ['system:unauthenticated'],
  extra: {},
};

export const authenticatedGroup = 'system:authenticated';
/** Its members may do anything; RBAC is not asked. */
export const mastersGroup = 'system:masters';

const serviceAccountPrefix = 'system:serviceaccount:';

/** The account a user name stands for, where it stands for one. */
export function serviceAccountOf(
  user: string,
): { readonly namespace: string; readonly name: string } | null {
  if (!user.startsWith(serviceAccountPrefix)) return null;
  const [namespace, name, ...more] = user.slice(serviceAccountPrefix.length).split(':');
  return namespace && name && more.length === 0 ? { namespace, name } : null;
}

/** The user name of a service account. */
export function serviceAccountUser(namespace: string, name: string): string {
  return `${serviceAccountPrefix}${namespace}:${name}`;
}

/** The groups every service account of a namespace is in. */
export function serviceAccountGroups(namespace: string): readonly string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}
