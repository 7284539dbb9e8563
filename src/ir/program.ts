import type { JsonObject } from '../base/json.ts';
import type { Span } from '../base/span.ts';
import type { LabelSelector } from '../kube/object.ts';
import type { DeleteOption, ManifestConfig } from '../kube/ocm/work.ts';
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
  /** Namespaces managed on every member. */
  readonly namespaces?: readonly string[];
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
  /** Attributes over whose values the choice is spread. */
  readonly spread?: readonly IrSpread[];
  readonly groups: readonly IrDecisionGroup[];
  /** A count, a percentage such as `25%`, or null for upstream's default `100%`. */
  readonly clustersPerDecisionGroup: number | string | null;
  /** How often changed scores may move clusters, as Go writes durations (`90s`). */
  readonly rescore?: string;
  /** What keeps clusters from leaving the decision by mistake. */
  readonly guard?: IrGuard;
  /** `hub`: only what the hub says of clusters may decide, not what their agents say of themselves. A hand-written object may say anything, which is then misconfigured. */
  readonly trust?: string;
  /** `engine`: evaluated from this node only, also where upstream could not express it; `upstream`: handed over to the emitted object. */
  readonly via: 'engine' | 'upstream' | null;
}
/** A guard of a placement; a hand-written object may say anything, which is then misconfigured. */
export interface IrGuard {
  /** A decision that has clusters never comes to have none. */
  readonly neverEmpty?: boolean;
  /** How many clusters may leave within the window: a count, or a percentage such as `10%`, rounded up. */
  readonly removeAtMost?: number | string;
  /** The window, as Go writes durations; absent: `10m`. */
  readonly within?: string;
}
export interface IrSpread {
  readonly topologyKey: string;
  readonly topologyKeyType: 'Label' | 'Claim';
  /** How many clusters more than the least one value may have. */
  readonly maxSkew?: number;
  readonly whenUnsatisfiable?: 'DoNotSchedule' | 'ScheduleAnyway';
}
export interface IrPrioritizerPolicy {
  /** `Additive` (the default) or `Exact`; a hand-written object may say anything, which is then misconfigured. */
  readonly mode: string | null;
  readonly configurations: readonly IrPrioritizer[];
}
export interface IrPrioritizer {
  readonly by:
    | { readonly type: 'BuiltIn'; readonly name: string }
    | { readonly type: 'AddOn'; readonly resource: string; readonly score: string }
    /** A number, or a condition that counts 100, of each cluster; only with `via: engine`. */
    | { readonly type: 'Expr'; readonly expr: IrExpr };
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
  /** Names of bindings that are not those of Rule 43. */
  readonly bindingNames?: readonly IrBindingName[];
  readonly remediation: IrRemediation | null;
  readonly disabled: boolean;
  readonly severity: string | null;
  readonly standards: readonly string[];
  readonly categories: readonly string[];
  readonly controls: readonly string[];
  readonly description: string | null;
  /** What has to be so on a cluster before any template is looked at there. */
  readonly after?: readonly IrDependency[];
  /** With whose rights hub templates look things up; of the policy's namespace. */
  readonly hubServiceAccount?: string;
  /** Whether labels and annotations go to the clusters too. */
  readonly copyMetadata?: boolean;
  readonly templates: readonly IrPolicyTemplate[];
}
/** The name of the binding to a placement of `on`, or with `enforce` of `enforceOn`. */
export interface IrBindingName {
  readonly placement: string;
  readonly enforce: boolean;
  readonly name: string;
}
/** An object of a cluster, or a policy, that has to be in a state. */
export interface IrDependency {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly compliance: 'Compliant' | 'NonCompliant' | 'Pending';
}

/** What a policy puts on a cluster, by the engine that looks at it. */
export type IrPolicyTemplate =
  | IrConfigTemplate
  | IrOperatorTemplate
  | IrCertificateTemplate
  | IrCheckTemplate
  | IrRegoTemplate
  | IrObjectDefinition;

