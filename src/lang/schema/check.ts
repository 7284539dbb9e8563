import type { BlockSchema } from './schema.ts';

export const checkSchema = {
  head: 'check',
  doc: 'What every object of a kind has to fulfil on the cluster; reported, or refused by its API server.',
  in: ['policy'],
  labels: [{ is: 'name' }],
  keys: {
    each: {
      doc: 'The kind of the objects that are looked at.',
      type: 'Kind',
      required: true,
    },
    where: {
      doc: 'Which of them are looked at.',
      type: 'ObjectPredicate',
      fallback: 'true',
    },
    require: {
      doc: 'What has to hold of each.',
      type: 'ObjectPredicate',
      required: true,
    },
    message: {
      doc: 'What is said of an object that does not.',
      type: 'string',
      fallback: '"<kind> <ns/name> does not satisfy <check>"',
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
      doc: 'Who looks: our engine, at what is there, or the API server of the cluster, at what comes.',
      type: 'engine | admission',
      fallback: 'engine',
      lowersTo: 'admission: ValidatingAdmissionPolicy and its binding',
      laterWords: { audit: '`via: engine`' },
    },
  },
  blocks: [],
  generates: true,
  body: 'keys',
  sort: null,
  namespaced: false,
} as const satisfies BlockSchema;
