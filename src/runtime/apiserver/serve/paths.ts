import { createHash } from 'node:crypto';
import type { Api } from '../api.ts';
import { aggregatedDiscovery, aggregatedType } from '../discovery/aggregated.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from '../discovery/legacy.ts';
import { groupPath, openApiDocument, openApiIndex, swaggerDocument } from '../discovery/openapi.ts';
import { type Group, groupsOf } from '../discovery/resources.ts';
import {
  swaggerProtobuf,
  swaggerProtobufType,
  wantsSwaggerProtobuf,
} from '../discovery/swagger-protobuf.ts';
import { type Accepted, acceptedTypes, negotiate } from '../http/accept.ts';
import type { Exchange } from '../http/exchange.ts';
import { methodNotAllowed, notAcceptable } from '../refusal.ts';
import type { PathTarget } from '../request/target.ts';
import { groupVersion } from '../resources/resource.ts';
import { answerJson, answerPlain, refuse } from './answer.ts';

/** Paths that anybody may ask, as kube-apiserver has it: probes have no credentials. */
export const openPaths: readonly string[] = ['/healthz', '/livez', '/readyz'];

/** Version of the API this server speaks. */
const version = {
  major: '1',
  minor: '35',
  gitVersion: 'v1.35.4+ocm',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: 'node',
  platform: `${process.platform}/${process.arch}`,
};

/** Answers what is no resource: health, version, discovery, OpenAPI. */
export class Paths {
  readonly #api: Api;
  #kept = new Map<string, unknown>();
  #keptOf = -1;

  constructor(api: Api) {
    this.#api = api;
  }

  answer(exchange: Exchange, target: PathTarget): Promise<void> {
    const [first = '', ...rest] = target.parts;
    // probes may ask by any method, as kube-apiserver's may
    if (openPaths.includes(`/${first}`)) return this.#health(exchange, first, rest);
    if (exchange.method !== 'GET') return refuse(exchange, methodNotAllowed());
    const accepted = negotiate(exchange.header('accept'));
    switch (first) {
      case 'version':
        return answerJson(exchange, 200, version);
      case 'openapi':
        return this.#openApi(exchange, rest);
      case 'api':
      case 'apis':
        if (accepted === null) return refuse(exchange, notAcceptable(acceptedTypes));
        return this.#discovery(exchange, first, rest, accepted);
      case '':
        return answerJson(exchange, 200, { paths: this.#allPaths() });
      default:
        return answerPlain(exchange, 404, '404 page not found\n');
    }
  }

  #health(exchange: Exchange, which: string, rest: readonly string[]): Promise<void> {
    if (rest.length > 1 || (rest[0] !== undefined && rest[0] !== 'ping')) {
      return answerPlain(exchange, 404, '404 page not found\n');
    }
    const problem = which === 'readyz' ? this.#api.unready() : null;
    if (problem !== null)
      return answerPlain(exchange, 500, `[-]${problem}\n${which} check failed\n`);
    const verbose = exchange.query.has('verbose') ? `[+]ping ok\n${which} check passed\n` : 'ok';
    return answerPlain(exchange, 200, verbose);
  }

  #groups(): readonly Group[] {
    return this.#keep('groups', () => groupsOf(this.#api.catalog.all()));
  }

  #discovery(
    exchange: Exchange,
    root: 'api' | 'apis',
    rest: readonly string[],
    accepted: Accepted,
  ): Promise<void> {
    const groups = this.#groups().filter(({ name }) => (name === '') === (root === 'api'));
    const [first, second] = rest;
    if (first === undefined) return this.#root(exchange, root, groups, accepted);
    const group = groups.find(({ name }) => name === (root === 'api' ? '' : first));
    const wanted = root === 'api' ? first : second;
    if (group !== undefined && wanted === undefined)
      return answerJson(exchange, 200, apiGroup(group));
    const found = group?.versions.find(({ name }) => name === wanted);
    const [sample] = found?.resources ?? [];
    if (found === undefined || sample === undefined) {
      return answerPlain(exchange, 404, '404 page not found\n');
    }
    return answerJson(exchange, 200, apiResourceList(groupVersion(sample), found.resources));
  }

  #root(
    exchange: Exchange,
    root: 'api' | 'apis',
    groups: readonly Group[],
    { aggregated }: Accepted,
  ): Promise<void> {
    if (aggregated === null) {
      const legacy = root === 'api' ? apiVersions(this.#api.address()) : apiGroupList(groups);
      return answerJson(exchange, 200, legacy);
    }
    const text = this.#keep(`aggregated ${root} ${aggregated}`, () =>
      JSON.stringify(aggregatedDiscovery(aggregated, groups)),
    );
    return withEtag(exchange, text, aggregatedType(aggregated));
  }

  #openApi(exchange: Exchange, rest: readonly string[]): Promise<void> {
    const [which, ...path] = rest;
    if (which === 'v3' && path.length === 0) {
      const index = this.#keep('openapi', () =>
        JSON.stringify(openApiIndex(this.#groups(), (of) => this.#document(of) ?? '')),
      );
      return withEtag(exchange, index, 'application/json');
    }
    if (which === 'v2' && path.length === 0) {
      if (wantsSwaggerProtobuf(exchange.header('accept'))) {
        const bytes = this.#keep('swagger protobuf', () =>
          swaggerProtobuf(swaggerDocument(this.#api.catalog.all())),
        );
        return withEtag(exchange, bytes, swaggerProtobufType);
      }
      if (negotiate(exchange.header('accept')) === null) {
        return refuse(exchange, notAcceptable(acceptedTypes));
      }
      const text = this.#keep('swagger', () =>
        JSON.stringify(swaggerDocument(this.#api.catalog.all())),
      );
      return withEtag(exchange, text, 'application/json');
    }
    const document = which === 'v3' ? this.#document(path.join('/')) : null;
    if (document === null) return answerPlain(exchange, 404, '404 page not found\n');
    return withEtag(exchange, document, 'application/json');
  }

  #document(path: string): string | null {
    return this.#keep(`openapi ${path}`, () => {
      const resources = this.#api.catalog
        .all()
        .filter((resource) => groupPath(resource.group, resource.version) === path);
      return resources.length === 0 ? null : JSON.stringify(openApiDocument(resources));
    });
  }

  #allPaths(): readonly string[] {
    const groups = this.#groups().flatMap(({ name, versions }) => [
      ...(name === '' ? [] : [`/apis/${name}`]),
      ...versions.map((each) => `/${groupPath(name, each.name)}`),
    ]);
    const fixed = ['/api', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz'];
    return [...fixed, '/version', ...groups].sort();
  }

  /** Made once for each state of the catalog. */
  #keep<T>(key: string, make: () => T): T {
    const { version: now } = this.#api.catalog;
    if (this.#keptOf !== now) {
      this.#kept = new Map();
      this.#keptOf = now;
    }
    if (!this.#kept.has(key)) this.#kept.set(key, make());
    return this.#kept.get(key) as T;
  }
}

function withEtag(exchange: Exchange, text: string | Buffer, contentType: string): Promise<void> {
  const etag = `"${createHash('sha256').update(text).digest('hex').toUpperCase()}"`;
  if (exchange.header('if-none-match') === etag) return exchange.answer(304, { etag }, '');
  return exchange.answer(200, { 'content-type': contentType, etag, vary: 'Accept' }, text);
}
