import { ageColumn, type CustomKind, column } from './custom-kind.ts';
import { patterns } from './patterns.ts';
import { anyObject, flag, listOf, object, oneOfTexts, type Schema, text, time } from './schema.ts';

const compliances = ['Compliant', 'Pending', 'NonCompliant'];
const compliant = oneOfTexts('Whether the cluster is as the policy says.', compliances);
export const remediations = ['Inform', 'inform', 'Enforce', 'enforce'];
export const complianceColumn = column('Compliance state', '.status.compliant');

const dependency = object(
  'A policy that must be in some state first.',
  {
    apiVersion: text('Its API version.'),
    kind: text('Its kind.'),
    name: text('Its name.'),
    namespace: text('Its namespace.'),
    compliance: oneOfTexts('The state.', compliances),
  },
  {
    required: ['apiVersion', 'kind', 'name', 'compliance'],
    // Policies made by the agent have no namespace one could name.
    oneOf: [
      {
        properties: {
          kind: { enum: ['CertificatePolicy', 'ConfigurationPolicy'] },
          namespace: { maxLength: 0 },
        },
      },
      { not: { properties: { kind: { pattern: patterns.innerPolicyKind.source } } } },
    ],
  },
);

const policySpec = object(
  'What to send to clusters.',
  {
    disabled: flag('Take the policy off all clusters.'),
    remediationAction: oneOfTexts(
      'Report or mend; stands above what the templates say.',
      remediations,
    ),
    copyPolicyMetadata: flag('Copy labels and annotations to the clusters; true where absent.'),
    dependencies: listOf('What must be so before all templates.', dependency),
    hubTemplateOptions: object('Settings of hub templates.', {
      serviceAccountName: text('With whose rights hub templates look things up.'),
    }),
    'policy-templates': listOf(
      'The policies.',
      object(
        'A policy of an engine.',
        {
          objectDefinition: anyObject('The object to create on the cluster.'),
          extraDependencies: listOf('What must be so before this template.', dependency),
          ignorePending: flag('Let it be pending without the whole being so.'),
        },
        { required: ['objectDefinition'] },
      ),
    ),
  },
  { required: ['disabled', 'policy-templates'] },
);

const policyStatus = object('What clusters report.', {
  compliant,
  details: listOf(
    'One entry for each template; on copies for a cluster.',
    object('A template.', {
      compliant,
      templateMeta: anyObject('Name of the object.'),
      history: listOf(
        'What was reported lately.',
        object('A report.', {
          eventName: text('The event it came with.'),
          lastTimestamp: time('When.'),
          message: text('What.'),
        }),
      ),
    }),
  ),
  placement: listOf(
    'Placements the policy is bound to; on the root policy.',
    object('A placement.', {
      placement: text('Its name.'),
      placementBinding: text('The binding.'),
      placementRule: text('The placement rule, in old bindings.'),
      policySet: text('The set through which it is bound.'),
      decisions: listOf(
        'Its clusters.',
        object('A cluster.', {
          clusterName: text('Its name.'),
          clusterNamespace: text('Its namespace.'),
        }),
      ),
      exclusions: listOf(
        'Clusters left out.',
        object('A cluster.', { clusterName: text('Its name.') }),
      ),
    }),
  ),
  status: listOf(
    'One entry for each cluster; on the root policy.',
    object('A cluster.', {
      clustername: text('Its name.'),
      clusternamespace: text('Its namespace.'),
      compliant,
      remainingBindings: listOf(
        'Bindings that place an excluded policy after all.',
        object('A binding.', { placementBinding: text('Its name.') }),
      ),
    }),
  ),
});

const policy: CustomKind = {
  kind: 'Policy',
  columns: [column('Remediation action', '.spec.remediationAction'), complianceColumn, ageColumn],
  schema: object(
    'Policies of an engine, for delivery to clusters.',
    { spec: policySpec, status: policyStatus },
    { required: ['metadata', 'spec'] },
  ),
};

const clusterGroup = 'cluster.open-cluster-management.io';
const appsGroup = 'apps.open-cluster-management.io';
const referenceName = text('Its name.', { minLength: 1 });
const references = (apiGroup: string, kind: string): Schema => ({
  properties: { apiGroup: { enum: [apiGroup] }, kind: { enum: [kind] } },
});
const placementBinding: CustomKind = {
  kind: 'PlacementBinding',
  columns: [column('Placement', '.placementRef.name'), ageColumn],
  schema: object(
    'Binds policies to a placement.',
    {
      placementRef: object(
        'The placement.',
        {
          apiGroup: oneOfTexts('Its API group.', [appsGroup, clusterGroup], { minLength: 1 }),
          kind: oneOfTexts('Its kind.', ['PlacementRule', 'Placement'], { minLength: 1 }),
          name: referenceName,
        },
        {
          required: ['apiGroup', 'kind', 'name'],
          oneOf: [references(clusterGroup, 'Placement'), references(appsGroup, 'PlacementRule')],
        },
      ),
      subjects: listOf(
        'What is bound.',
        object(
          'A policy or a set of policies.',
          {
            apiGroup: oneOfTexts('Its API group.', ['policy.open-cluster-management.io'], {
              minLength: 1,
            }),
            kind: oneOfTexts('Its kind.', ['Policy', 'PolicySet'], { minLength: 1 }),
            name: referenceName,
          },
          { required: ['apiGroup', 'kind', 'name'] },
        ),
        { minItems: 1 },
      ),
      bindingOverrides: object('What is different on these clusters.', {
        remediationAction: oneOfTexts('Mend there.', ['Enforce', 'enforce']),
      }),
      subFilter: oneOfTexts('Only override, do not place.', ['restricted']),
      status: { type: 'object', description: 'Nothing is reported.' },
    },
    { required: ['placementRef', 'subjects'] },
  ),
};

const nonEmpty = text('A name.', { minLength: 1 });
const policySet: CustomKind = {
  kind: 'PolicySet',
  columns: [complianceColumn, ageColumn],
  schema: object(
    'Policies that are bound together.',
    {
      spec: object(
        'Which policies.',
        {
          description: text('What the set is for.'),
          policies: listOf('Their names.', nonEmpty),
          exclusions: listOf(
            'Policies left out on some clusters.',
            object(
              'A policy.',
              {
                policyName: nonEmpty,
                clusterNames: listOf('The clusters.', nonEmpty, { minItems: 1 }),
                reason: text('Why.'),
              },
              { required: ['clusterNames', 'policyName'] },
            ),
          ),
        },
        { required: ['policies'] },
      ),
      status: object('What clusters report.', {
        compliant,
        statusMessage: text('What is amiss.'),
        exclusions: listOf(
          'What was left out.',
          object(
            'A policy.',
            {
              policyName: nonEmpty,
              clusters: listOf('The clusters.', nonEmpty, { minItems: 1 }),
            },
            { required: ['clusters', 'policyName'] },
          ),
        ),
        placement: listOf(
          'Placements the set is bound to.',
          object('A placement.', {
            placement: text('Its name.'),
            placementBinding: text('The binding.'),
            placementRule: text('The placement rule, in old bindings.'),
          }),
        ),
      }),
    },
    { required: ['spec'] },
  ),
};

/** Schemas and columns of the policy group, ConfigurationPolicy excepted. */
export const policySchemas: readonly CustomKind[] = [policy, placementBinding, policySet];
