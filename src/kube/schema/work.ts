import { ageColumn, type CustomKind, column, conditionColumn } from './custom-kind.ts';
import { patterns } from './patterns.ts';
import {
  anyObject,
  flag,
  int32,
  int64,
  integer,
  listByKey,
  listOf,
  object,
  oneOfTexts,
  type Schema,
  text,
  time,
} from './schema.ts';
import { conditions, rolloutStrategy } from './shared.ts';

const group = text('API group; empty for the core group.');
const resource = text('Plural of the kind.');
const name = text('Name of the object.');
const namespace = text('Namespace of the object; empty where it has none.');
const resourceIdentifier = object(
  'One object of the work.',
  { group, resource, name, namespace },
  { required: ['name', 'resource'] },
);

const deleteOption = object('What happens to the objects when the work is deleted.', {
  propagationPolicy: oneOfTexts(
    'Delete them, leave them, or leave those that are listed.',
    ['Foreground', 'Orphan', 'SelectivelyOrphan'],
    { default: 'Foreground' },
  ),
  selectivelyOrphans: object('Objects to leave.', {
    orphaningRules: listOf('The objects.', resourceIdentifier),
  }),
  ttlSecondsAfterFinished: int64('Seconds after which a complete work is deleted.'),
});

const accountName = (description: string): Schema =>
  text(description, { minLength: 1, maxLength: 253, pattern: patterns.dnsSubdomain.source });
const executor = object('With whose rights the agent applies the work.', {
  subject: object(
    'Who.',
    {
      type: oneOfTexts('Kind of identity.', ['ServiceAccount']),
      serviceAccount: object(
        'A service account of the cluster.',
        { name: accountName('Its name.'), namespace: accountName('Its namespace.') },
        { required: ['name', 'namespace'] },
      ),
    },
    { required: ['type'] },
  ),
});

const feedbackRules = listOf(
  'Values of the object that go back to the hub.',
  object(
    'Values.',
    {
      type: oneOfTexts('The usual ones of the kind, or listed ones.', [
        'WellKnownStatus',
        'JSONPaths',
      ]),
      jsonPaths: listByKey(
        'The values.',
        ['name'],
        object(
          'A value.',
          {
            name: text('What the value is called.'),
            path: text('JSONPath below the status.'),
            version: text('API version in which to read the object.'),
          },
          { required: ['name', 'path'] },
        ),
      ),
    },
    { required: ['type'] },
  ),
);

const updateStrategy = object(
  'How the object is kept as the work says.',
  {
    type: oneOfTexts(
      'Replace, create once, server-side apply, or only look.',
      ['Update', 'CreateOnly', 'ServerSideApply', 'ReadOnly'],
      { default: 'Update' },
    ),
    serverSideApply: object('Settings of server-side apply.', {
      force: flag('Take fields from other owners.'),
      fieldManager: text('The owner of the fields.', {
        default: 'work-agent',
        pattern: patterns.workAgent.source,
      }),
      ignoreFields: listByKey(
        'Fields that are left alone.',
        ['condition'],
        object(
          'Fields.',
          {
            condition: oneOfTexts(
              'From the moment they exist, or once somebody changed them.',
              ['OnSpokePresent', 'OnSpokeChange'],
              { default: 'OnSpokePresent' },
            ),
            jsonPaths: listOf('As JSONPaths.', text('A path.')),
            jsonPointers: listOf('As JSON pointers (RFC 6901).', text('A pointer.')),
            jqPathExpressions: listOf('As jq paths.', text('A path.')),
          },
          { required: ['condition'] },
        ),
      ),
    }),
  },
  { required: ['type'] },
);

const conditionRules = listByKey(
  'Conditions computed from the object.',
  ['condition'],
  object(
    'A condition.',
    {
      type: oneOfTexts('The usual ones of the kind, or CEL.', ['WellKnownConditions', 'CEL']),
      condition: text('Its type.'),
      celExpressions: listOf('Expressions that must all be true.', text('An expression.')),
      message: text('Its message.'),
      messageExpression: text('An expression for its message.'),
    },
    {
      required: ['condition', 'type'],
      'x-kubernetes-validations': [
        {
          rule: `self.type != 'CEL' || self.condition != ""`,
          message: 'Condition is required for CEL rules',
        },
      ],
    },
  ),
);

/** What a ManifestWork says, also inside templates. */
export function workSpec(description: string): Schema {
  return object(description, {
    workload: object('What to apply.', {
      manifests: listOf(
        'The objects.',
        anyObject('An object.', { 'x-kubernetes-embedded-resource': true }),
      ),
    }),
    deleteOption,
    executor,
    manifestConfigs: listOf(
      'Settings of single objects.',
      object(
        'Settings of one object.',
        {
          resourceIdentifier,
          feedbackRules,
          feedbackScrapeType: oneOfTexts('Look now and then, or watch.', ['Poll', 'Watch'], {
            default: 'Poll',
          }),
          updateStrategy,
          conditionRules,
        },
        { required: ['resourceIdentifier'] },
      ),
    ),
  });
}

