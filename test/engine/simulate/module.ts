import { Coverage } from '../../../src/engine/simulate/coverage.ts';
import { runTest, type TestOutcome } from '../../../src/engine/simulate/run.ts';
import { modelOf } from '../../../src/engine/simulate/world.ts';
import { testStart } from '../../../src/ir/test-plan.ts';
import { analyse, renderDiagnostics } from '../../../src/lang/index.ts';

/** Three clusters in two sets, a placement, an app and a policy: what tests of tests are about. */
export const around = `namespace shop
fleet {
  env:   prod | stage
  tier?: gold | silver
  ring:  canary | broad = broad
  k8s?:  version
  gpus:  int = 0
  region: string = "eu" from claim "region.open-cluster-management.io"
}
clusterset all { members: exclusive }
clusterset edge { members: cluster.labels["site"] == "edge" }
namespace shop { bind: [all, edge] }
placement web {
  from: [all]
  where: cluster.env == prod && (!has(cluster.tier) || cluster.tier == gold)
  tolerate: [{ key: "gpu" }]
  group canary { where: cluster.ring == canary }
}
placement edges { from: [edge] }
rollout careful { by: group, first: [canary], soak: 10m, deadline: 30m }
app shop { on: [web], rollout: careful }
policy base { on: [web], enforce: [canaries], musthave Namespace shop { metadata: { labels: { team: "web" } } } }
placement canaries {
  from: [all]
  where: cluster.env == prod && (!has(cluster.tier) || cluster.tier == gold) && cluster.ring == canary
}
fixture small {
  defaults: { env: prod, sets: [all] }
  cluster a { ring: canary, k8s: v1.30.0 }
  cluster b { tier: gold }
  cluster c { tier: silver }
  cluster d { taints: [{ key: "gpu" }, { key: "drain" }] }
}
`;

/** Compiles a module and runs its tests. Throws where it does not compile. */
export function runAll(text: string): {
  readonly outcomes: readonly TestOutcome[];
  readonly coverage: Coverage;
} {
  const { program, tests, diagnostics } = analyse({ files: [{ uri: 'main.ocm', text }] });
  if (program === null || tests === null) {
    throw new Error(renderDiagnostics(diagnostics, { textOf: () => text }));
  }
  const model = modelOf(program);
  const optional = tests.attributes.filter(({ presence }) => presence === 'optional');
  const names = new Set(optional.map(({ attribute }) => attribute.name));
  const coverage = new Coverage(model, names);
  const input = { model, plan: tests, now: testStart, coverage };
  return { outcomes: tests.tests.map((test) => runTest(test, input)), coverage };
}

/** Runs one test with these items, over the fixture. */
export function runItems(items: string, notes = ''): TestOutcome {
  const { outcomes } = runAll(`${around}\n${notes}\ntest "it" {\n  fleet: small\n${items}\n}\n`);
  const [outcome] = outcomes;
  if (outcome === undefined) throw new Error('there is no test');
  return outcome;
}

/** The sentences of all failures. */
export function reasonsOf({ failures }: TestOutcome): readonly string[] {
  return failures.flatMap(({ found, message }) => [
    ...(message === null ? [] : [message]),
    // A failure nobody gives a reason for is one all the same.
    ...(found?.reasons.length === 0 ? ['it does not hold'] : (found?.reasons ?? [])),
  ]);
}
