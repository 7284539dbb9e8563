/** Where an attribute of a cluster may come from, and how its key is written. */
export const fleetSources = {
  label: 'a label of the cluster: `from label "environment"`',
  claim: 'a claim of the cluster: `from claim "region.open-cluster-management.io"`',
  annotation: 'an annotation of the cluster: `from annotation "acme.io/owner"`',
  condition:
    'a condition of the cluster: `from condition "ManagedClusterConditionAvailable"`; its type is `condition`',
  score: 'a score of an add-on: `from score "resource-usage/cpuAvailable"`; its type is `score`',
  addon: 'whether an add-on is available: `from addon "metrics"`; its type is `condition`',
  field: 'a field of the ManagedCluster: `from field "status.version.kubernetes"`',
} as const;
export type FleetSource = keyof typeof fleetSources;

/** Types of attributes that are read from text (labels, claims, annotations). */
export const textTypes = [
  'string',
  'bool',
  'int',
  'float',
  'quantity',
  'duration',
  'percent',
  'version',
  'time',
  'score',
  'cidr',
] as const;

/** What every cluster has (Rule 37); attributes may not take these names. */
export const clusterMembers = {
  name: { type: 'string', doc: 'Name of the ManagedCluster.' },
  created: { type: 'time', doc: 'When the ManagedCluster was created.' },
  labels: { type: '{ *: string }', doc: 'Its labels.' },
  claims: { type: '{ *: string }', doc: 'Its claims.' },
  annotations: { type: '{ *: string }', doc: 'Its annotations.' },
  capacity: { type: '{ *: quantity }', doc: 'What it has of each resource.' },
  allocatable: { type: '{ *: quantity }', doc: 'What it can give of each resource.' },
  taints: {
    type: '[{ key: string, value?: string, effect: NoSelect | PreferNoSelect | NoSelectIfNew, since: time }]',
    doc: 'Its taints.',
  },
  conditions: { type: '{ *: condition }', doc: 'Its conditions.' },
  addons: { type: '{ *: condition }', doc: 'Whether its add-ons are available.' },
  sets: { type: '[ClusterSet]', doc: 'The sets it belongs to.' },
  scores: { type: '{ *: score }', doc: 'Scores of add-ons, by `resource/name`.' },
} as const;
export type ClusterMember = keyof typeof clusterMembers;
