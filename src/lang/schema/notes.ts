/** What a note may say and where (language.md §9.5). */
export interface NoteSchema {
  readonly doc: string;
  /** `any`, `value` (`let`, `param`, `fun`, `type`), `kindDecl`, `key`, or heads of blocks. */
  readonly on: readonly string[];
  /** Of its value, in the notation of `KeySchema.type`; `bool` may be left out. */
  readonly type?: string;
  /** Known and not available yet: what to write instead. */
  readonly later?: string;
}

const manifests = ['musthave', 'mustonlyhave', 'mustnothave'];

export const noteSchemas = {
  allow: { doc: 'Suppresses one code below it: `@allow(OCM4012, reason: "…")`.', on: ['any'] },
  name: {
    doc: 'The name of the emitted object, where the label cannot be it.',
    on: [
      'clusterset',
      'placement',
      'policy',
      'config',
      'operator',
      'certificate',
      'policyset',
      'app',
      'addon',
    ],
  },
  deprecated: { doc: 'A warning where it is used: `@deprecated("use b")`.', on: ['value'] },
  binding: {
    doc: 'The name of a placement binding: `@binding(everywhere, name: "x")`.',
    on: ['policy', 'policyset'],
  },
  recreate: {
    doc: 'Whether the object may be deleted and made anew where it cannot be updated.',
    on: manifests,
    type: 'None | IfRequired | Always',
  },
  metadata: {
    doc: 'How labels and annotations are compared, where not as the rest.',
    on: manifests,
    type: 'musthave | mustonlyhave',
  },
  diff: {
    doc: 'Where differences are recorded.',
    on: manifests,
    type: 'Log | InStatus | None',
  },
  select: {
    doc: 'Which objects a template without a name means, by their labels.',
    on: manifests,
    type: 'LabelSelector',
  },
  after: {
    doc: 'What has to be so on a cluster before it is looked at there.',
    on: ['template'],
    type: '[Dependency]',
  },
  ignorePending: {
    doc: 'Whether waiting for `@after` counts as compliant.',
    on: ['template'],
    type: 'bool',
  },
  imported: {
    doc: 'Written by the importer, for what only imported YAML may say.',
    on: ['key', 'kindDecl', 'config', 'operator', 'certificate', 'template'],
  },
  fuzz: { doc: 'Runs a test on drawn clusters: `@fuzz(runs: 200, seed: 7)`.', on: ['test'] },
} as const satisfies Readonly<Record<string, NoteSchema>>;
