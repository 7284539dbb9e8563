import { expect, test } from 'vitest';
import { placementFaults } from '../../../src/engine/placement/faults.ts';
import type { IrPlacement } from '../../../src/ir/program.ts';
import { addOn, builtIn, exactly, placement } from './builders.ts';

const group = (where: IrPlacement['where']) => ({ groups: [{ name: 'g1', where }] });
const strategy = 'spec.decisionStrategy.groupStrategy';
const selector = (operator: string, values?: readonly string[]): IrPlacement['where'] => ({
  op: 'selector',
  over: 'label',
  selector: { matchExpressions: [{ key: 'a', operator, ...(values && { values }) }] },
});

test.each<[string, Partial<IrPlacement>, readonly string[]]>([
  ['nothing wrong', {}, []],
  [
    'everything said well',
    {
      numberOfClusters: 0,
      clustersPerDecisionGroup: '25%',
      tolerations: [{ operator: 'Exists' }, { key: 'a', value: 'b' }],
      guard: { neverEmpty: true, removeAtMost: '10%', within: '1h' },
      trust: 'hub',
      rescore: '90s',
      ...exactly(builtIn('Steady', 0), builtIn('Balance', -10)),
    },
    [],
  ],
  [
    'a negative number',
    { numberOfClusters: -1 },
    ['spec.numberOfClusters: numberOfClusters is negative: -1'],
  ],
  [
    'a group size as text',
    { clustersPerDecisionGroup: '3' },
    [`${strategy}.clustersPerDecisionGroup: "3" is a text; write 3, or a percentage`],
  ],
  [
    'a negative group size',
    { clustersPerDecisionGroup: -5 },
    [`${strategy}.clustersPerDecisionGroup: -5 is neither a number of clusters nor a percentage`],
  ],
  [
    'a fraction of a percent',
    { clustersPerDecisionGroup: '2.5%' },
    [`${strategy}.clustersPerDecisionGroup: 2.5% is neither a number of clusters nor a percentage`],
  ],
  [
    'negative Steady',
    exactly(builtIn('Steady', -1)),
    ['spec.prioritizerPolicy: the weight of Steady is negative: -1'],
  ],
  [
    'an unknown prioritizer',
    exactly(builtIn('Spread')),
    ['spec.prioritizerPolicy: incorrect builtin prioritizer: Spread'],
  ],
  [
    'a score twice',
    exactly(addOn('x'), addOn('x', 2)),
    ['spec.prioritizerPolicy: AddOn/load/x is listed twice'],
  ],
  [
    'an unknown mode',
    { prioritizerPolicy: { mode: 'Other', configurations: [] } },
    ['spec.prioritizerPolicy: incorrect prioritizer policy mode: Other'],
  ],
  [
    'a toleration of nothing',
    { tolerations: [{ operator: 'Equal' }] },
    ['spec.tolerations: If the key is empty, operator must be Exists.'],
  ],
  [
    'an unknown operator of a toleration',
    { tolerations: [{ key: 'a', operator: 'Is' }] },
    ['spec.tolerations: The operator is neither Exists nor Equal: Is'],
  ],
  [
    'a malformed selector',
    { where: selector('Gt', ['1']) },
    ['spec.predicates: "Gt" is not a valid label selector operator'],
  ],
  [
    'a selector of nothing',
    { where: selector('In') },
    [
      "spec.predicates: values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty",
    ],
  ],
  [
    'an illegal value',
    { where: selector('In', ['a b']) },
    [expect.stringContaining('spec.predicates: values[0][a]: Invalid value: "a b"')],
  ],
  [
    'CEL that does not compile',
    { where: { op: 'cel', source: 'nope' } },
    [expect.stringContaining("undeclared reference to 'nope'")],
  ],
  [
    'CEL that is half',
    group({ op: 'cel', source: '1 +' }),
    [
      expect.stringContaining(
        `${strategy}.decisionGroups[0].groupClusterSelector: compilation failed`,
      ),
    ],
  ],
  [
    'no skew',
    { spread: [{ topologyKey: 'a', topologyKeyType: 'Label', maxSkew: 0 }] },
    ['spec.spreadPolicy.spreadConstraints[0].maxSkew: maxSkew is less than 1: 0'],
  ],
  [
    'no length of time',
    { rescore: '99999999999h' },
    ['spec.scoreRateLimit: scoreRateLimit is no length of time: 99999999999h'],
  ],
  [
    'a guard that cannot be read',
    { guard: { removeAtMost: 'few' } },
    ['metadata.annotations: removeAtMost: few is neither a number of clusters nor a percentage'],
  ],
  [
    'trust in somebody',
    { trust: 'me' },
    ['metadata.annotations[ocmlang.dev/trust]: trust is not known: me'],
  ],
  ['a name too long', { name: 'n'.repeat(64) }, ['metadata.name: at most 63 characters']],
  [
    'several at once',
    { numberOfClusters: -1, rescore: 'x' },
    [expect.stringContaining('numberOfClusters'), expect.stringContaining('scoreRateLimit')],
  ],
])('%s', (_, changes, faults) => {
  const found = placementFaults(placement(changes));
  expect(found.map(({ field, message }) => `${field}: ${message}`)).toEqual(faults);
});
