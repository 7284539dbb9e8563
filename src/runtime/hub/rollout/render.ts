import { utf8Encode } from '../../../base/bytes.ts';
import { jsonHash } from '../../../base/hash.ts';
import type { Instant } from '../../../base/instant.ts';
import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import type { ClusterFacts } from '../../../engine/inventory/facts.ts';
import type { LookupAnswer, LookupQuestion, Lookups } from '../../../engine/predicate/lookup.ts';
import { render } from '../../../engine/predicate/render.ts';
import type { Compat, Scope } from '../../../engine/predicate/scope.ts';
import { lookupsIn } from '../../../ir/lookup.ts';
import { workOptions } from '../../../ir/lower/app.ts';
import type { IrApp } from '../../../ir/program.ts';
import { kindInfo, pluralOf } from '../../../kube/kinds.ts';
import { parseApiVersion } from '../../../kube/object.ts';
import type {
  ManifestConfig,
  ManifestWorkSpec,
  ResourceIdentifier,
} from '../../../kube/ocm/work.ts';
import { trackingOf } from './tracking.ts';

/** What an app is on one cluster. */
export type RenderedApp =
  | {
      readonly ok: true;
      /** Hash of all manifests and of how they are tracked. */
      readonly revision: string;
      /** Manifests of each work, one work unless they are too large for one. */
      readonly works: readonly RenderedWork[];
    }
  | { readonly ok: false; readonly reason: string; readonly message: string };
export interface RenderedWork extends Omit<ManifestWorkSpec, 'workload' | 'manifestConfigs'> {
  readonly manifests: readonly JsonObject[];
  readonly manifestConfigs: readonly ManifestConfig[];
}

/** Bytes of manifests in one work: upstream's admission refuses more than 500 KiB (ocm/pkg/work/webhook/option.go:13). */
export const maxWorkBytes = 400 * 1024;

/** What an app is rendered with. */
export interface RenderInput {
  readonly cluster: ClusterFacts;
  readonly now: Instant;
  readonly lookups: Lookups;
}

/** Renders apps for clusters, each pair once until the app, the cluster's facts or what was looked up change. */
export class Renderer {
  readonly #compat: Compat;
  readonly #apps = new WeakMap<IrApp, AppMemory>();

  constructor(compat: Compat = 'native') {
    this.#compat = compat;
  }

  render(app: IrApp, { cluster, now, lookups }: RenderInput): RenderedApp {
    const memory = this.#memoryOf(app);
    const scope = { cluster, now, compat: this.#compat };
    if (memory.dependsOn === 'time') return renderApp(app, { ...scope, lookups });
    const known = memory.dependsOn === 'nothing' ? memory.always : memory.byFacts.get(cluster);
    if (known?.reads.every((read) => isAsBefore(read, lookups)) === true) return known.rendered;
    const reads: Read[] = [];
    const noted: Lookups = (question) => {
      const answer = lookups(question);
      reads.push({ question, answer });
      return answer;
    };
    const kept = { rendered: renderApp(app, { ...scope, lookups: noted }), reads };
    if (memory.dependsOn === 'nothing') memory.always = kept;
    else memory.byFacts.set(cluster, kept);
    return kept.rendered;
  }

  #memoryOf(app: IrApp): AppMemory {
    const known = this.#apps.get(app);
    if (known !== undefined) return known;
    const memory: AppMemory = {
      dependsOn: dependenceOf(app.manifests),
      byFacts: new WeakMap(),
      always: undefined,
    };
    this.#apps.set(app, memory);
    return memory;
  }
}

interface AppMemory {
  readonly dependsOn: Dependence;
  readonly byFacts: WeakMap<ClusterFacts, Kept>;
  always: Kept | undefined;
}

/** What was rendered, and what was looked up for it. */
interface Kept {
  readonly rendered: RenderedApp;
  readonly reads: readonly Read[];
}
interface Read {
  readonly question: LookupQuestion;
  readonly answer: LookupAnswer;
}

function isAsBefore({ question, answer }: Read, lookups: Lookups): boolean {
  const now = lookups(question);
  if (answer.state !== 'read' || now.state !== 'read') return false;
  const { objects } = now;
  return (
    answer.objects.length === objects.length &&
    answer.objects.every((object, at) => object === objects[at])
  );
}

