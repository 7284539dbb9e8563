import { clusterConditions } from '../ocm/cluster.ts';
import { ageColumn, type CustomKind, column, conditionColumn } from './custom-kind.ts';
import { patterns } from './patterns.ts';
import { flag, int32, int64, listByKey, listOf, object, oneOfTexts, text, time } from './schema.ts';
import { conditionList, conditions, labelSelector, quantities } from './shared.ts';

const taintEffects = ['NoSelect', 'PreferNoSelect', 'NoSelectIfNew'];
const taint = object(
  'Keeps placements that do not tolerate it away from the cluster.',
  {
    key: text('Name of the taint.', {
      maxLength: 316,
      pattern: patterns.qualifiedName.source,
    }),
    value: text('Value of the taint.', { maxLength: 1024 }),
    effect: oneOfTexts('What it does to placements.', taintEffects),
    timeAdded: time('Since when.', { nullable: true }),
  },
  { required: ['effect', 'key'] },
);
const namespaceName = text('Name of the namespace.', {
  maxLength: 63,
  pattern: patterns.dnsLabel.source,
});

const managedCluster: CustomKind = {
  kind: 'ManagedCluster',
  columns: [
    { name: 'Hub Accepted', type: 'boolean', jsonPath: '.spec.hubAcceptsClient' },
    column('Managed Cluster URLs', '.spec.managedClusterClientConfigs[*].url'),
    conditionColumn('Joined', clusterConditions.joined),
    conditionColumn('Available', clusterConditions.available),
    ageColumn,
  ],
  schema: object('A cluster known to the hub.', {
    spec: object('What the hub wants of the cluster.', {
      hubAcceptsClient: flag('Whether the hub lets the agent of the cluster in.'),
      leaseDurationSeconds: int32('Seconds between two heartbeats of the agent.', { default: 60 }),
      managedClusterClientConfigs: listOf(
        'How to reach the API server of the cluster.',
        object(
          'An address.',
          {
            url: text('URL of the API server.'),
            caBundle: text('Certificate authorities, PEM.', { format: 'byte' }),
          },
          { required: ['url'] },
        ),
      ),
      taints: listOf('Taints of the cluster.', taint),
    }),
    status: object('What is known of the cluster.', {
      conditions,
      capacity: quantities('All resources of the cluster.'),
      allocatable: quantities('Resources that workloads can have.'),
      version: object('Versions found on the cluster.', {
        kubernetes: text('Version of Kubernetes.'),
      }),
      clusterClaims: listOf(
        'What the cluster claims about itself.',
        object('A claim.', {
          name: text('Name of the claim.', { minLength: 1, maxLength: 253 }),
          value: text('Its value.', { minLength: 1, maxLength: 1024 }),
        }),
      ),
      managedNamespaces: listByKey(
        'Namespaces that sets manage on the cluster.',
        ['clusterSet', 'name'],
        object(
          'A namespace.',
          { clusterSet: text('The set it comes from.'), name: namespaceName, conditions },
          { required: ['clusterSet', 'name'] },
        ),
      ),
    }),
  }),
};

const exclusive = 'ExclusiveClusterSetLabel';
const managedClusterSet: CustomKind = {
  kind: 'ManagedClusterSet',
  columns: [conditionColumn('Empty', 'ClusterSetEmpty'), ageColumn],
  schema: object('A set of clusters.', {
    spec: object(
      'Which clusters belong to the set.',
      {
        clusterSelector: object(
          'How clusters are found.',
          {
            selectorType: oneOfTexts(
              'By the exclusive label of the set, or by a label selector.',
              [exclusive, 'LabelSelector'],
              { default: exclusive },
            ),
            labelSelector: labelSelector('Labels of the clusters, for type LabelSelector.'),
          },
          { required: ['selectorType'], default: { selectorType: exclusive } },
        ),
        managedNamespaces: listByKey(
          'Namespaces to manage on the clusters of the set.',
          ['name'],
          object('A namespace.', { name: namespaceName }, { required: ['name'] }),
        ),
      },
      { default: { clusterSelector: { selectorType: exclusive } } },
    ),
    status: object('What is known of the set.', { conditions: conditionList }),
  }),
};

const managedClusterSetBinding: CustomKind = {
  kind: 'ManagedClusterSetBinding',
  columns: [
    column('Cluster Set', '.spec.clusterSet'),
    conditionColumn('Bound', 'Bound'),
    ageColumn,
  ],
  schema: object('Lets the placements of its namespace select from a set.', {
    spec: object('Which set.', {
      clusterSet: text('Name of the set and of the binding.', { minLength: 1 }),
    }),
    status: object('Whether the set is bound.', { conditions: conditionList }),
  }),
};

const addOnPlacementScore: CustomKind = {
  kind: 'AddOnPlacementScore',
  columns: [{ ...column('Valid until', '.status.validUntil') }, ageColumn],
  schema: object('Scores of a cluster, for placements to prefer by.', {
    status: object('The scores.', {
      conditions,
      scores: listByKey(
        'Scores by name.',
        ['name'],
        object(
          'A score.',
          {
            name: text('Name of the score.'),
            value: int32('The higher the better.', { minimum: -100, maximum: 100 }),
          },
          { required: ['name', 'value'] },
        ),
      ),
      validUntil: time('After this the scores count no more.'),
    }),
  }),
};

const clusterClaim: CustomKind = {
  kind: 'ClusterClaim',
  columns: [column('Value', '.spec.value'), ageColumn],
  schema: object('A fact a cluster claims about itself.', {
    spec: object('The claim.', {
      value: text('Its value.', { minLength: 1, maxLength: 1024 }),
    }),
  }),
};

const placementDecision: CustomKind = {
  kind: 'PlacementDecision',
  columns: [
    column('Placement', '.metadata.labels.cluster\\.open-cluster-management\\.io/placement'),
    ageColumn,
  ],
  schema: object('Clusters that a placement selected.', {
    status: object(
      'The decisions.',
      {
        decisions: listOf(
          'At most 100 clusters.',
          object(
            'A cluster.',
            {
              clusterName: text('Its name.'),
              reason: text('Why it was selected.'),
              score: int64('What the prioritizers gave it.'),
            },
            { required: ['clusterName', 'reason'] },
          ),
        ),
      },
      { required: ['decisions'] },
    ),
  }),
};

/** Schemas and columns of the cluster group, placements excepted. */
export const clusterSchemas: readonly CustomKind[] = [
  managedCluster,
  managedClusterSet,
  managedClusterSetBinding,
  placementDecision,
  addOnPlacementScore,
  clusterClaim,
];
