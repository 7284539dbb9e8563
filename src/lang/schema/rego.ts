import type { BlockSchema } from './schema.ts';

export const regoSchema = {
  head: 'rego',
  doc: 'The same as `check`, decided by Rego, compiled to Wasm when the program is built.',
  in: ['policy'],
  labels: [{ is: 'name' }],
  keys: {
    each: {
      doc: 'The kind of the objects that are looked at; each is `input`.',
      type: 'Kind',
      required: true,
    },
    allow: {
      doc: 'An entry point that is true of an object that may be: `"data.images.allow"`.',
      type: 'string',
    },
    deny: {
      doc: 'An entry point that gives the set of what is wrong with an object, as texts.',
      type: 'string',
    },
    source: {
      doc: 'A `rego` fence, or a file.',
      type: 'RegoSource',
      required: true,
    },
    data: {
      doc: 'What `data` holds besides.',
      type: '{ *: json }',
      fallback: '{}',
    },
    message: {
      doc: 'What is said of an object that is not allowed.',
      type: 'string',
      fallback: '"<kind> <ns/name> does not satisfy <rego>"',
    },
    namespaces: {
      doc: 'Namespaces in which objects are looked at; without it those of the policy, else all.',
      type: 'NamespaceSelector',
    },
    severity: {
      doc: 'How bad a violation is; without it as the policy says.',
      type: 'low | medium | high | critical',
    },
    via: {
      doc: 'Who looks.',
      type: 'engine',
      fallback: 'engine',
      laterWords: { gatekeeper: '`via: engine`, or `template` with the constraint' },
    },
  },
  blocks: [],
  generates: true,
  body: 'keys',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
