import {
  type ClusterRole,
  type ClusterRoleBinding,
  type PolicyRule,
  type Role,
  type RoleBinding,
  type RoleRef,
  rbacGroup,
  type Subject,
} from '../../../kube/core.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { Store, StoreEvent } from '../../store/store.ts';
import { type Requester, serviceAccountUser } from '../request/requester.ts';
import { type Attempted, authorize, type Decision, type RoleSource, rulesFor } from './rbac.ts';

const resources = ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'] as const;
type Resource = (typeof resources)[number];

/** Says who may do what. */
export interface Authorizer {
  readonly authorize: (requester: Requester, attempted: Attempted) => Decision;
  /** Everything somebody may do in a namespace (empty: in the cluster). */
  readonly rulesFor: (requester: Requester, namespace: string) => readonly PolicyRule[];
  /** The rules a binding in a namespace refers to; undefined where there is no such role. */
  readonly roleRules: (ref: RoleRef, namespace: string) => readonly PolicyRule[] | undefined;
}

/**
 * Roles and bindings of the store, kept up to date. Bindings are found by their subjects, so that a request costs
 * what the requester's own bindings cost, however many clusters have theirs.
 */
export class RoleIndex implements Authorizer {
  readonly #roles = new Map<string, Role>();
  readonly #bindings = new Map<string, RoleBinding>();
  /** By namespace (empty: the cluster) and subject. */
  readonly #bySubject = new Map<string, Map<string, RoleBinding>>();
  readonly #stop: () => void;

  constructor(store: Store) {
    for (const resource of resources) {
      const list = store.list({ group: rbacGroup, resource, namespace: '' });
      if (typeof list === 'string') continue;
      for (const stored of list.items) this.#set(resource, stored.object());
    }
    this.#stop = store.subscribe((event) => this.#follow(event));
  }

  close(): void {
    this.#stop();
  }

  authorize(requester: Requester, attempted: Attempted): Decision {
    return authorize(requester, attempted, this.#sourceFor(requester));
  }

  rulesFor(requester: Requester, namespace: string): readonly PolicyRule[] {
    return rulesFor(requester, namespace, this.#sourceFor(requester));
  }

  roleRules({ kind, name }: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    const role = this.#roles.get(keyOf(kind === 'ClusterRole' ? '' : namespace, name));
    return role === undefined ? undefined : (role.rules ?? []);
  }

  /** The roles, and the bindings that may concern one requester. */
  #sourceFor(requester: Requester): RoleSource {
    const { name, groups } = requester;
    const subjects = [`User ${name}`, ...groups.map((group) => `Group ${group}`)];
    const bound = (namespace: string) => [
      ...new Set(
        subjects.flatMap((each) => [
          ...(this.#bySubject.get(`${namespace} ${each}`)?.values() ?? []),
        ]),
      ),
    ];
    return {
      role: (namespace, of) => this.#roles.get(keyOf(namespace, of)),
      clusterRole: (of) => this.#roles.get(keyOf('', of)) as ClusterRole | undefined,
      roleBindings: bound,
      clusterRoleBindings: () => bound('') as readonly ClusterRoleBinding[],
    };
  }

  #follow({ key, type, now }: StoreEvent): void {
    const resource = resources.find((each) => each === key.resource);
    if (key.group !== rbacGroup || resource === undefined) return;
    if (type === 'DELETED') this.#remove(resource, keyOf(key.namespace, key.name));
    else this.#set(resource, now.object());
  }

  #set(resource: Resource, object: KubeObject): void {
    const { namespace = '', name } = object.metadata;
    const key = keyOf(namespace, name);
    this.#remove(resource, key);
    if (isRole(resource)) {
      this.#roles.set(key, object as Role);
      return;
    }
    const binding = object as RoleBinding;
    this.#bindings.set(key, binding);
    for (const subject of subjectKeys(binding)) {
      const bound = this.#bySubject.get(subject) ?? new Map<string, RoleBinding>();
      this.#bySubject.set(subject, bound.set(key, binding));
    }
  }

  #remove(resource: Resource, key: string): void {
    if (isRole(resource)) {
      this.#roles.delete(key);
      return;
    }
    const binding = this.#bindings.get(key);
    if (binding === undefined) return;
    this.#bindings.delete(key);
    for (const subject of subjectKeys(binding)) {
      const bound = this.#bySubject.get(subject);
      bound?.delete(key);
      if (bound?.size === 0) this.#bySubject.delete(subject);
    }
  }
}

function isRole(resource: Resource): boolean {
  return resource === 'roles' || resource === 'clusterroles';
}

// names of roles may hold anything but a slash
function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function subjectKeys({ metadata, subjects }: RoleBinding): readonly string[] {
  const { namespace = '' } = metadata;
  return (subjects ?? []).map((subject) => `${namespace} ${subjectKey(subject, namespace)}`);
}

function subjectKey(subject: Subject, bindingNamespace: string): string {
  if (subject.kind !== 'ServiceAccount') return `${subject.kind} ${subject.name}`;
  const namespace = subject.namespace || bindingNamespace;
  return `User ${serviceAccountUser(namespace, subject.name)}`;
}
