/** What a note may say and where (language.md §9.5). */
export interface NoteSchema {
  readonly doc: string;
  /** `any`, `value` (`let`, `param`, `fun`, `type`), or heads of blocks. */
  readonly on: readonly string[];
  /** Known and not available yet: what to write instead. */
  readonly later?: string;
}

const manifests = ['musthave', 'mustonlyhave', 'mustnothave'];
const notYet = 'leave it out';

export const noteSchemas = {
  allow: { doc: 'Suppresses one code below it: `@allow(OCM4012, reason: "…")`.', on: ['any'] },
  name: {
    doc: 'The name of the emitted object, where the label cannot be it.',
    on: ['clusterset', 'placement', 'policy', 'app'],
  },
  deprecated: { doc: 'A warning where it is used: `@deprecated("use b")`.', on: ['value'] },
  binding: { doc: 'The name of a placement binding.', on: ['policy'], later: notYet },
  recreate: {
    doc: 'Whether the object may be deleted and made anew.',
    on: manifests,
    later: notYet,
  },
  metadata: { doc: 'How metadata is compared.', on: manifests, later: notYet },
  diff: { doc: 'Where differences are recorded.', on: manifests, later: notYet },
  select: { doc: 'Which objects an unnamed template means.', on: manifests, later: notYet },
  after: { doc: 'What has to be compliant before.', on: ['template'], later: notYet },
  ignorePending: { doc: 'Whether pending counts.', on: ['template'], later: notYet },
  imported: { doc: 'Written by the importer.', on: ['any'], later: notYet },
  fuzz: { doc: 'Runs a test on drawn clusters: `@fuzz(runs: 200, seed: 7)`.', on: ['test'] },
} as const satisfies Readonly<Record<string, NoteSchema>>;
