import type { Json } from '../../../base/json.ts';
import { schedulingDisabled } from '../../../ir/lower/placement.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { agentAnnotationPrefix, agentPrefix } from '../../../kube/ocm/registration.ts';

const apiVersion = 'admissionregistration.k8s.io/v1';

/**
 * What an API server that is not ours is to refuse of Placements: what kills upstream's scheduler, makes it flip for
 * ever or empties decisions (placement.md §19). Selectors and CEL it cannot judge; those get a condition.
 */
export function placementAdmissionObjects(): readonly KubeObject[] {
  return admissionObjects({
    name: 'placements.ocmlang.dev',
    resources: 'placements',
    version: 'v1beta1',
    operations: ['CREATE', 'UPDATE'],
    // What is there already may stay, as long as nobody changes what it says.
    when: 'oldObject == null || object.spec != oldObject.spec',
    variables,
    validations,
  });
}

/** What agents are not to change about their clusters: what the hub says of them (`trust: hub`). */
export function agentAdmissionObjects(): readonly KubeObject[] {
  return admissionObjects({
    name: 'agents.ocmlang.dev',
    resources: 'managedclusters',
    version: 'v1',
    operations: ['UPDATE'],
    when: `request.userInfo.username.startsWith('${agentPrefix}')`,
    variables: [],
    validations: [
      [
        'object.metadata.?labels.orValue({}) == oldObject.metadata.?labels.orValue({})',
        'an agent may not change the labels of its cluster',
      ],
      [
        'object.spec.?taints.orValue([]) == oldObject.spec.?taints.orValue([])',
        'an agent may not change the taints of its cluster',
      ],
      ...['object', 'oldObject'].map((one): readonly [string, string] => {
        const other = one === 'object' ? 'oldObject' : 'object';
        return [
          `${one}.metadata.?annotations.orValue({}).all(k, k.startsWith('${agentAnnotationPrefix}') || ${one}.metadata.annotations[k] == ${other}.metadata.?annotations[?k].orValue(''))`,
          `an agent may change annotations with the prefix ${agentAnnotationPrefix} only`,
        ];
      }),
    ],
  });
}

type Texts = readonly (readonly [string, string])[];

interface Rule {
  readonly name: string;
  readonly resources: string;
  readonly version: string;
  readonly operations: readonly string[];
  /** Whether a write is looked at. */
  readonly when: string;
  /** Names and expressions. */
  readonly variables: Texts;
  /** Expressions and messages. */
  readonly validations: Texts;
}

function admissionObjects(rule: Rule): readonly KubeObject[] {
  const { name, resources, version, operations } = rule;
  const apiGroups = ['cluster.open-cluster-management.io'];
  const policy: KubeObject = {
    apiVersion,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          {
            apiGroups,
            apiVersions: [version],
            operations: [...operations],
            resources: [resources],
          },
        ],
      },
      matchConditions: [{ name: 'when', expression: rule.when }],
      variables: rule.variables.map(([of, expression]) => ({ name: of, expression })),
      validations: rule.validations.map(([expression, message]) => ({ expression, message })),
    } satisfies Json,
  };
  const binding: KubeObject = {
    apiVersion,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] } satisfies Json,
  };
  return [policy, binding];
}

const variables: Texts = [
  // Upstream's scheduler leaves these alone, and our engine knows more prioritizers.
  ['byOurs', `object.metadata.?annotations[?'${schedulingDisabled}'].orValue('') == 'true'`],
  [
    'scores',
    'object.spec.?prioritizerPolicy.?configurations.orValue([]).filter(c, c.?weight.orValue(1) != 0)',
  ],
  [
    'builtIns',
    "variables.scores.filter(c, c.scoreCoordinate.?type.orValue('BuiltIn') == 'BuiltIn')",
  ],
  ['addOns', "variables.scores.filter(c, c.scoreCoordinate.?type.orValue('BuiltIn') == 'AddOn')"],
  ['tolerations', 'object.spec.?tolerations.orValue([])'],
  [
    'size',
    "object.spec.?decisionStrategy.?groupStrategy.?clustersPerDecisionGroup.orValue('100%')",
  ],
];

const known = "['Balance', 'Steady', 'ResourceAllocatableCPU', 'ResourceAllocatableMemory']";

const validations: Texts = [
  ['size(object.metadata.name) <= 63', 'the name may have at most 63 characters'],
  ['object.spec.?numberOfClusters.orValue(0) >= 0', 'numberOfClusters may not be negative'],
  [
    "object.spec.?prioritizerPolicy.?mode.orValue('') in ['', 'Additive', 'Exact']",
    'the mode of prioritizerPolicy is Additive or Exact',
  ],
  [
    `variables.byOurs || variables.builtIns.all(c, c.scoreCoordinate.?builtIn.orValue('') in ${known})`,
    `a built-in prioritizer is one of ${known.slice(1, -1).replaceAll("'", '')}`,
  ],
  [
    "variables.builtIns.all(c, c.scoreCoordinate.?builtIn.orValue('') != 'Steady' || c.?weight.orValue(1) > 0)",
    'the weight of Steady may not be negative: decisions would flip for ever',
  ],
  [
    'variables.addOns.all(c, has(c.scoreCoordinate.addOn))',
    'a prioritizer of type AddOn names its score in addOn',
  ],
  [
    'variables.addOns.all(c, !has(c.scoreCoordinate.addOn) || variables.addOns.exists_one(d, has(d.scoreCoordinate.addOn) && d.scoreCoordinate.addOn == c.scoreCoordinate.addOn))',
    'each score of an add-on is listed once',
  ],
  [
    "type(variables.size) == int ? int(variables.size) >= 0 : string(variables.size).matches('^[0-9]+%$')",
    'clustersPerDecisionGroup is a number, not as text, or a whole percentage',
  ],
  [
    "variables.tolerations.all(t, t.?operator.orValue('') in ['', 'Equal', 'Exists'])",
    'the operator of a toleration is Equal or Exists',
  ],
  [
    "variables.tolerations.all(t, t.?key.orValue('') != '' || t.?operator.orValue('') == 'Exists')",
    'a toleration without a key has the operator Exists',
  ],
  [
    "variables.tolerations.all(t, t.?operator.orValue('') != 'Exists' || t.?value.orValue('') == '')",
    'a toleration with the operator Exists has no value',
  ],
];
