import { type Instant, plus } from '../../base/instant.ts';
import type { Origin } from '../../ir/program.ts';
import type {
  TestCase,
  TestCluster,
  TestExpectation,
  TestPlan,
  TestSimulation,
} from '../../ir/test-plan.ts';
import type { Value } from '../predicate/value.ts';
import { startJudge } from './compliance.ts';
import type { Coverage } from './coverage.ts';
import { type ExpectationOutcome, expectThat, type Surroundings } from './expectation.ts';
import { type Counterexample, fuzz } from './fuzz/fuzz.ts';
import { appOf, Rollout, type RolloutView } from './rollout.ts';
import { keyOf, type Model, withObjects, worldOf } from './world.ts';

/** What became of one test. */
export interface TestOutcome {
  readonly test: TestCase;
  readonly ok: boolean;
  readonly failures: readonly Failure[];
  /** Expectations looked at; of a fuzzed test in one run. */
  readonly expectations: number;
  /** Of a fuzzed test. */
  readonly fuzz: {
    readonly runs: number;
    readonly seed: number;
    readonly counterexample: Counterexample | null;
  } | null;
}

/** Something that is not as expected. */
export interface Failure {
  readonly origin: Origin;
  /** Milliseconds from the start, within a simulation. */
  readonly at: number | null;
  readonly found: Extract<ExpectationOutcome, { readonly ok: false }> | null;
  /** Where it is no expectation. */
  readonly message: string | null;
}

export interface TestInput {
  readonly model: Model;
  readonly plan: TestPlan;
  /** When tests begin. */
  readonly now: Instant;
  /** Told of every world a test is run in. */
  readonly coverage?: Coverage;
}

/** Runs one test: over its fixture, or as often as `@fuzz` says over drawn clusters. Pure and bounded. */
export function runTest(test: TestCase, input: TestInput): TestOutcome {
  const clusters = test.fixture === null ? [] : (input.plan.fixtures[test.fixture]?.clusters ?? []);
  if (test.fuzz === null) {
    const { failures, expectations } = runOnce(test, clusters, input);
    return { test, ok: failures.length === 0, failures, expectations, fuzz: null };
  }
  const run = (drawn: readonly TestCluster[]) =>
    runOnce(test, [...clusters, ...drawn], input).failures.length > 0;
  const found = fuzz(test, { ...input, fixed: clusters, fails: run });
  const drawn = found.counterexample?.clusters ?? [];
  const { failures, expectations } = runOnce(test, [...clusters, ...drawn], input);
  const ok = found.counterexample === null;
  return { test, ok, failures: ok ? [] : failures, expectations, fuzz: found };
}

interface Once {
  readonly failures: readonly Failure[];
  readonly expectations: number;
}

function runOnce(test: TestCase, clusters: readonly TestCluster[], input: TestInput): Once {
  const { plan, now } = input;
  const fixture = test.fixture === null ? undefined : plan.fixtures[test.fixture];
  const model = withObjects(input.model, fixture?.objects ?? []);
  const world = worldOf(model, clusters, now);
  input.coverage?.see(test, world);
  const around: Surroundings = {
    world,
    judge: startJudge({ world, objects: test.objects, definitions: plan.definitions }),
    attributes: plan.attributes,
    rollouts: new Map(),
    made: new Map<string, Value>(),
  };
  const failures: Failure[] = [];
  let expectations = 0;
  for (const step of test.steps) {
    if (step.step === 'expect') {
      expectations += 1;
      failures.push(...failed(step.expectation, around, null));
      continue;
    }
    const { simulation } = step;
    expectations += simulation.entries.reduce((sum, entry) => sum + entry.expectations.length, 0);
    failures.push(...simulate(simulation, around));
  }
  return { failures, expectations };
}

function failed(
  expectation: TestExpectation,
  around: Surroundings,
  at: number | null,
): readonly Failure[] {
  const found = expectThat(expectation, around);
  return found.ok ? [] : [{ origin: found.origin, at, found, message: null }];
}

function simulate(simulation: TestSimulation, around: Surroundings): readonly Failure[] {
  const { world } = around;
  const app = appOf(simulation.app, world);
  const say = (origin: Origin, at: number | null, message: string): Failure => ({
    origin,
    at,
    found: null,
    message,
  });
  if (app === undefined) {
    const message = `there is no app ${simulation.app.name} in this program`;
    return [say(simulation.origin, null, message)];
  }
  const rollout = new Rollout(app, world, simulation.succeedAfter);
  const failures: Failure[] = [];
  // The rollout begins at 0, whenever it is first looked at.
  rollout.rest();
  for (const entry of simulation.entries) {
    rollout.goTo(plus(world.now, entry.at));
    for (const { cluster, state } of entry.states) {
      const wrong = rollout.report(cluster, state);
      if (wrong !== null) failures.push(say(entry.origin, entry.at, wrong));
    }
    rollout.rest();
    const rollouts = new Map<string, RolloutView>([[keyOf(app), rollout.view()]]);
    for (const expectation of entry.expectations) {
      failures.push(...failed(expectation, { ...around, rollouts }, entry.at));
    }
  }
  return failures;
}