const statusFeedback = object('Values sent back.', {
  values: listByKey(
    'The values.',
    ['name'],
    object(
      'A value.',
      {
        name: text('What it is called.'),
        fieldValue: object(
          'The value, in the field of its type.',
          {
            type: oneOfTexts('Its type.', ['Integer', 'String', 'Boolean', 'JsonRaw']),
            integer: int64('An integer.'),
            string: text('A text.'),
            boolean: flag('True or false.'),
            jsonRaw: text('A list or an object as JSON text.', { maxLength: 1024 }),
          },
          { required: ['type'] },
        ),
      },
      { required: ['fieldValue', 'name'] },
    ),
  ),
});

const manifestWork: CustomKind = {
  kind: 'ManifestWork',
  columns: [
    conditionColumn('Applied', 'Applied'),
    conditionColumn('Available', 'Available'),
    ageColumn,
  ],
  schema: object('Objects to apply on one cluster.', {
    spec: workSpec('What to apply, and how.'),
    status: object('What became of it.', {
      conditions,
      resourceStatus: object('What became of the objects.', {
        manifests: listOf(
          'One entry for each object.',
          object(
            'What became of an object.',
            {
              conditions,
              resourceMeta: object(
                'Which object.',
                {
                  ordinal: int32('Its place in the work.'),
                  group,
                  version: text('API version.'),
                  kind: text('Kind.'),
                  resource,
                  name,
                  namespace,
                },
                { required: ['ordinal'] },
              ),
              statusFeedback,
            },
            { required: ['conditions', 'resourceMeta'] },
          ),
        ),
      }),
    }),
  }),
};

const appliedManifestWork: CustomKind = {
  kind: 'AppliedManifestWork',
  columns: [column('Work', '.spec.manifestWorkName'), ageColumn],
  schema: object('What an agent applied for a work, kept on the cluster.', {
    spec: object(
      'Which work.',
      {
        agentID: text('Which agent.'),
        hubHash: text('Hash of the address of the hub.'),
        manifestWorkName: text('Name of the work on the hub.'),
      },
      { required: ['hubHash', 'manifestWorkName'] },
    ),
    status: object('What was applied.', {
      appliedResources: listOf(
        'The objects.',
        object(
          'An object.',
          {
            group,
            version: text('API version.'),
            resource,
            name,
            namespace,
            uid: text('Its identity.'),
          },
          { required: ['name', 'resource', 'version'] },
        ),
      ),
      evictionStartTime: time('Since when its work is gone; the objects follow later.'),
    }),
  }),
};

const summary = object('How many works.', {
  desiredTotal: integer('There should be.'),
  total: integer('There are.'),
  applied: integer('Are applied.'),
  available: integer('Are available.'),
  progressing: integer('Are on the way.'),
  degraded: integer('Are degraded.'),
  updated: integer('Are up to date.'),
});
const manifestWorkReplicaSet: CustomKind = {
  kind: 'ManifestWorkReplicaSet',
  columns: [
    conditionColumn('Placement', 'PlacementVerified', 'reason'),
    conditionColumn('Found', 'PlacementVerified'),
    conditionColumn('ManifestWorks', 'ManifestworkApplied', 'reason'),
    conditionColumn('Applied', 'ManifestworkApplied'),
  ],
  schema: object('Works for all clusters of some placements.', {
    spec: object(
      'Which work, where, and how it spreads.',
      {
        manifestWorkTemplate: workSpec('The work of each cluster.'),
        cascadeDeletionPolicy: oneOfTexts(
          'Whether the set goes before its works or after them.',
          ['Background', 'Foreground'],
          { default: 'Background' },
        ),
        placementRefs: listOf(
          'The placements.',
          object(
            'A placement.',
            {
              name: text('Its name.', { minLength: 1 }),
              rolloutStrategy: rolloutStrategy({ type: 'All', all: { progressDeadline: 'None' } }),
            },
            { required: ['name'] },
          ),
          { minItems: 1 },
        ),
      },
      { required: ['cascadeDeletionPolicy', 'placementRefs'] },
    ),
    status: object('How far it is.', {
      conditions,
      summary,
      placementSummary: listOf(
        'The same for each placement.',
        object('A placement.', {
          name: text('Its name.'),
          availableDecisionGroups: text('How many of its decision groups are done.'),
          summary,
        }),
      ),
    }),
  }),
};

/** Schemas and columns of the work group. */
export const workSchemas: readonly CustomKind[] = [
  manifestWork,
  appliedManifestWork,
  manifestWorkReplicaSet,
];
