import { jsonHash } from '../../base/hash.ts';
import { isJsonObject, type JsonObject } from '../../base/json.ts';
import { isTrue } from '../../kube/conditions.ts';
import { type KubeObject, parseApiVersion, type Ref } from '../../kube/object.ts';
import {
  type DeleteOption,
  type ManifestConfig,
  type ManifestResourceMeta,
  type ManifestWork,
  type ResourceIdentifier,
  type UpdateStrategy,
  workConditions,
} from '../../kube/ocm/work.ts';
import type { Seen, Snapshot } from '../control/controller.ts';
import { matches } from './glob.ts';
import { type Ignored, withoutIgnored } from './ignore-fields.ts';
import { resourceOf } from './resources.ts';

/** Annotation of what a work applied: the hash of its manifest. Upstream writes one of this name too (work.md §3). */
export const manifestHashAnnotation = 'open-cluster-management.io/config-spec-hash';

/** One manifest of a work, with all that the work says about it. */
export interface Manifest {
  readonly meta: ManifestResourceMeta;
  /** null where the manifest is not an object that can be applied; `problem` says why. */
  readonly ref: Ref | null;
  readonly problem: string;
  /** As it is applied, without owners; null where there is no `ref`. */
  readonly object: KubeObject | null;
  /** Of what is to be applied: an object that carries it has been applied from this manifest. */
  readonly hash: string;
  /** Names what is to be applied, how and as whom: an attempt of another intent says nothing about this one. */
  readonly intent: string;
  readonly strategy: UpdateStrategy;
  readonly config: Pick<ManifestConfig, 'feedbackRules' | 'conditionRules'>;
  /** Whether it goes when the work goes. */
  readonly owned: boolean;
}

/** The manifests of a work in the order of its spec. */
export function manifestsOf(work: ManifestWork, snapshot: Snapshot): readonly Manifest[] {
  const manifests = work.spec?.workload?.manifests ?? [];
  return manifests.map((raw, ordinal) => manifestOf(work, raw, ordinal, snapshot));
}

function manifestOf(
  work: ManifestWork,
  raw: JsonObject,
  ordinal: number,
  snapshot: Snapshot,
): Manifest {
  const problem = problemOf(raw);
  const identity = problem === '' ? identityOf(raw) : null;
  if (identity === null) return unreadable(ordinal, problem);
  const resource = resourceOf(identity, snapshot).plural;
  const meta: ManifestResourceMeta = {
    ordinal,
    group: identity.group,
    version: identity.version,
    kind: identity.kind,
    resource,
    name: identity.name,
    namespace: identity.namespace,
  };
  const named: ResourceIdentifier = { ...identity, resource };
  const config = configOf(named, work.spec?.manifestConfigs ?? []);
  const hash = jsonHash(raw);
  const strategy = config.updateStrategy ?? { type: 'Update' };
  return {
    meta,
    ref: identity,
    problem: '',
    object: applicable(raw, identity, hash),
    hash,
    intent: intentOf(work, hash, strategy),
    strategy,
    config,
    owned: isOwned(named, work.spec?.deleteOption),
  };
}

function problemOf(raw: unknown): string {
  if (!isJsonObject(raw)) return 'the manifest is not an object';
  if (!isText(raw['apiVersion'])) return 'the manifest has no apiVersion';
  if (!isText(raw['kind'])) return 'the manifest has no kind';
  const metadata = raw['metadata'];
  if (!isJsonObject(metadata) || !isText(metadata['name'])) return 'the manifest has no name';
  const namespace = metadata['namespace'];
  if (namespace !== undefined && namespace !== null && typeof namespace !== 'string') {
    return 'the namespace of the manifest is no text';
  }
  return '';
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function identityOf(raw: JsonObject): Ref {
  const metadata = raw['metadata'] as JsonObject;
  return {
    ...parseApiVersion(raw['apiVersion'] as string),
    kind: raw['kind'] as string,
    namespace: (metadata['namespace'] as string | undefined | null) ?? '',
    name: metadata['name'] as string,
  };
}

function unreadable(ordinal: number, problem: string): Manifest {
  return {
    meta: { ordinal },
    ref: null,
    problem,
    object: null,
    hash: '',
    intent: '',
    strategy: { type: 'Update' },
    config: {},
    owned: false,
  };
}

// What an author of manifests may leave in by copying an object from a cluster, and what the agent decides itself.
const notApplied = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
  'ownerReferences',
  'selfLink',
]);

