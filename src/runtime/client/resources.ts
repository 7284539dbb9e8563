import { isJsonObject, type Json } from '../../base/json.ts';
import { kindInfo } from '../../kube/kinds.ts';
import { apiVersionOf, type Kind } from '../../kube/object.ts';
import type { Answer, Refusal } from './cluster.ts';

/** Where the objects of a kind are found. */
export interface Resource {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** What a server does not have now it may have soon (a CRD): asked again after so many milliseconds. */
const unknownFor = 1_000;

/** Maps kinds to paths: from our own table, else by asking the server. */
export class Resources {
  readonly #get: (path: string) => Promise<Answer<Json>>;
  readonly #known = new Map<string, Resource>();
  /** Until when what the server did not have is not asked for again. */
  readonly #unknown = new Map<string, number>();
  readonly #asking = new Map<string, Promise<Found>>();

  constructor(get: (path: string) => Promise<Answer<Json>>) {
    this.#get = get;
  }

  async find(kind: Kind): Promise<Answer<Resource>> {
    const key = keyOf(kind);
    const known = kindInfo(kind) ?? this.#known.get(key);
    if (known !== undefined) return { ok: true, value: known };
    if ((this.#unknown.get(key) ?? 0) > Date.now()) return unknown(kind);
    const found = await this.#group(kind);
    if (!found.ok && found.status !== 404) return found;
    const resource = found.ok ? found.value.get(kind.kind) : undefined;
    if (resource !== undefined) return { ok: true, value: resource };
    this.#unknown.set(key, Date.now() + unknownFor);
    return unknown(kind);
  }

  /** What the server said of a kind no longer holds: it is asked again. */
  forget(kind: Kind): void {
    this.#known.delete(keyOf(kind));
  }

  /** The kinds of a group and version; who asks at the same time shares the answer. */
  async #group(kind: Kind): Promise<Found> {
    const apiVersion = apiVersionOf(kind);
    const asked = this.#asking.get(apiVersion);
    if (asked !== undefined) return asked;
    const answer = this.#ask(kind).finally(() => this.#asking.delete(apiVersion));
    this.#asking.set(apiVersion, answer);
    const found = await answer;
    for (const [name, resource] of found.ok ? found.value : []) {
      const key = keyOf({ ...kind, kind: name });
      this.#unknown.delete(key);
      this.#known.set(key, resource);
    }
    return found;
  }

  async #ask(kind: Kind): Promise<Found> {
    const root = kind.group === '' ? '/api' : `/apis/${encodeURIComponent(kind.group)}`;
    const answer = await this.#get(`${root}/${encodeURIComponent(kind.version)}`);
    if (!answer.ok) return answer.status === 404 ? unknown(kind) : answer;
    const found = new Map<string, Resource>();
    const list = isJsonObject(answer.value) ? answer.value['resources'] : undefined;
    for (const of of Array.isArray(list) ? list : []) {
      const { name, kind: named, namespaced } = isJsonObject(of) ? of : {};
      if (typeof name !== 'string' || typeof named !== 'string' || name.includes('/')) continue;
      found.set(named, { plural: name, namespaced: namespaced === true });
    }
    return { ok: true, value: found };
  }
}

function keyOf(kind: Kind): string {
  return `${apiVersionOf(kind)}/${kind.kind}`;
}

type Found = Answer<ReadonlyMap<string, Resource>>;

function unknown(kind: Kind): Refusal {
  const message = `no matches for kind "${kind.kind}" in version "${apiVersionOf(kind)}"`;
  return { ok: false, status: 404, reason: 'NotFound', message };
}
