import { isJsonObject, type Json } from '../../base/json.ts';
import { apiVersionOf, type Kind, type KubeObject, type Ref, refOf } from '../../kube/object.ts';
import { noAnswer, readAnswer, refusalOf } from './answers.ts';
import type { Answer, Cluster, ListOf, ListOptions, WatchEvent, WriteOptions } from './cluster.ts';
import { CredentialSource } from './credentials.ts';
import type { TransportRequest } from './http.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import { Resources } from './resources.ts';
import { Transport } from './transport.ts';
import { readEvents, withKind } from './watch-stream.ts';

export interface ConnectOptions {
  /** Shown in the server's log and, up to the slash, as the manager of fields in `managedFields`. */
  readonly userAgent?: string;
  /** How long an answer may take, watches excepted, in milliseconds; 60 s where absent. */
  readonly timeout?: number;
}

/** Connects to the API server of a kubeconfig. Nothing is sent before the first request. */
export function connect(kubeconfig: Kubeconfig, options: ConnectOptions = {}): Cluster {
  return new KubeCluster(kubeconfig, options);
}

const mergePatchType = 'application/merge-patch+json';
const applyPatchType = 'application/apply-patch+yaml';
const jsonType = 'application/json';

class KubeCluster implements Cluster {
  readonly address: string;
  readonly #transport: Transport;
  readonly #resources: Resources;
  readonly #userAgent: string;
  readonly #timeout: number;

