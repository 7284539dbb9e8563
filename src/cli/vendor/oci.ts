import { isJsonObject, type Json } from '../../base/json.ts';
import { CommandFailure, exit } from '../io.ts';
import { isAllowed } from './addresses.ts';

import { type Answer, get, getContent } from './http.ts';
import type { Archive, ChartSource, Network } from './source.ts';
import { digest, limits, refuse } from './tree.ts';
import { pickVersion } from './versions.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const chartType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';

/** A chart of an OCI registry, by its distribution API: manifest, then the layer that is the chart. */
export async function fetchOci(
  text: string,
  { chart, version }: ChartSource,
  network: Network,
): Promise<Archive> {
  const address = new URL(chart.replace(/^oci:/, 'https:'));
  // As helm's --plain-http: only for a registry that was allowed by name, such as one on this machine.
  const isPlain = isAllowed(address.hostname, address.port, network.allowed);
  const registry = new Registry(
    new URL(`${isPlain ? 'http' : 'https'}://${address.host}`),
    network,
  );
  const path = address.pathname.replace(/^\/+|\/+$/g, '');
  const chosen = version ?? pickVersion(text, await tagsOf(registry, path), null);
  // `+` is not allowed in a tag; helm writes `_`.
  const tag = encodeURIComponent(chosen.replaceAll('+', '_'));
  const answer = await registry.get(`/v2/${path}/manifests/${tag}`, path, manifestType);
  const manifest = jsonOf(text, answer);
  const layers = isJsonObject(manifest) ? manifest['layers'] : undefined;
  const layer = (Array.isArray(layers) ? (layers as readonly Json[]) : []).find(
    (each) => isJsonObject(each) && each['mediaType'] === chartType,
  );
  const told = isJsonObject(layer) ? layer['digest'] : undefined;
  if (typeof told !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(told)) {
    refuse(text, 'it holds no chart');
  }
  const { body } = await registry.get(`/v2/${path}/blobs/${told}`, path, '*/*');
  return { version: chosen, archive: body, expected: told.slice('sha256:'.length) };
}

async function tagsOf(registry: Registry, path: string): Promise<readonly string[]> {
  const answer = jsonOf(
    path,
    await registry.get(`/v2/${path}/tags/list`, path, 'application/json'),
  );
  const tags = isJsonObject(answer) ? answer['tags'] : undefined;
  return (Array.isArray(tags) ? (tags as readonly Json[]) : [])
    .filter((tag) => typeof tag === 'string')
    .map((tag) => tag.replaceAll('_', '+'));
}

function jsonOf(source: string, { body }: Answer): Json {
  try {
    return JSON.parse(body.toString('utf8')) as Json;
  } catch {
    refuse(source, `the registry answers no JSON (${digest(body).slice(0, 8)})`);
  }
}

/** One registry: it may ask for a token, which it then gets with every request. */
class Registry {
  readonly #base: URL;
  readonly #network: Network;
  #token: string | undefined;

  constructor(base: URL, network: Network) {
    this.#base = base;
    this.#network = network;
  }

  async get(path: string, name: string, accept: string): Promise<Answer> {
    const url = new URL(path, this.#base);
    const options = () => ({
      ...this.#network,
      limit: limits.download,
      headers: { accept },
      authorization: (origin: string) => (origin === this.#base.origin ? this.#token : undefined),
    });
    let answer = await get(url, options());
    if (answer.status === 401 && this.#token === undefined) {
      this.#token = await this.#authenticate(answer, name);
      answer = await get(url, options());
    }
    if (answer.status === 200) return answer;
    const why = `${this.#base.host} answers ${answer.status} for ${path}`;
    throw new CommandFailure(exit.environment, why);
  }

  /** The token a registry asks for (distribution spec, token authentication), or what this user has for it. */
  async #authenticate({ headers }: Answer, name: string): Promise<string | undefined> {
    const basic = this.#network.credentials(this.#base.origin);
    const asked = headers['www-authenticate'] ?? '';
    if (!/^bearer /i.test(asked)) return basic;
    const parts = new Map(
      [...asked.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
    );
    const part = (key: string): string | undefined => parts.get(key);
    const realm = part('realm');
    if (realm === undefined || !URL.canParse(realm)) return basic;
    const url = new URL(realm);
    const service = part('service');
    if (service !== undefined) url.searchParams.set('service', service);
    url.searchParams.set('scope', part('scope') ?? `repository:${name}:pull`);
    const isSafe =
      url.protocol === 'https:' || isAllowed(url.hostname, url.port, this.#network.allowed);
    const { body } = await getContent(url, {
      ...this.#network,
      limit: 1024 * 1024,
      // Who answers for the registry is told what this user has for it, over TLS or where the host was allowed.
      authorization: (origin: string) => (origin === url.origin && isSafe ? basic : undefined),
    });
    const answer = jsonOf(realm, { body } as Answer);
    const { token, access_token: access } = isJsonObject(answer) ? answer : {};
    const found = typeof token === 'string' ? token : access;
    return typeof found === 'string' ? `Bearer ${found}` : undefined;
  }
}
