import { ageColumn, type CustomKind, column, conditionColumn } from './custom-kind.ts';
import { patterns } from './patterns.ts';
import {
  int64,
  listByKey,
  listOf,
  mapOf,
  object,
  oneOfTexts,
  type Schema,
  text,
} from './schema.ts';
import { conditions, quantities, rolloutStrategy } from './shared.ts';

const group = text('API group of the configuration.', { default: '' });
const resource = text('Plural of its kind.', { minLength: 1 });
const name = text('Name of the configuration.', { minLength: 1 });
const namespace = text('Namespace of the configuration, where it has one.');

const configs = listOf(
  'Configurations of the add-on.',
  object(
    'A configuration.',
    { group, resource, name, namespace },
    { required: ['name', 'resource'] },
  ),
);
const specHash = (description: string): Schema =>
  object(
    description,
    { name, namespace, specHash: text('Hash of its spec.') },
    { required: ['name'] },
  );
const addOnConfiguration = object('The older form of configuration.', {
  crdName: text('Kind of the configuration.'),
  crName: text('Name of the configuration.'),
  lastObservedGeneration: int64('The generation seen last.'),
});
const addOnMeta = object('What people read.', {
  displayName: text('Name for people.'),
  description: text('What the add-on does.'),
});

const clusterManagementAddOn: CustomKind = {
  kind: 'ClusterManagementAddOn',
  columns: [
    column('DISPLAY NAME', '.spec.addOnMeta.displayName'),
    column('CRD NAME', '.spec.addOnConfiguration.crdName'),
  ],
  schema: object(
    'An add-on, and where it is installed.',
    {
      spec: object('The add-on.', {
        addOnMeta,
        addOnConfiguration,
        supportedConfigs: listByKey(
          'Kinds of configuration it understands.',
          ['group', 'resource'],
          object(
            'A kind.',
            {
              group,
              resource,
              defaultConfig: object(
                'The configuration where no other is named.',
                { name, namespace },
                { required: ['name'] },
              ),
            },
            { required: ['resource'] },
          ),
        ),
        installStrategy: object(
          'Where it is installed.',
          {
            type: oneOfTexts(
              'By hand, or on the clusters of placements.',
              ['Manual', 'Placements'],
              {
                default: 'Manual',
              },
            ),
            placements: listByKey(
              'The placements; later ones win.',
              ['namespace', 'name'],
              object(
                'A placement.',
                {
                  name: text('Its name.', { minLength: 1 }),
                  namespace: text('Its namespace.', { minLength: 1 }),
                  configs,
                  rolloutStrategy: rolloutStrategy({ type: 'All' }),
                },
                { required: ['name', 'namespace'] },
              ),
            ),
          },
          { default: { type: 'Manual' } },
        ),
      }),
      status: object('How far it is.', {
        defaultconfigReferences: listOf(
          'Default configurations.',
          object(
            'A configuration.',
            { group, resource, desiredConfig: specHash('What it should be.') },
            { required: ['resource'] },
          ),
        ),
        installProgressions: listOf(
          'One entry for each placement.',
          object(
            'A placement.',
            {
              name: text('Its name.', { minLength: 1 }),
              namespace: text('Its namespace.', { minLength: 1 }),
              conditions,
              configReferences: listOf(
                'Its configurations.',
                object(
                  'A configuration.',
                  {
                    group,
                    resource,
                    desiredConfig: specHash('What it should be.'),
                    lastAppliedConfig: specHash('What was applied last.'),
                    lastKnownGoodConfig: specHash('What last reached all clusters.'),
                  },
                  { required: ['resource'] },
                ),
              ),
            },
            { required: ['name', 'namespace'] },
          ),
        ),
      }),
    },
    { required: ['spec'] },
  ),
};

const registrations = listOf(
  'How the agent of the add-on registers with the hub.',
  object(
    'A registration.',
    {
      signerName: text('The signer of its certificate.', {
        minLength: 5,
        maxLength: 571,
        pattern: patterns.signerName.source,
      }),
      subject: object('Who it is.', {
        user: text('User.'),
        groups: listOf('Groups.', text('A group.')),
        organizationUnit: listOf('Organization units.', text('A unit.')),
      }),
    },
    { required: ['signerName'] },
  ),
);

