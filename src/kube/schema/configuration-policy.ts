import type { CustomKind } from './custom-kind.ts';
import { patterns } from './patterns.ts';
import { complianceColumn, remediations } from './policy.ts';
import { anyObject, flag, int64, listOf, object, oneOfTexts, text, time } from './schema.ts';
import { labelSelector, matchExpressions, matchLabels } from './shared.ts';

const compliances = ['Compliant', 'Pending', 'NonCompliant', 'Terminating'];
const spellings = (type: string) => [
  `Must${type}`,
  `Must${type.toLowerCase()}`,
  `must${type.toLowerCase()}`,
];
const musthave = [...spellings('Have'), ...spellings('OnlyHave')];
const filePattern = text('A name, or a pattern as of file names.', { minLength: 1 });
const interval = (description: string) =>
  text(description, { pattern: patterns.evaluationInterval.source });

const namespaceSelector = object(
  'Namespaces in which to look, where an object names none.',
  {
    include: listOf('Names to look in.', filePattern),
    exclude: listOf('Names to leave out.', filePattern),
    matchLabels,
    matchExpressions,
    terminatingInclusion: oneOfTexts(
      'Whether namespaces that are going away count.',
      ['IfMatch', 'Never', 'Default'],
      { default: 'Default' },
    ),
  },
  { 'x-kubernetes-map-type': 'atomic' },
);

const objectTemplate = object(
  'An object, or a kind of objects.',
  {
    complianceType: oneOfTexts('Must it be, be exactly so, or not be.', [
      ...musthave,
      ...spellings('NotHave'),
    ]),
    metadataComplianceType: oneOfTexts('The same for labels and annotations.', musthave),
    objectDefinition: anyObject('The fields that count.'),
    objectSelector: labelSelector('Labels of the objects, where the definition has no name.'),
    recordDiff: oneOfTexts('Where differences go.', ['Log', 'InStatus', 'None']),
    recreateOption: oneOfTexts(
      'Whether an object may be deleted and created anew.',
      ['None', 'IfRequired', 'Always'],
      { default: 'None' },
    ),
  },
  { required: ['complianceType', 'objectDefinition'] },
);

const spec = object(
  'Which objects, and what to do about them.',
  {
    remediationAction: oneOfTexts('Report or mend.', remediations, { default: 'inform' }),
    severity: oneOfTexts('How bad a violation is.', [
      'low',
      'Low',
      'medium',
      'Medium',
      'high',
      'High',
      'critical',
      'Critical',
    ]),
    namespaceSelector,
    'object-templates': listOf('The objects.', objectTemplate),
    'object-templates-raw': text('The objects as a Go template of YAML.'),
    pruneObjectBehavior: oneOfTexts(
      'What happens to the objects when the policy goes.',
      ['DeleteAll', 'DeleteIfCreated', 'None'],
      { default: 'None' },
    ),
    evaluationInterval: object('How often to look; a duration, never or watch.', {
      compliant: interval('While compliant.'),
      noncompliant: interval('While not compliant.'),
    }),
    customMessage: object('Go templates of the messages.', {
      compliant: text('While compliant.'),
      noncompliant: text('While not compliant.'),
    }),
  },
  {
    required: ['remediationAction'],
    oneOf: [{ required: ['object-templates'] }, { required: ['object-templates-raw'] }],
  },
);

const status = object('What was found.', {
  compliant: oneOfTexts('Whether the cluster is as the policy says.', compliances),
  compliancyDetails: listOf(
    'One entry for each object template.',
    object('An object template.', {
      Compliant: oneOfTexts('Whether it holds.', compliances),
      Validity: object('Whether it can be evaluated.', {
        valid: flag('Whether it can.'),
        reason: text('Why not.'),
      }),
      conditions: listOf(
        'What was found.',
        object(
          'A finding.',
          {
            type: text('violation or notification.'),
            status: text('Whether it holds.'),
            reason: text('In one word.'),
            message: text('In words.'),
            lastTransitionTime: time('Since when.'),
          },
          { required: ['type'] },
        ),
      ),
    }),
  ),
  relatedObjects: listOf(
    'Objects it looked at.',
    object('An object.', {
      compliant: text('Whether it is as it should be.'),
      reason: text('Why or why not.'),
      object: object('Which object.', {
        apiVersion: text('Its API version.'),
        kind: text('Its kind.'),
        metadata: object('Its name.', {
          name: text('Its name.'),
          namespace: text('Its namespace.'),
        }),
      }),
      properties: object('More about it.', {
        createdByPolicy: flag('Whether the policy created it.'),
        diff: text('What differed.'),
        matchesAfterDryRun: flag('Whether a dry run made it match.'),
        uid: text('Its identity.'),
      }),
    }),
  ),
  history: listOf(
    'What was reported lately.',
    object('A report.', { lastTimestamp: time('When.'), message: text('What.') }),
  ),
  lastEvaluated: text('When it last looked.'),
  lastEvaluatedGeneration: int64('At which generation of the policy.'),
});

/** Schema and columns of ConfigurationPolicy. */
export const configurationPolicySchema: CustomKind = {
  kind: 'ConfigurationPolicy',
  columns: [complianceColumn],
  labels: { 'policy.open-cluster-management.io/policy-type': 'template' },
  schema: object(
    'Objects that must or must not be on the cluster.',
    { spec, status },
    { required: ['spec'] },
  ),
};