function applicable(raw: JsonObject, { name, namespace }: Ref, hash: string): KubeObject {
  const metadata = raw['metadata'] as JsonObject;
  const kept = Object.fromEntries(Object.entries(metadata).filter(([key]) => !notApplied.has(key)));
  const annotations = isJsonObject(metadata['annotations']) ? metadata['annotations'] : {};
  return {
    ...raw,
    metadata: {
      ...kept,
      name,
      ...(namespace !== '' && { namespace }),
      annotations: { ...annotations, [manifestHashAnnotation]: hash },
    },
  } as unknown as KubeObject;
}

/** A manifest that is complete, or of a work that is, is not applied again (work.md §2). */
export function isComplete({ meta }: Manifest, work: ManifestWork): boolean {
  const known = work.status?.resourceStatus?.manifests?.find(
    ({ resourceMeta: of }) =>
      of.group === meta.group &&
      of.resource === meta.resource &&
      of.namespace === meta.namespace &&
      of.name === meta.name,
  );
  return [work.status?.conditions, known?.conditions].some((conditions) =>
    isTrue(conditions, workConditions.complete),
  );
}

/** The intent of a manifest, given by its hash, in a work. */
export function intentOf({ spec }: ManifestWork, hash: string, strategy: UpdateStrategy): string {
  return jsonHash([hash, { ...strategy }, { ...spec?.executor }]);
}

/** Whether an object was applied from this manifest. */
export function carriesHash({ metadata }: KubeObject, hash: string): boolean {
  return metadata.annotations?.[manifestHashAnnotation] === hash;
}

/** What is applied of a manifest where the object is as seen; null where it cannot be told. */
export function appliedObject(manifest: Manifest, seen: Seen): KubeObject | null {
  const ignored = ignoring(manifest, seen);
  return ignored?.ok === true ? ignored.object : null;
}

/** Why the fields a work ignores cannot be told; null where they can. */
export function ignoreProblem(manifest: Manifest): string | null {
  const ignored = ignoring(manifest, { state: 'absent' });
  return ignored === null || ignored.ok ? null : ignored.error;
}

function ignoring({ object, strategy, hash }: Manifest, seen: Seen): Ignored | null {
  if (object === null) return null;
  const rules = strategy.serverSideApply?.ignoreFields ?? [];
  if (strategy.type !== 'ServerSideApply' || rules.length === 0) return { ok: true, object };
  const live =
    seen.state === 'present'
      ? { object: seen.object, sameManifest: carriesHash(seen.object, hash) }
      : null;
  return withoutIgnored(object, rules, live);
}

/** What a work's `manifestConfigs` say about one resource: the first that says something wins, field by field. */
function configOf(
  of: ResourceIdentifier,
  configs: readonly ManifestConfig[],
): Omit<ManifestConfig, 'resourceIdentifier'> {
  const found = configs.filter(({ resourceIdentifier }) => identifies(resourceIdentifier, of));
  const updateStrategy = found.find((config) => config.updateStrategy)?.updateStrategy;
  const feedbackRules = found.find((config) => config.feedbackRules?.length)?.feedbackRules;
  const conditionRules = found.find((config) => config.conditionRules?.length)?.conditionRules;
  return {
    ...(updateStrategy && { updateStrategy }),
    ...(feedbackRules && { feedbackRules }),
    ...(conditionRules && { conditionRules }),
  };
}

// Wildcards in name and namespace only (ocm/pkg/work/helper/helpers.go:566).
function identifies(pattern: ResourceIdentifier, of: ResourceIdentifier): boolean {
  return (
    (pattern.group ?? '') === (of.group ?? '') &&
    pattern.resource === of.resource &&
    matches(pattern.name, of.name) &&
    matches(pattern.namespace ?? '', of.namespace ?? '')
  );
}

function isOwned(of: ResourceIdentifier, option: DeleteOption | undefined): boolean {
  if (option?.propagationPolicy === 'Orphan') return false;
  if (option?.propagationPolicy !== 'SelectivelyOrphan') return true;
  const rules = option.selectivelyOrphans?.orphaningRules ?? [];
  return !rules.some(
    (rule) =>
      (rule.group ?? '') === (of.group ?? '') &&
      rule.resource === of.resource &&
      rule.name === of.name &&
      (rule.namespace ?? '') === (of.namespace ?? ''),
  );
}