const managedClusterAddOn: CustomKind = {
  kind: 'ManagedClusterAddOn',
  columns: [
    conditionColumn('Available', 'Available'),
    conditionColumn('Degraded', 'Degraded'),
    conditionColumn('Progressing', 'Progressing'),
  ],
  schema: object(
    'An add-on on one cluster.',
    {
      spec: object('Where on the cluster, and how configured.', {
        installNamespace: text('Namespace on the cluster.', {
          default: 'open-cluster-management-agent-addon',
          maxLength: 63,
          pattern: patterns.dnsLabel.source,
        }),
        configs,
      }),
      status: object('How it does.', {
        conditions,
        addOnMeta,
        addOnConfiguration,
        namespace: text('Namespace of its lease and its credentials on the cluster.'),
        healthCheck: object('How its health is known.', {
          mode: oneOfTexts('By a lease, or by the add-on.', ['Lease', 'Customized'], {
            default: 'Lease',
          }),
        }),
        kubeClientDriver: oneOfTexts('How its agent authenticates.', ['csr', 'token']),
        registrations,
        relatedObjects: listOf(
          'Objects that belong to it.',
          object(
            'An object.',
            {
              group: text('Its API group.'),
              resource: text('Plural of its kind.'),
              name: text('Its name.'),
              namespace: text('Its namespace.'),
            },
            { required: ['group', 'name', 'resource'] },
          ),
        ),
        supportedConfigs: listByKey(
          'Kinds of configuration it understands.',
          ['group', 'resource'],
          object('A kind.', { group, resource }, { required: ['resource'] }),
        ),
        configReferences: listOf(
          'Its configurations.',
          object(
            'A configuration.',
            {
              group,
              resource,
              name,
              namespace,
              desiredConfig: specHash('What it should be.'),
              lastAppliedConfig: specHash('What was applied last.'),
              lastObservedGeneration: int64('The generation seen last.'),
            },
            { required: ['name', 'resource'] },
          ),
        ),
      }),
    },
    { required: ['spec'] },
  ),
};

const resources = object('Resources of the containers.', {
  claims: listByKey(
    'Claims of devices.',
    ['name'],
    object(
      'A claim.',
      { name: text('Its name.'), request: text('The request in it.') },
      { required: ['name'] },
    ),
  ),
  limits: quantities('At most.'),
  requests: quantities('At least.'),
});

const addOnDeploymentConfig: CustomKind = {
  kind: 'AddOnDeploymentConfig',
  columns: [ageColumn],
  schema: object(
    'Settings of the deployments of an add-on.',
    {
      spec: object('The settings.', {
        agentInstallNamespace: text('Namespace on the cluster; empty: as the template says.', {
          default: 'open-cluster-management-agent-addon',
          maxLength: 63,
          pattern: patterns.dnsLabelOrEmpty.source,
        }),
        customizedVariables: listByKey(
          'Variables for the templates of the add-on.',
          ['name'],
          object(
            'A variable.',
            {
              name: text('Its name.', { maxLength: 255, pattern: patterns.variableName.source }),
              value: text('Its value.', { maxLength: 1024 }),
            },
            { required: ['name'] },
          ),
        ),
        nodePlacement: object('On which nodes.', {
          nodeSelector: mapOf('Labels of the nodes.', text('A value.')),
          tolerations: listOf(
            'Taints of nodes to put up with.',
            object('A toleration.', {
              key: text('Name of the taint.'),
              operator: text('Exists or Equal.'),
              value: text('Value of the taint.'),
              effect: text('Effect of the taint.'),
              tolerationSeconds: int64('For how long.'),
            }),
          ),
        }),
        proxyConfig: object('Proxies.', {
          httpProxy: text('For HTTP.'),
          httpsProxy: text('For HTTPS.'),
          noProxy: text('Where to go without.'),
          caBundle: text('Certificate authorities of the proxy, PEM.', { format: 'byte' }),
        }),
        registries: listOf(
          'Where images are found instead.',
          object(
            'A mirror.',
            {
              source: text('The registry named; empty: every one.'),
              mirror: text('The registry to use.'),
            },
            { required: ['mirror'] },
          ),
        ),
        resourceRequirements: listByKey(
          'Resources of containers; later ones win.',
          ['containerID'],
          object(
            'Some containers.',
            {
              containerID: text('Which: <resource>:<name>:<container>.', {
                pattern: patterns.containerId.source,
              }),
              resources,
            },
            { required: ['containerID', 'resources'] },
          ),
        ),
      }),
    },
    { required: ['spec'] },
  ),
};

/** Schemas and columns of the add-on group. */
export const addonSchemas: readonly CustomKind[] = [
  clusterManagementAddOn,
  managedClusterAddOn,
  addOnDeploymentConfig,
];
