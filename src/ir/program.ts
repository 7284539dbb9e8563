import type { JsonObject } from '../base/json.ts';
import type { Span } from '../base/span.ts';
import type { LabelSelector } from '../kube/object.ts';
import type { IrExpr } from './expr.ts';

/** The version this code writes; older ones are brought forward by `ir/migrate`. */
export const irVersion = 'ocm.ir/v1';

/** Where a node came from, so that a decision, an error or a message can point back at a line of `.ocm`. */
export interface Origin {
  /** Index into `IrProgram.files`. */
  readonly file: number;
  readonly span: Span;
}

interface IrNode<K extends string> {
  readonly kind: K;
  readonly name: string;
  /** Namespace of the emitted object; empty for cluster-scoped kinds and where the file names none. */
  readonly namespace: string;
  readonly origin: Origin;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Merged over the emitted object, last (Rule 64). */
  readonly raw?: JsonObject;
}

/** A ManagedClusterSet. `selector: null` is exclusive membership by label. */
export interface IrClusterSet extends IrNode<'clusterset'> {
  readonly selector: LabelSelector | null;
}

/** A ManagedClusterSetBinding: the namespace may place on the set. `name` is the set's. */
export interface IrBinding extends IrNode<'binding'> {
  readonly clusterSet: string;
}

export interface IrPlacement extends IrNode<'placement'> {
  /** Empty: every set bound to the namespace. */
  readonly clusterSets: readonly string[];
  readonly where: IrExpr;
  /** null: all. */
  readonly numberOfClusters: number | null;
  /** null: upstream's default (Steady 1, Balance 1). */
  readonly prioritizerPolicy: IrPrioritizerPolicy | null;
  readonly sortBy: 'ClusterName' | 'Score' | null;
  readonly tolerations: readonly IrToleration[];
  readonly groups: readonly IrDecisionGroup[];
  /** A count, a percentage such as `25%`, or null for upstream's default `100%`. */
  readonly clustersPerDecisionGroup: number | string | null;
  /** `engine`: evaluated from this node only, also where upstream could not express it; `upstream`: handed over to the emitted object. */
  readonly via: 'engine' | 'upstream' | null;
}
export interface IrPrioritizerPolicy {
  /** `Additive` (the default) or `Exact`; a hand-written object may say anything, which is then misconfigured. */
  readonly mode: string | null;
  readonly configurations: readonly IrPrioritizer[];
}
export interface IrPrioritizer {
  readonly by:
    | { readonly type: 'BuiltIn'; readonly name: string }
    | { readonly type: 'AddOn'; readonly resource: string; readonly score: string };
  readonly weight: number;
}
export interface IrToleration {
  readonly key?: string;
  /** `Equal` (the default) or `Exists`; a hand-written object may say anything, which then tolerates nothing. */
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}
/** First match wins; clusters of no named group are chunked by `clustersPerDecisionGroup`. */
export interface IrDecisionGroup {
  readonly name: string;
  readonly where: IrExpr;
}

export type IrRemediation = 'inform' | 'enforce';
export type IrComplianceType = 'musthave' | 'mustonlyhave' | 'mustnothave';

export interface IrPolicy extends IrNode<'policy'> {
  /** Names of placements of the same namespace. */
  readonly on: readonly string[];
  /** Placements on which the policy enforces although it informs elsewhere (Rule 43). */
  readonly enforceOn: readonly string[];
  readonly remediation: IrRemediation | null;
  readonly disabled: boolean;
  readonly severity: string | null;
  readonly standards: readonly string[];
  readonly categories: readonly string[];
  readonly controls: readonly string[];
  readonly description: string | null;
  readonly templates: readonly IrPolicyTemplate[];
}
/** One ConfigurationPolicy. */
export interface IrPolicyTemplate {
  readonly template: 'config';
  readonly name: string;
  readonly origin: Origin;
  readonly severity: string | null;
  readonly namespaceSelector: IrNamespaceSelector | null;
  readonly objects: readonly IrObjectTemplate[];
  /** What an imported template says itself (Rule 42): `inform`, `enforce`, `informonly`, in upstream's spellings. */
  readonly remediation?: string;
  readonly prune?: 'None' | 'DeleteIfCreated' | 'DeleteAll';
  /** `watch`, `never` or a Go duration. */
  readonly interval?: { readonly compliant?: string; readonly noncompliant?: string };
  /** Go templates. */
  readonly message?: { readonly compliant?: string; readonly noncompliant?: string };
  /** A Go template that yields the list of object templates, instead of `objects`. */
  readonly objectsRaw?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Merged over the emitted ConfigurationPolicy, last (Rule 64). */
  readonly raw?: JsonObject;
}
export interface IrNamespaceSelector extends LabelSelector {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly terminatingInclusion?: 'Default' | 'IfMatch' | 'Never';
}
export interface IrObjectTemplate {
  readonly complianceType: IrComplianceType;
  readonly origin: Origin;
  /** The object with apiVersion, kind and, where it is named, metadata.name. Build stage: a constant. */
  readonly definition: JsonObject;
  /** Of labels and annotations; as `complianceType` where absent. */
  readonly metadataComplianceType?: IrComplianceType;
  /** Which objects, where the definition names none. */
  readonly objectSelector?: LabelSelector;
  readonly recreate?: 'None' | 'IfRequired' | 'Always';
  readonly recordDiff?: 'Log' | 'InStatus' | 'None';
}

/** A workload delivered `via: works`: one ManifestWork per cluster, driven by the engine. */
export interface IrApp extends IrNode<'app'> {
  /** A cluster several entries select belongs to the first (Rule 48). */
  readonly on: readonly IrPlaced[];
  readonly manifests: readonly IrManifest[];
}
export interface IrPlaced {
  readonly placement: string;
  readonly rollout: IrRolloutStrategy;
}
/** One object to deliver; `object` gives the whole object when evaluated for a cluster. */
export interface IrManifest {
  readonly origin: Origin;
  readonly object: IrExpr;
}

/** Upstream's RolloutStrategy, flat. Durations as Go writes them (`90s`, `10m`). */
export interface IrRolloutStrategy {
  readonly type: 'All' | 'Progressive' | 'ProgressivePerGroup';
  readonly minSuccessTime: string | null;
  readonly progressDeadline: string | null;
  readonly maxFailures: number | string | null;
  readonly maxConcurrency: number | string | null;
  readonly mandatoryDecisionGroups: readonly (
    | { readonly groupName: string }
    | { readonly groupIndex: number }
  )[];
}

/** Any other object, as it is (`resource Kind name` at file level). Build stage: a constant. */
export interface IrResource extends IrNode<'resource'> {
  readonly object: JsonObject;
}

export type IrDecl = IrClusterSet | IrBinding | IrPlacement | IrPolicy | IrApp | IrResource;
export type DeclKind = IrDecl['kind'];
export type IrOf<K extends DeclKind> = Extract<IrDecl, { readonly kind: K }>;

/** The one artefact that crosses from language to engine. Versioned; its schema is `grammar/ir.schema.json`. */
export interface IrProgram {
  readonly irVersion: typeof irVersion;
  readonly files: readonly IrFile[];
  readonly decls: readonly IrDecl[];
}
/** A source file: what origins point into. `lineStarts` lets a hub say line and column without the text. */
export interface IrFile {
  readonly uri: string;
  readonly sha256: string;
  readonly lineStarts: readonly number[];
}
