import type { Condition, Kind, KubeObject, Ref } from '../kube/object.ts';
import type { DeclKind, Origin } from './program.ts';

export const programGroup = 'ocmlang.dev';
/** Of the whole ProgramPart object, encoded as JSON, in bytes: far enough from etcd's 1.5 MiB. */
export const maxPartBytes = 512 * 1024;
/** Of the data of all parts of a program, in bytes: what a hub is willing to hold for one. */
export const maxProgramBytes = 64 * 1024 * 1024;
/** Parts of a program: their list has to fit the Program object. */
export const maxParts = 2500;

/** Labels of every object a Program owns; owner references do not cross namespaces. */
export const ownedLabels = {
  program: 'ocmlang.dev/program',
  programNamespace: 'ocmlang.dev/program-namespace',
  declaration: 'ocmlang.dev/declaration',
} as const;
/** Annotation of an owned object: `file:line:column` of its declaration. */
export const originAnnotation = 'ocmlang.dev/origin';

/** The API object that carries one compiled module. Namespaced; applied with the rights of its service account. */
export type ProgramObject = KubeObject<ProgramSpec, ProgramStatus>;
export interface ProgramSpec {
  readonly irVersion: string;
  /** In the Program's namespace. Whatever the program writes is written as this account; there is no default. */
  readonly serviceAccountName: string;
  /** In order; the IR is their content, joined. */
  readonly parts: readonly PartRef[];
  /** Delete what the program declared once and no longer does. Default false. */
  readonly prune?: boolean;
  /** With `prune`: how many clusters may lose a workload. Default 0. */
  readonly maxDelete?: number;
  /** What becomes of owned objects when the Program is deleted. Default `Orphan`. */
  readonly deletionPolicy?: 'Orphan' | 'Delete';
}
export interface PartRef {
  readonly name: string;
  readonly sha256: string;
}

/** A piece of IR, named by its own hash and never changed; an edit of a module replaces the parts it touches. */
export type ProgramPart = KubeObject<ProgramPartSpec>;
export interface ProgramPartSpec {
  /**
   * `header`: source files and where declarations begin, one JSON text a line. `decls`: whole declarations, one JSON
   * text a line. `blob`: base64 of a file, a Wasm module, or a piece of a declaration too large for a part.
   */
  readonly holds: 'header' | 'decls' | 'blob';
  readonly data: string;
}

/** Bounded, however large the program is. What became of one declaration stands on its objects. */
export interface ProgramStatus {
  readonly observedGeneration: number;
  readonly conditions: readonly Condition[];
  readonly counts: {
    readonly declarations: number;
    readonly objects: number;
    readonly notReady: number;
    readonly editedByHand: number;
    readonly noLongerDeclared: number;
  };
  /** Where to look for owned objects; the labels say which they are. */
  readonly inventory: readonly {
    readonly group: string;
    readonly version?: string;
    readonly kind: string;
    readonly namespaces: readonly string[];
  }[];
  /** The declarations that need a look, at most 50, worst first. */
  readonly attention: readonly DeclStatus[];
  /** How far the apps are, by name; at most 50, those that are done are left out first. */
  readonly rollouts?: readonly AppRollout[];
}
/** The rollout of one app in numbers of clusters. */
export interface AppRollout {
  /** `namespace/name`. */
  readonly app: string;
  /** Clusters the app is to be on. */
  readonly of: number;
  /** Rolled out, ready, and soaked. */
  readonly done: number;
  /** Under way or soaking. */
  readonly updating: number;
  readonly failed: number;
  /** Too many failed: no more clusters are started. */
  readonly halted: boolean;
  /** Why nothing can be rolled out, or not everywhere; in CamelCase. */
  readonly reason?: string;
  readonly message?: string;
}
/** One line of `ocm status`: what a declaration became, and how it does. */
export interface DeclStatus {
  readonly kind: DeclKind;
  readonly name: string;
  readonly origin: Origin;
  readonly object: Ref | null;
  readonly condition: Condition;
}

export const programKind: Kind<ProgramObject> = {
  group: programGroup,
  version: 'v1alpha1',
  kind: 'Program',
};
export const programPartKind: Kind<ProgramPart> = {
  group: programGroup,
  version: 'v1alpha1',
  kind: 'ProgramPart',
};
