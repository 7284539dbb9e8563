import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, questionOf } from '../../src/cli/program/decide.ts';
import { runTest } from '../../src/engine/simulate/run.ts';
import { modelOf } from '../../src/engine/simulate/world.ts';
import { testStart } from '../../src/ir/test-plan.ts';
import { analyse } from '../../src/lang/index.ts';

const head = `namespace shop
fleet {
  env:   prod | stage
  tier?: gold | silver
  gpus:  int = 0
  k8s?:  version
}
clusterset all { members: exclusive }
clusterset edge { members: cluster.labels["site"] == "edge" }
namespace shop { bind: [all, edge] }
`;

const placement = fc.record({
  from: fc.constantFrom('', 'from: [all]', 'from: [edge]', 'from: [all, edge]'),
  where: fc.constantFrom(
    'where: true',
    'where: cluster.env == prod',
    'where: cluster.env != prod || cluster.gpus >= 2',
    'where: (!has(cluster.tier) || cluster.tier != gold) && cluster.gpus < 2',
    'where: cluster.k8s >= v1.30',
    'where: cluster.labels["site"] == "edge"',
    'where: !cluster.taints.any(t => t.key == "drain")',
  ),
  take: fc.constantFrom('', 'take: 2', 'take: 0'),
  prefer: fc.constantFrom('', 'prefer: 2 * allocatableMemory'),
  tolerate: fc.constantFrom('', 'tolerate: [{ key: "drain" }]'),
  group: fc.constantFrom('', 'group first { where: cluster.env == prod }  groupsOf: 2'),
});

const maybe = (...texts: readonly string[]) => fc.constantFrom('', ...texts);
const cluster = fc.record({
  env: fc.constantFrom('env: prod', 'env: stage'),
  tier: maybe('tier: gold', 'tier: silver'),
  gpus: maybe('gpus: 1', 'gpus: 2'),
  k8s: maybe('k8s: v1.29.4', 'k8s: v1.30.0'),
  memory: maybe('allocatable: { memory: 8Gi }', 'allocatable: { memory: 64Gi }'),
  taints: maybe('taints: [{ key: "drain" }]', 'taints: [{ key: "drain", effect: PreferNoSelect }]'),
  labels: fc
    .tuple(maybe('"site": "edge"'), maybe('"cluster.open-cluster-management.io/clusterset": "all"'))
    .map((labels) => `labels: { ${labels.filter((label) => label !== '').join(', ')} }`),
});

const body = (of: Readonly<Record<string, string>>) =>
  Object.values(of)
    .filter((text) => text !== '')
    .join('\n    ');

describe('ocm test and ocm eval', () => {
  test('come to the same decisions over the same clusters', () => {
    const agrees = fc.property(placement, fc.array(cluster, { maxLength: 8 }), (of, clusters) => {
      const text = `${head}
placement it {
    ${body(of)}
}
fixture fleet-of-it {
${clusters.map((each, at) => `  cluster c${at} {\n    ${body(each)}\n  }`).join('\n')}
}
`;
      const compiled = analyse({ files: [{ uri: 'main.ocm', text }] });
      expect(compiled.diagnostics.filter(({ code }) => !code.startsWith('OCM4'))).toEqual([]);
      const written = compiled.tests?.fixtures[0]?.clusters ?? [];
      const recorded = {
        clusters: written.map((each) => each.cluster),
        scores: written.flatMap((each) => each.scores),
        addons: written.flatMap((each) => each.addons),
        sets: [],
        bindings: [],
        decisions: [],
        objects: [],
      };
      if (compiled.program === null) throw new Error('it does not compile');
      const question = questionOf(compiled.program, recorded);
      const [asked] = question.placements;
      if (asked === undefined) throw new Error('there is no placement');
      const decided = decide(question, asked);
      // A named group that is too large is split, and is one group to whoever asks by name (Rule 41).
      const first = (decided.groups ?? []).flatMap(({ name, clusters: of }) =>
        name === 'first' ? of : [],
      );
      const inGroup = of.group === '' ? '' : `expect it.group("first") == [${first.join(', ')}]`;
      const expectations = `
test "as eval says" {
  fleet: fleet-of-it
  expect it.ranked == [${decided.selected.join(', ')}] && it.unscheduled == ${decided.unscheduled}
  ${inGroup}
}
test "something else" { fleet: fleet-of-it  expect it.size() == ${decided.selected.length + 1} }
`;
      const { program, tests } = analyse({
        files: [{ uri: 'main.ocm', text: text + expectations }],
      });
      if (program === null || tests === null) throw new Error('the tests do not compile');
      const model = modelOf(program);
      const outcomes = tests.tests.map((each) =>
        runTest(each, { model, plan: tests, now: testStart }),
      );
      expect(outcomes[0]?.failures).toEqual([]);
      expect(outcomes[1]?.ok).toBe(false);
    });
    fc.assert(agrees, { numRuns: 60 });
  });
});
