/** What checking, completion, hover and the reference pages know about one block. Data only. */
export interface BlockSchema {
  readonly head: string;
  readonly doc: string;
  /** Where it may stand: `file`, or heads of blocks. */
  readonly in: readonly string[];
  readonly labels: readonly LabelSchema[];
  readonly keys: Readonly<Record<string, KeySchema>>;
  /** Heads of the blocks it may hold. */
  readonly blocks: readonly string[];
  /** Whether `for` and `if` items may stand among its blocks (Rule 10). */
  readonly generates: boolean;
  /** `manifest`: the body is a Kubernetes object (Rule 66), and has no keys of its own; `open`: its keys are names of the author. */
  readonly body: 'keys' | 'manifest' | 'open';
  /** Whether it may hold `expect` items. */
  readonly expects?: true;
  /** Whether it may refer to blocks of other namespaces (Rule 23). */
  readonly acrossNamespaces?: true;
  /** The type that refers to a block of this head; null where nothing refers to it. */
  readonly sort: string | null;
  /** Whether what it emits lives in a namespace of the hub; such names are unique in their namespace only. */
  readonly namespaced: boolean;
}

/** What a label says (Rule 20). */
export interface LabelSchema {
  readonly is: 'name' | 'kind' | 'text' | 'duration' | `ref ${string}`;
  readonly optional?: true;
}

export interface KeySchema {
  readonly doc: string;
  /** In the notation of types in `.ocm`, with the names of `schema/types.ts`; here a union may mix words and types. */
  readonly type: string;
  readonly required?: true;
  /** What holds where the key is not written; `undefined` is nothing. */
  readonly fallback?: string;
  /** Field of the emitted object. */
  readonly lowersTo?: string;
  /** Bounds of a number, both included. */
  readonly range?: { readonly min?: number; readonly max?: number };
  /** A single value is taken for a list of one. */
  readonly single?: true;
  /** Known and not available yet (OCM2034): what to write instead. */
  readonly later?: string;
  /** Fields of the type that are known and not available yet, with what to write instead. */
  readonly laterFields?: Readonly<Record<string, string>>;
  /** Words of the type that are known and not available yet, with what to write instead. */
  readonly laterWords?: Readonly<Record<string, string>>;
}

/** Keys every emitting block takes. */
export const commonKeys = {
  labels: {
    doc: 'Labels of the emitted object.',
    type: '{ *: string }',
    fallback: '{}',
    lowersTo: 'metadata.labels',
  },
  annotations: {
    doc: 'Annotations of the emitted object.',
    type: '{ *: string }',
    fallback: '{}',
    lowersTo: 'metadata.annotations',
  },
  raw: {
    doc: 'Fields merged over the emitted object, after everything else.',
    type: '{ *: json }',
  },
} as const satisfies Readonly<Record<string, KeySchema>>;
