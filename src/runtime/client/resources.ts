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
const unknownFor = 5_000;

/** Maps kinds to paths: from our own table, else by asking the server once per group and version. */
export class Resources {
  readonly #get: (path: string) => Promise<Answer<Json>>;
  readonly #groups = new Map<string, { readonly answer: Promise<Found>; readonly until: number }>();

  constructor(get: (path: string) => Promise<Answer<Json>>) {
    this.#get = get;
  }

  async find(kind: Kind): Promise<Answer<Resource>> {
    const known = kindInfo(kind);
    if (known !== undefined) return { ok: true, value: known };
    const found = await this.#group(kind);
    if (!found.ok) return found;
    const resource = found.value.get(kind.kind);
    return resource === undefined ? unknown(kind) : { ok: true, value: resource };
  }

  /** What the server said of a kind no longer holds: it is asked again. */
  forget(kind: Kind): void {
    this.#groups.delete(apiVersionOf(kind));
  }

  #group(kind: Kind): Promise<Found> {
    const apiVersion = apiVersionOf(kind);
    const asked = this.#groups.get(apiVersion);
    if (asked !== undefined && asked.until > Date.now()) return asked.answer;
    const answer = this.#ask(kind);
    this.#groups.set(apiVersion, { answer, until: Date.now() + unknownFor });
    return answer.then((found) => {
      // What is there stays, but a kind that is missing in it may come.
      if (found.ok && found.value.has(kind.kind)) {
        this.#groups.set(apiVersion, { answer, until: Number.POSITIVE_INFINITY });
      }
      return found;
    });
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

type Found = Answer<ReadonlyMap<string, Resource>>;

function unknown(kind: Kind): Refusal {
  const message = `no matches for kind "${kind.kind}" in version "${apiVersionOf(kind)}"`;
  return { ok: false, status: 404, reason: 'NotFound', message };
}
