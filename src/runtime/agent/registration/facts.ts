import type { Instant } from '../../../base/instant.ts';
import type { Kind, KubeObject, Ref } from '../../../kube/object.ts';
import type { Answer, Cluster, ListOf, ListOptions, WatchEvent } from '../../client/cluster.ts';

/**
 * Things the agent knows that no API server keeps, as objects of kinds of its own, so that controllers read them from a
 * snapshot like anything else.
 */
const group = 'agent.ocmlang.dev';

/** How the API server of the cluster is. */
export type ClusterHealth = KubeObject<
  undefined,
  {
    readonly ok: boolean;
    /** HTTP status of the last check, 0 where there was no answer. */
    readonly code: number;
    readonly message: string;
    /** Since when it has been so. */
    readonly since: Instant;
    /** As the server says, for example `v1.35.1`. */
    readonly version?: string;
  }
>;
export const clusterHealthKind: Kind<ClusterHealth> = {
  group,
  version: 'v1',
  kind: 'ClusterHealth',
};

/** The agent's certificate, and what became of the last attempt to renew it. */
export type AgentCertificate = KubeObject<
  undefined,
  {
    readonly notBefore: Instant;
    readonly notAfter: Instant;
    /** Why it could not be renewed; null where all is well. */
    readonly failure: string | null;
  }
>;
export const agentCertificateKind: Kind<AgentCertificate> = {
  group,
  version: 'v1',
  kind: 'AgentCertificate',
};

/** The one object of each kind. */
export const factName = 'agent';

/** The facts, and who wants to hear of them. */
export class Facts {
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<(object: KubeObject) => void>();
  #version = 1;

  put<T extends KubeObject>(kind: Kind<T>, status: NonNullable<T['status']>): void {
    this.#version += 1;
    const object = {
      apiVersion: `${group}/${kind.version}`,
      kind: kind.kind,
      metadata: { name: factName, uid: kind.kind, resourceVersion: String(this.#version) },
      status,
    };
    this.#objects.set(kind.kind, object);
    for (const listener of this.#listeners) listener(object);
  }

  list(kind: Kind): { readonly resourceVersion: string; readonly items: readonly KubeObject[] } {
    const object = this.#objects.get(kind.kind);
    return {
      resourceVersion: String(this.#version),
      items: object === undefined ? [] : [object],
    };
  }

  /** What is newer than a version, and then what comes. */
  async *watch(kind: Kind, since: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const queue = this.list(kind).items.filter(
      ({ metadata }) => Number(metadata.resourceVersion) > Number(since),
    );
    let wake = (): void => undefined;
    const hear = (object: KubeObject): void => {
      if (object.kind === kind.kind) queue.push(object);
      wake();
    };
    const stop = (): void => wake();
    this.#listeners.add(hear);
    signal.addEventListener('abort', stop);
    try {
      while (!signal.aborted) {
        const object = queue.shift();
        if (object !== undefined) yield { type: 'MODIFIED', object };
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#listeners.delete(hear);
      signal.removeEventListener('abort', stop);
    }
  }
}

/** A cluster that answers for the facts itself and passes everything else on. */
export function withFacts(cluster: Cluster, facts: Facts): Cluster {
  const isFact = (kind: Kind): boolean => kind.group === group;
  return {
    address: cluster.address,
    get: async <T extends KubeObject>(kind: Kind<T>, namespace: string, name: string) => {
      if (!isFact(kind)) return cluster.get(kind, namespace, name);
      const [object] = facts.list(kind).items;
      return object === undefined ? missing(kind, name) : { ok: true, value: object as T };
    },
    list: async <T extends KubeObject>(kind: Kind<T>, options?: ListOptions) =>
      isFact(kind)
        ? ({ ok: true, value: facts.list(kind) } as Answer<ListOf<T>>)
        : cluster.list(kind, options),
    watch: <T extends KubeObject>(
      kind: Kind<T>,
      options: ListOptions & { readonly resourceVersion: string },
      signal: AbortSignal,
    ) =>
      isFact(kind)
        ? (facts.watch(kind, options.resourceVersion, signal) as AsyncIterable<WatchEvent<T>>)
        : cluster.watch(kind, options, signal),
    create: (object, options) => cluster.create(object, options),
    replace: (object, options) => cluster.replace(object, options),
    mergePatch: (of, patch, options) => cluster.mergePatch(of, patch, options),
    apply: (object, options) => cluster.apply(object, options),
    delete: (of: Ref, options) => cluster.delete(of, options),
    request: (method, path, body) => cluster.request(method, path, body),
    close: () => cluster.close(),
  };
}

function missing(kind: Kind, name: string): Answer<never> {
  return {
    ok: false,
    status: 404,
    reason: 'NotFound',
    message: `${kind.kind} "${name}" is not known yet`,
  };
}
