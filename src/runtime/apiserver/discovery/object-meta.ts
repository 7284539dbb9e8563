import type { JsonObject } from '../../../base/json.ts';

const text = (description: string): JsonObject => ({ type: 'string', description });
const time = (description: string): JsonObject => ({ ...text(description), format: 'date-time' });
const integer = (description: string): JsonObject => ({
  type: 'integer',
  format: 'int64',
  description,
});
const texts = (description: string): JsonObject => ({
  type: 'object',
  additionalProperties: { type: 'string', default: '' },
  description,
});

const group = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const one = (name: string): JsonObject => ({
  allOf: [{ $ref: `#/components/schemas/${group}.${name}` }],
  default: {},
});

const managedFieldsEntry: JsonObject = {
  type: 'object',
  description: 'Fields that one manager set by one way of writing.',
  properties: {
    apiVersion: text('In which version the fields are named.'),
    fieldsType: text('How they are written down: `FieldsV1`.'),
    fieldsV1: { ...one('FieldsV1'), description: 'The fields.' },
    manager: text('Who set them.'),
    operation: text('How: `Apply` or `Update`.'),
    subresource: text('Through which part of the object, where not the whole.'),
    time: time('When they were set last.'),
  },
};

const ownerReference: JsonObject = {
  type: 'object',
  description: 'An object that this one goes with.',
  required: ['apiVersion', 'kind', 'name', 'uid'],
  properties: {
    apiVersion: text('Group and version of the owner.'),
    kind: text('Kind of the owner.'),
    name: text('Name of the owner.'),
    uid: text('Uid of the owner.'),
    controller: { type: 'boolean', description: 'Whether the owner manages this object.' },
    blockOwnerDeletion: {
      type: 'boolean',
      description: 'Whether the owner waits for this object when it is deleted in the foreground.',
    },
  },
};

/** The schema of `metadata`, for people who ask `kubectl explain`. */
export const objectMeta = {
  name: `${group}.ObjectMeta`,
  /** Schemas it refers to, by name. */
  parts: {
    [`${group}.ManagedFieldsEntry`]: managedFieldsEntry,
    [`${group}.OwnerReference`]: ownerReference,
    [`${group}.FieldsV1`]: { type: 'object', description: 'Fields as a tree of names.' },
  } satisfies JsonObject,
  schema: {
    type: 'object',
    description: 'What every object has.',
    properties: {
      annotations: texts('Whatever tools and people note.'),
      creationTimestamp: time('When it was made; set by the server.'),
      deletionGracePeriodSeconds: integer('How long it may take to end; set by the server.'),
      deletionTimestamp: time('When it was deleted, while finalizers are left; set by the server.'),
      finalizers: {
        type: 'array',
        description: 'What must be done before it goes, one entry for whoever does it.',
        items: { type: 'string', default: '' },
        'x-kubernetes-list-type': 'set',
        'x-kubernetes-patch-strategy': 'merge',
      },
      generateName: text('Prefix of a name that the server completes.'),
      generation: integer('Grows with every change of what is wanted; set by the server.'),
      labels: texts('What selectors go by.'),
      managedFields: {
        type: 'array',
        description: 'Who set which fields; kept by the server.',
        items: one('ManagedFieldsEntry'),
      },
      name: text('Unique in its namespace, among its kind.'),
      namespace: text('Where it lives.'),
      ownerReferences: {
        type: 'array',
        description: 'Objects it goes with.',
        items: one('OwnerReference'),
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['uid'],
        'x-kubernetes-patch-merge-key': 'uid',
        'x-kubernetes-patch-strategy': 'merge',
      },
      resourceVersion: text('Changes with every write; set by the server.'),
      selfLink: text('No longer set.'),
      uid: text('Unique for ever; set by the server.'),
    },
  } satisfies JsonObject,
} as const;
