import type { KubeObject } from '../../../kube/object.ts';
import type { FieldError } from '../../../kube/schema/field-error.ts';
import type { Requester } from '../request/requester.ts';

/** What a rule may look at beside the object. */
export interface RuleContext {
  readonly requester: Requester;
  /** RFC 3339, whole seconds. */
  readonly now: string;
}

/** What sets one kind apart from the others (apiserver's `rest.…Strategy`). */
export interface Rules {
  /** What makes `metadata.generation` grow: nothing, a change of `spec`, or of anything but metadata and status. */
  readonly generation: 'none' | 'spec' | 'content';
  /** PUT makes an object that is not there. */
  readonly createsOnUpdate: boolean;
  /** PUT without a resourceVersion replaces whatever is there. */
  readonly updatesUnconditionally: boolean;
  /** DELETE answers with the object, not with a Status. */
  readonly returnsDeleted: boolean;
  /** Sets what clients may not set, and what they left out. */
  readonly prepareCreate?: (object: KubeObject, context: RuleContext) => KubeObject;
  /** Keeps what an update of this part may not change. */
  readonly prepareUpdate?: (
    object: KubeObject,
    old: KubeObject,
    context: RuleContext,
  ) => KubeObject;
  readonly validate?: (object: KubeObject, old: KubeObject | null) => readonly FieldError[];
  /** What a writer should know of an object that is taken all the same. */
  readonly warnings?: (object: KubeObject) => readonly string[];
  /** What deleting sets before anything is decided, where something does. */
  readonly prepareDelete?: (object: KubeObject, context: RuleContext) => KubeObject;
  /** Whether something beside `metadata.finalizers` keeps a deleted object. */
  readonly lingers?: (object: KubeObject) => boolean;
  /** Of updates of a subresource other than the usual status. */
  readonly subresource?: Readonly<Record<string, SubresourceRules>>;
}

/** A subresource whose update changes a part of the object. */
export interface SubresourceRules {
  /** The old object with the part that the subresource is. */
  readonly prepare: (object: KubeObject, old: KubeObject, context: RuleContext) => KubeObject;
  readonly validate?: (object: KubeObject, old: KubeObject) => readonly FieldError[];
}