  constructor(kubeconfig: Kubeconfig, { userAgent = 'ocm', timeout = 60_000 }: ConnectOptions) {
    this.address = kubeconfig.server;
    this.#transport = new Transport(
      kubeconfig.server,
      new CredentialSource(kubeconfig.credentials),
    );
    this.#resources = new Resources((path) => this.request('GET', path));
    this.#userAgent = userAgent;
    this.#timeout = timeout;
  }

  async get<T extends KubeObject>(kind: Kind<T>, namespace: string, name: string) {
    const path = await this.#path({ ...kind, namespace, name });
    return path.ok ? this.#object<T>(await this.#send('GET', path.value)) : path;
  }

  async list<T extends KubeObject>(
    kind: Kind<T>,
    options: ListOptions = {},
  ): Promise<Answer<ListOf<T>>> {
    const path = await this.#path({ ...kind, namespace: options.namespace ?? '', name: '' });
    if (!path.ok) return path;
    const answer = await this.#send('GET', withQuery(path.value, listQuery(options)));
    if (!answer.ok) {
      // The kind is gone, and may come back with another plural or scope.
      if (answer.status === 404) this.#resources.forget(kind);
      return answer;
    }
    const list = answer.value as unknown as {
      readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
      readonly items?: readonly T[] | null;
    };
    const { resourceVersion = '', continue: next } = list.metadata ?? {};
    const items = (list.items ?? []).map((item) => withKind(item, kind));
    return { ok: true, value: { resourceVersion, items, ...(next && { continue: next }) } };
  }

  async *watch<T extends KubeObject>(
    kind: Kind<T>,
    options: ListOptions & { readonly resourceVersion: string },
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent<T>> {
    const path = await this.#path({ ...kind, namespace: options.namespace ?? '', name: '' });
    if (!path.ok) {
      yield { type: 'ERROR', expired: false, message: path.message };
      return;
    }
    const query = {
      ...listQuery(options),
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: options.resourceVersion,
      // As client-go: 5 to 10 minutes, so that watches do not all end together.
      timeoutSeconds: String(300 + Math.floor(Math.random() * 300)),
    };
    try {
      const headers = this.#headers(jsonType);
      const of = { method: 'GET', path: withQuery(path.value, query), headers, signal };
      const response = await this.#transport.send(of);
      if (response.status === 200) {
        yield* readEvents(response.body, kind);
        return;
      }
      const answer = await readAnswer(response);
      const { status, message } = answer.ok ? refusalOf(response.status, '') : answer;
      yield { type: 'ERROR', expired: status === 410, message };
    } catch (error) {
      if (!signal.aborted)
        yield { type: 'ERROR', expired: false, message: noAnswer(error).message };
    }
  }

  async create<T extends KubeObject>(object: T, options: WriteOptions = {}): Promise<Answer<T>> {
    const path = await this.#path({ ...refOf(object), name: '' });
    if (!path.ok) return path;
    return this.#object<T>(await this.#write('POST', path.value, object, options));
  }

  async replace<T extends KubeObject>(
    object: T,
    options: WriteOptions & { readonly subresource?: string } = {},
  ): Promise<Answer<T>> {
    const path = await this.#path(refOf(object), options.subresource);
    if (!path.ok) return path;
    return this.#object<T>(await this.#write('PUT', path.value, object, options));
  }

  async mergePatch(
    of: Ref,
    patch: Json,
    options: WriteOptions & { readonly subresource?: string } = {},
  ): Promise<Answer<KubeObject>> {
    const path = await this.#path(of, options.subresource);
    if (!path.ok) return path;
    const write = { ...options, type: mergePatchType };
    return this.#object(await this.#write('PATCH', path.value, patch, write));
  }

  async apply(
    object: KubeObject,
    options: WriteOptions & {
      readonly fieldManager: string;
      readonly force?: boolean;
      readonly subresource?: string;
    },
  ): Promise<Answer<KubeObject>> {
    const path = await this.#path(refOf(object), options.subresource);
    if (!path.ok) return path;
    const { fieldManager, force } = options;
    const query = { fieldManager, ...(force === true ? { force: 'true' } : {}) };
    const write = { ...options, query, type: applyPatchType };
    return this.#object(await this.#write('PATCH', path.value, object, write));
  }

  async delete(
    of: Ref,
    options: WriteOptions & {
      readonly ifVersion?: string;
      readonly ifUid?: string;
      readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
    } = {},
  ): Promise<Answer<KubeObject | null>> {
    const path = await this.#path(of);
    if (!path.ok) return path;
    const { ifVersion: resourceVersion, ifUid: uid, propagation } = options;
    const preconditions = { ...(resourceVersion && { resourceVersion }), ...(uid && { uid }) };
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
      ...(propagation === undefined ? {} : { propagationPolicy: propagation }),
      ...(options.dryRun === true ? { dryRun: ['All'] } : {}),
    };
    const { as } = options;
    const answer = await this.#write('DELETE', path.value, body, as === undefined ? {} : { as });
    if (!answer.ok) return answer;
    const object = answer.value as unknown as KubeObject;
    // A Status, or the object as it was: gone, unless somebody must finish first.
    const remains = object.metadata?.deletionTimestamp !== undefined && hasFinalizers(object);
    return { ok: true, value: remains ? object : null };
  }

  request(method: string, path: string, body?: Json): Promise<Answer<Json>> {
    return this.#send(method, path, body);
  }

  close(): void {
    this.#transport.close();
  }

  async #path(of: Ref, subresource?: string): Promise<Answer<string>> {
    const found = await this.#resources.find(of);
    if (!found.ok) return found;
    const { plural, namespaced } = found.value;
    const root = of.group === '' ? `/api/${of.version}` : `/apis/${apiVersionOf(of)}`;
    const namespace =
      namespaced && of.namespace !== '' ? `/namespaces/${encodeURIComponent(of.namespace)}` : '';
    const name = of.name === '' ? '' : `/${encodeURIComponent(of.name)}`;
    const last = subresource === undefined ? '' : `/${subresource}`;
    return { ok: true, value: `${root}${namespace}/${plural}${name}${last}` };
  }

  #write(
    method: string,
    path: string,
    body: unknown,
    options: WriteOptions & {
      readonly type?: string;
      readonly query?: Readonly<Record<string, string>>;
    },
  ): Promise<Answer<Json>> {
    const dryRun = options.dryRun === true && method !== 'DELETE' ? { dryRun: 'All' } : {};
    const of = withQuery(path, { ...options.query, ...dryRun });
    return this.#send(method, of, body as Json, options);
  }

  async #send(
    method: string,
    path: string,
    body?: Json,
    { as, type = jsonType }: Pick<WriteOptions, 'as'> & { readonly type?: string } = {},
  ): Promise<Answer<Json>> {
    const signal = AbortSignal.timeout(this.#timeout);
    try {
      const headers: Record<string, string | readonly string[]> = this.#headers(jsonType);
      if (body !== undefined) headers['content-type'] = type;
      if (as !== undefined) headers['impersonate-user'] = as.user;
      if (as?.groups !== undefined) headers['impersonate-group'] = as.groups;
      const request: TransportRequest = {
        method,
        path,
        headers,
        signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      };
      return await readAnswer(await this.#transport.send(request));
    } catch (error) {
      if (!signal.aborted) return noAnswer(error);
      return noAnswer(new Error(`no answer from ${this.address} within ${this.#timeout / 1000} s`));
    }
  }

  #object<T extends KubeObject>(answer: Answer<Json>): Answer<T> {
    if (!answer.ok) return answer;
    if (!isJsonObject(answer.value)) {
      return noAnswer(new Error(`${this.address} answered with something that is no object`));
    }
    return { ok: true, value: answer.value as unknown as T };
  }

  #headers(accept: string): Record<string, string> {
    return { accept, 'user-agent': this.#userAgent };
  }
}

function listQuery(options: ListOptions): Record<string, string> {
  const { labelSelector, fieldSelector, limit, continue: next } = options;
  return {
    ...(labelSelector && { labelSelector }),
    ...(fieldSelector && { fieldSelector }),
    ...(limit === undefined ? {} : { limit: String(limit) }),
    ...(next && { continue: next }),
  };
}

function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? path : `${path}?${text}`;
}

function hasFinalizers({ metadata }: KubeObject): boolean {
  return (metadata.finalizers?.length ?? 0) > 0;
}
