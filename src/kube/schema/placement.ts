import { ageColumn, type CustomKind, conditionColumn } from './custom-kind.ts';
import { patterns } from './patterns.ts';
import { int32, int64, intOrString, listOf, object, oneOfTexts, text, time } from './schema.ts';
import { claimSelector, conditions, labelSelector } from './shared.ts';

const selectors = {
  labelSelector: labelSelector('Labels of the cluster.'),
  claimSelector,
};

const predicates = listOf(
  'What a cluster must be; one of them is enough.',
  object('Requirements that must all hold.', {
    requiredClusterSelector: object('Requirements on a cluster.', {
      ...selectors,
      celSelector: object('Requirements as CEL expressions.', {
        celExpressions: listOf(
          'Expressions over `managedCluster` that must all be true.',
          text('An expression.'),
        ),
      }),
    }),
  }),
);

const prioritizerPolicy = object('Which clusters come first.', {
  mode: text('Exact: only the prioritizers listed. Additive: the default ones too.', {
    default: 'Additive',
  }),
  configurations: listOf(
    'Prioritizers and their weights.',
    object(
      'A prioritizer.',
      {
        scoreCoordinate: object(
          'Where its score comes from.',
          {
            type: oneOfTexts('From the hub or from an add-on.', ['BuiltIn', 'AddOn'], {
              default: 'BuiltIn',
            }),
            builtIn: text('Name of the prioritizer of the hub.'),
            addOn: object(
              'A score kept by an add-on.',
              {
                resourceName: text('Name of the AddOnPlacementScore.'),
                scoreName: text('Name of the score in it.'),
              },
              { required: ['resourceName', 'scoreName'] },
            ),
          },
          { required: ['type'] },
        ),
        weight: int32('How much it counts.', { default: 1, minimum: -10, maximum: 10 }),
      },
      { required: ['scoreCoordinate'] },
    ),
  ),
});

const spreadPolicy = object('How clusters are spread.', {
  spreadConstraints: listOf(
    'Constraints, the first is the most important.',
    object(
      'Spreads over the values of one label or claim.',
      {
        topologyKey: text('Name of the label or claim.', {
          maxLength: 316,
          pattern: patterns.topologyKey.source,
        }),
        topologyKeyType: oneOfTexts('Label or claim.', ['Label', 'Claim']),
        maxSkew: int32('How far two values may differ in clusters.', { default: 1, minimum: 1 }),
        whenUnsatisfiable: oneOfTexts(
          'What to do where it cannot be had.',
          ['DoNotSchedule', 'ScheduleAnyway'],
          { default: 'ScheduleAnyway' },
        ),
      },
      { required: ['topologyKey', 'topologyKeyType'] },
    ),
    { maxItems: 8 },
  ),
});

const tolerations = listOf(
  'Taints the placement puts up with.',
  object('A toleration.', {
    key: text('Name of the taint; without one every taint, with operator Exists.', {
      maxLength: 316,
      pattern: patterns.qualifiedName.source,
    }),
    operator: text('Exists or Equal.', { default: 'Equal' }),
    value: text('Value of the taint, for Equal.', { maxLength: 1024 }),
    effect: oneOfTexts('Effect of the taint; without one every effect.', [
      'NoSelect',
      'PreferNoSelect',
      'NoSelectIfNew',
    ]),
    tolerationSeconds: int64('For how long; without a number for ever.'),
  }),
);

const decisionStrategy = object('How decisions are divided.', {
  groupStrategy: object('How decisions are divided into groups.', {
    decisionGroups: listOf(
      'Groups by selector, in order; the rest follows.',
      object(
        'A group.',
        {
          groupName: text('Its name, a label of its decisions.', {
            pattern: patterns.groupName.source,
          }),
          groupClusterSelector: object('Which of the selected clusters.', selectors),
        },
        { required: ['groupClusterSelector', 'groupName'] },
      ),
    ),
    clustersPerDecisionGroup: intOrString('The size of a group: a number or a percentage.', {
      default: '100%',
      pattern: patterns.clustersPerGroup.source,
    }),
  }),
});

/** Schema and columns of Placement. */
export const placementSchema: CustomKind = {
  kind: 'Placement',
  columns: [
    conditionColumn('Succeeded', 'PlacementSatisfied'),
    conditionColumn('Reason', 'PlacementSatisfied', 'reason'),
    {
      name: 'SelectedClusters',
      type: 'integer',
      jsonPath: '.status.numberOfSelectedClusters',
    },
    ageColumn,
  ],
  schema: object(
    'Selects clusters of the sets bound to its namespace.',
    {
      spec: object('Which clusters, how many, which first.', {
        clusterSets: listOf('Sets to select from; without any all bound ones.', text('A set.')),
        numberOfClusters: int32('How many; without a number all that qualify.'),
        predicates,
        prioritizerPolicy,
        spreadPolicy,
        tolerations,
        decisionStrategy,
        sortBy: oneOfTexts('The order of the decisions.', ['ClusterName', 'Score'], {
          default: 'ClusterName',
        }),
        scoreRateLimit: text('How often a change of scores alone may change decisions.', {
          default: '1m',
          pattern: patterns.shortDuration.source,
        }),
      }),
      status: object('What was selected.', {
        conditions,
        numberOfSelectedClusters: int32('How many clusters are selected.'),
        lastScoreUpdateTime: time('When scores last changed the decisions.'),
        decisionGroups: listOf(
          'The groups.',
          object('A group.', {
            decisionGroupIndex: int32('Its index.'),
            decisionGroupName: text('Its name.'),
            decisions: listOf('Its PlacementDecisions.', text('A name.')),
            clusterCount: int32('How many clusters it has.', { default: 0 }),
          }),
        ),
      }),
    },
    { required: ['spec'] },
  ),
};