/** What every entry of `policy-templates` has. */
interface IrTemplateNode<T extends string> {
  readonly template: T;
  readonly name: string;
  readonly origin: Origin;
  /** As `after` of the policy, for this template only. */
  readonly after?: readonly IrDependency[];
  /** Whether waiting for `after` counts as compliant. */
  readonly ignorePending?: boolean;
}
/** What the templates of upstream's own engines have besides. */
interface IrEngineTemplate<T extends string> extends IrTemplateNode<T> {
  readonly severity: string | null;
  /** What an imported template says itself (Rule 42): `inform`, `enforce`, `informonly`, in upstream's spellings. */
  readonly remediation?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Merged over the emitted object, last (Rule 64). */
  readonly raw?: JsonObject;
}
/** One ConfigurationPolicy. */
export interface IrConfigTemplate extends IrEngineTemplate<'config'> {
  readonly namespaceSelector: IrNamespaceSelector | null;
  readonly objects: readonly IrObjectTemplate[];
  readonly prune?: 'None' | 'DeleteIfCreated' | 'DeleteAll';
  /** `watch`, `never` or a Go duration. */
  readonly interval?: { readonly compliant?: string; readonly noncompliant?: string };
  /** Go templates. */
  readonly message?: { readonly compliant?: string; readonly noncompliant?: string };
  /** A Go template that yields the list of object templates, instead of `objects`. */
  readonly objectsRaw?: string;
}
/** One OperatorPolicy. */
export interface IrOperatorTemplate extends IrEngineTemplate<'operator'> {
  readonly complianceType: 'musthave' | 'mustnothave';
  readonly subscription: IrSubscription;
  readonly operatorGroup?: JsonObject;
  /** Absent or empty: all. */
  readonly versions?: readonly string[];
  readonly upgradeApproval: 'None' | 'Automatic';
  readonly removalBehavior?: IrRemovalBehavior;
  readonly complianceConfig?: IrComplianceConfig;
}
/** Fields of an OLM Subscription; what is absent is up to the controller. */
export interface IrSubscription {
  readonly name: string;
  readonly namespace?: string;
  readonly channel?: string;
  readonly source?: string;
  readonly sourceNamespace?: string;
}
export type IrRemoval = 'Keep' | 'Delete' | 'DeleteIfUnused';
export interface IrRemovalBehavior {
  readonly operatorGroups?: IrRemoval;
  readonly subscriptions?: IrRemoval;
  readonly clusterServiceVersions?: IrRemoval;
  readonly customResourceDefinitions?: IrRemoval;
}
export type IrTolerance = 'Compliant' | 'NonCompliant';
/** What a state of an operator counts as. */
export interface IrComplianceConfig {
  readonly catalogSourceUnhealthy?: IrTolerance;
  readonly deploymentsUnavailable?: IrTolerance;
  readonly upgradesAvailable?: IrTolerance;
  readonly deprecationsPresent?: IrTolerance;
  readonly minorChannelUpgradeAvailable?: IrTolerance;
}
/** One CertificatePolicy; durations as Go writes them. */
export interface IrCertificateTemplate extends IrEngineTemplate<'certificate'> {
  readonly namespaceSelector: IrNamespaceSelector | null;
  readonly labelSelector?: Readonly<Record<string, string>>;
  readonly minimumDuration?: string;
  readonly minimumCADuration?: string;
  readonly maximumDuration?: string;
  readonly maximumCADuration?: string;
  readonly allowedSANPattern?: string;
  readonly disallowedSANPattern?: string;
}
/** What a native check and Rego have in common: the objects of a kind are looked at one by one. */
interface IrObjectCheck<T extends 'check' | 'rego'> extends IrTemplateNode<T> {
  readonly severity: string | null;
  readonly each: IrEach;
  /** null: all namespaces. */
  readonly namespaceSelector: IrNamespaceSelector | null;
  /** Said of an object that does not fulfil it; over `object`. null: a sentence with its name. */
  readonly message: IrExpr | null;
}
/** The kind of the objects that are looked at. */
export interface IrEach {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** null where nobody said. */
  readonly namespaced: boolean | null;
}
/** A rule over `object`, judged by our engine, or by the API server of the cluster (`via: admission`). */
export interface IrCheckTemplate extends IrObjectCheck<'check'> {
  /** null: every object. */
  readonly where: IrExpr | null;
  readonly require: IrExpr;
  readonly via: 'engine' | 'admission';
}
/** A rule in Rego. */
export interface IrRegoTemplate extends IrObjectCheck<'rego'> {
  /** An entry point such as `data.images.allow`: anything but true is a violation. */
  readonly allow?: string;
  /** An entry point that gives messages, each a violation. */
  readonly deny?: string;
  readonly source: string;
  readonly data: JsonObject;
  /** null where it was compiled without `opa`: it can be read and not run. */
  readonly wasm: IrWasm | null;
}
/** A Wasm module. */
export interface IrWasm {
  /** Of the module. */
  readonly sha256: string;
  /** The module, compressed with gzip, in base64. */
  readonly gzip: string;
}
/** An object of any other engine, such as a Gatekeeper constraint, as it is. */
export interface IrObjectDefinition extends IrTemplateNode<'object'> {
  readonly object: JsonObject;
}
/** Policies that are placed and judged together. */
export interface IrPolicySet extends IrNode<'policyset'> {
  readonly description: string | null;
  /** Names of policies of the same namespace. */
  readonly policies: readonly string[];
  readonly exclusions?: readonly IrExclusion[];
  readonly on: readonly string[];
  readonly bindingNames?: readonly IrBindingName[];
}
/** Clusters on which the placements of a set do not place one of its policies. */
export interface IrExclusion {
  readonly policy: string;
  readonly clusters: readonly string[];
  readonly reason?: string;
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

/** A workload, and what carries it to the clusters. */
export interface IrApp extends IrNode<'app'> {
  /** Absent: `works`, one ManifestWork per cluster, driven by the engine; the others become objects upstream drives. */
  readonly via?: 'replicaset' | 'argocd' | 'subscription';
  /** A cluster several entries select belongs to the first (Rule 48). */
  readonly on: readonly IrPlaced[];
  readonly manifests: readonly IrManifest[];
  /** How objects are applied and tracked, as upstream says it; the first entry that fits an object counts (Rule 52). */
  readonly manifestConfigs?: readonly ManifestConfig[];
  readonly deleteOption?: DeleteOption;
  /** The service account of the cluster with whose rights the agent applies. */
  readonly executor?: { readonly namespace: string; readonly name: string };
  /** When changes may happen; always where absent. */
  readonly window?: IrWindow;
  /** How a replica set deletes its works. */
  readonly cascade?: 'Background' | 'Foreground';
  /** What the carrier fetches itself (`argocd`, `subscription`). */
  readonly sources?: readonly IrCarriedSource[];
  /** `argocd`: where to and how it syncs is all in `raw`, as an imported ApplicationSet has it. */
  readonly bare?: boolean;
}
export interface IrPlaced {
  readonly placement: string;
  /** null: nothing was said, which is all at once. */
  readonly rollout: IrRolloutStrategy | null;
}
/** Ranges of a day in which changes may (or may not) happen, on the days of a zone's calendar (Rule 53). */
export interface IrWindow {
  readonly mode: 'active' | 'blocked';
  /** `HH:MM-HH:MM`, end exclusive, `24:00` at most; none crosses midnight. */
  readonly ranges: readonly string[];
  /** Of the IANA database. */
  readonly zone: string;
  readonly days: readonly IrWeekday[];
}
export type IrWeekday =
  | 'Monday'
  | 'Tuesday'
  | 'Wednesday'
  | 'Thursday'
  | 'Friday'
  | 'Saturday'
  | 'Sunday';
/** A chart or a git tree that is passed on as it is. */
export type IrCarriedSource =
  | {
      readonly source: 'helm';
      /** The address of the repository: `https://…` or `oci://…`. */
      readonly repository: string;
      readonly chart: string;
      readonly version: string | null;
      readonly values: JsonObject | null;
      readonly name: string | null;
      readonly namespace: string | null;
    }
  | {
      readonly source: 'git';
      readonly url: string;
      readonly ref: string | null;
      readonly path: string | null;
    };
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

/** An add-on the hub offers, and where it is installed (Rule 54): a ClusterManagementAddOn. */
export interface IrAddOn extends IrNode<'addon'> {
  readonly displayName: string | null;
  readonly description: string | null;
  readonly lifecycle: 'addon-manager' | 'self' | null;
  readonly supports: readonly IrSupportedConfig[];
  /** In order: on a cluster several select, the later one wins. null: installed by hand. */
  readonly install: readonly IrInstall[] | null;
}
/** A kind of configuration, by its plural, and the object that is used where nothing else is said. */
export interface IrSupportedConfig {
  readonly group: string;
  readonly resource: string;
  readonly default?: { readonly namespace?: string; readonly name: string };
}
export interface IrInstall {
  readonly placement: string;
  /** Of the placement; it need not be that of the add-on's file. */
  readonly namespace: string;
  /** null: nothing was said, which is all at once. */
  readonly rollout: IrRolloutStrategy | null;
  readonly configs: readonly IrConfigRef[];
}
export interface IrConfigRef {
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name: string;
}

/** Any other object, as it is (`resource Kind name` at file level). Build stage: a constant. */
export interface IrResource extends IrNode<'resource'> {
  readonly object: JsonObject;
}

export type IrDecl =
  | IrClusterSet
  | IrBinding
  | IrPlacement
  | IrPolicy
  | IrPolicySet
  | IrApp
  | IrAddOn
  | IrResource;
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
