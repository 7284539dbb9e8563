import type { JsonObject } from '../../base/json.ts';
import type { KubeObject, Ref } from '../../kube/object.ts';

/** What the evaluation has to know of a kind: the name of its resource, and whether it is namespaced. */
export interface KindFacts {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** The kinds the cluster serves. */
export type KindLookup = (of: {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}) => KindFacts | undefined;

/** What a server would make of an update, without making it. */
export type DryRunResult =
  | { readonly result: 'object'; readonly object: JsonObject }
  /** It would refuse, because a field cannot be changed. */
  | { readonly result: 'immutable' }
  | { readonly result: 'refused'; readonly message: string };

/** Asks a server what would become of an update; without one, what is sent is what becomes. */
export type DryRun = (update: JsonObject) => DryRunResult;

/** What became of the last remedy on an object. */
export interface Attempt {
  readonly on: Omit<Ref, 'version'>;
  readonly did: 'create' | 'update' | 'recreate' | 'delete';
  /** Why it failed; null where it did not. */
  readonly error: string | null;
}

/** What template texts of a definition may look at: only what is known of the object by then. */
export interface TemplateContext {
  readonly objectName: string;
  readonly objectNamespace: string;
  /** The object that is there; empty where there is none. */
  readonly object: JsonObject;
}

/** A definition with its templates resolved. */
export type ResolvedTemplate =
  | {
      readonly ok: true;
      readonly definition: JsonObject;
      /** It touched a Secret, so no difference may be shown. */
      readonly sensitive: boolean;
      /** It called `skipObject`. */
      readonly skipped: boolean;
    }
  | { readonly ok: false; readonly message: string };

/** Resolves Go templates; the runtime's worker has one (engine/template). */
export interface TemplateResolver {
  readonly resolve: (definition: JsonObject, context: TemplateContext) => ResolvedTemplate;
  /** The list of object templates that `object-templates-raw` yields. */
  readonly resolveRaw: (
    text: string,
  ) =>
    | { readonly ok: true; readonly templates: readonly JsonObject[]; readonly sensitive: boolean }
    | { readonly ok: false; readonly message: string };
  /** A custom message; `policy` is the ConfigurationPolicy with its status. */
  readonly message: (
    text: string,
    data: { readonly defaultMessage: string; readonly policy: JsonObject },
  ) =>
    | { readonly ok: true; readonly text: string }
    | { readonly ok: false; readonly message: string };
}

/** The objects of a cluster the evaluation may look at, by identity and by kind and namespace. */
export interface ObjectIndex {
  readonly get: (of: ObjectPlace & { readonly name: string }) => KubeObject | undefined;
  readonly list: (of: ObjectPlace) => readonly KubeObject[];
  readonly namespaces: () => readonly KubeObject[];
}
export interface ObjectPlace {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string;
}

/** What an evaluation looked at, there or not: what has to be read, and watched, for it to be right. */
export interface Reads {
  readonly objects: readonly Ref[];
  /** All objects of a kind, in one namespace or cluster-scoped. */
  readonly lists: readonly ObjectPlace[];
  /** The names and labels of all namespaces. */
  readonly namespaces: boolean;
}