/** Whether manifests are the same on all clusters, differ by cluster, or even by time (scores expire). */
type Dependence = 'nothing' | 'cluster' | 'time';

/** Whether the manifests of an app look anything up. */
export function looksUp(app: IrApp): boolean {
  return app.manifests.some(({ object }) => lookupsIn(object).length > 0);
}

/** Whether the manifests of an app differ between clusters at all. */
export function dependsOnCluster(app: IrApp): boolean {
  return dependenceOf(app.manifests) !== 'nothing';
}

// Over the JSON of the expressions, so that a new kind of node is never overlooked.
function dependenceOf(value: unknown): Dependence {
  let found: Dependence = 'nothing';
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) open.push(...next.filter((of) => of !== undefined));
    if (!isJsonObject(next)) continue;
    const { op, source } = next;
    if (op === 'cel') return 'time';
    if (op === 'attribute' && isJsonObject(source) && source['from'] === 'score') return 'time';
    if (op === 'attribute' || op === 'selector') found = 'cluster';
    if (op === 'const') continue;
    open.push(...Object.values(next).filter((of) => of !== undefined));
  }
  return found;
}

function renderApp(app: IrApp, scope: Scope): RenderedApp {
  const manifests: JsonObject[] = [];
  for (const { object } of app.manifests) {
    const rendered = render(object, scope);
    if (!rendered.ok) return rendered;
    if (!isJsonObject(rendered.value)) {
      return { ok: false, reason: 'NoObject', message: 'a manifest is not an object' };
    }
    manifests.push(rendered.value);
  }
  const options = workOptions({ ...app, manifestConfigs: [] });
  const works = pieces(manifests).map((piece) => ({
    manifests: piece,
    manifestConfigs: configsOf(piece, app.manifestConfigs ?? []),
    ...options,
  }));
  return { ok: true, revision: jsonHash(works).slice(0, 16), works };
}

/**
 * What the app says of its objects, and for the others what is known of their kinds. Of several entries that fit an
 * object upstream takes the first for each field (ocm/pkg/work/helper/helpers.go), so the app's own come first.
 */
function configsOf(
  manifests: readonly JsonObject[],
  own: readonly ManifestConfig[],
): readonly ManifestConfig[] {
  const known = manifests.flatMap((manifest) => configOf(manifest) ?? []);
  const rest = known.filter(
    ({ resourceIdentifier: of }) => !own.some((config) => isSame(config.resourceIdentifier, of)),
  );
  const merged = own.map((config) => {
    const usual = known.find(({ resourceIdentifier: of }) => isSame(config.resourceIdentifier, of));
    return usual === undefined ? config : { ...usual, ...config };
  });
  return [...merged, ...rest];
}

function isSame(one: ResourceIdentifier, other: ResourceIdentifier): boolean {
  const { group = '', resource, name, namespace = '' } = one;
  return (
    group === (other.group ?? '') &&
    resource === other.resource &&
    name === other.name &&
    namespace === (other.namespace ?? '')
  );
}

function configOf(manifest: JsonObject): ManifestConfig | null {
  const { apiVersion, kind, metadata } = manifest;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !isJsonObject(metadata)) {
    return null;
  }
  const { group } = parseApiVersion(apiVersion);
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const of = { group, kind, namespace: text(metadata['namespace']), name: text(metadata['name']) };
  return trackingOf(of, kindInfo(of)?.plural ?? pluralOf(kind));
}

/** Manifests in order, cut where a work would become too large; at least one piece. */
function pieces(manifests: readonly JsonObject[]): readonly (readonly JsonObject[])[] {
  const cut: JsonObject[][] = [[]];
  let bytes = 0;
  for (const manifest of manifests) {
    const size = utf8Encode(JSON.stringify(manifest)).length;
    const last = cut.at(-1) ?? [];
    if (bytes + size > maxWorkBytes && last.length > 0) {
      cut.push([manifest]);
      bytes = size;
    } else {
      last.push(manifest);
      bytes += size;
    }
  }
  return cut;
}
