import { isJsonObject } from '../../../base/json.ts';
import type { Origin } from '../../../ir/program.ts';
import type {
  TestAttribute,
  TestCase,
  TestCluster,
  TestDefinition,
  TestExpectation,
  TestFixture,
  TestPlan,
  TestStep,
} from '../../../ir/test-plan.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { blocksOf, type Checked, type CheckedProgram } from '../../check/checked.ts';
import type { Session } from '../../check/session.ts';
import type { CheckedFixture, RecordedObject } from '../../check/tests/fixture.ts';
import type { CheckedExpect, CheckedStep, CheckedTest } from '../../check/tests/test.ts';
import type { CheckedTests } from '../../check/tests/tests.ts';
import { irTypeOf } from '../../check/type.ts';
import { toJson } from '../../fold/value.ts';
import { inFile } from '../../place.ts';
import { originOf } from '../context.ts';
import { objectExpr, objectOf } from '../manifest.ts';
import { clusterOf } from './cluster.ts';

/** The tests of a checked module as plain data (language.md §5.5). */
export function emitTests(
  { fixtures, tests }: CheckedTests,
  { blocks }: Pick<CheckedProgram, 'blocks'>,
  session: Session,
): TestPlan {
  const policies = tests.length === 0 ? [] : blocksOf(blocks, 'policy');
  return {
    definitions: policies.flatMap(definitionsIn),
    attributes: session.attributeNames().flatMap((name) => attributeNamed(name, session)),
    fixtures: fixtures.map((fixture) => fixtureOf(fixture, session)),
    tests: tests.map((test) => testOf(test, fixtures)),
  };
}

const compliances: readonly string[] = ['musthave', 'mustonlyhave', 'mustnothave'];

/** The objects a policy wants, in the order they are emitted in. */
function definitionsIn(block: Checked): readonly TestDefinition[] {
  if (!compliances.includes(block.construct)) return block.children.flatMap(definitionsIn);
  const object = objectExpr(block);
  const differs = object !== null && object.op !== 'const';
  return [{ origin: originOf(block), object: differs ? object : null }];
}

function attributeNamed(name: string, session: Session): readonly TestAttribute[] {
  const found = session.attributeOf(name);
  if (found === null) return [];
  const { source, type, presence, fallback, place, span } = found;
  return [
    {
      presence,
      origin: { file: place.unit.index, span: inFile(place, span) },
      attribute: {
        op: 'attribute',
        name,
        source,
        type: irTypeOf(type),
        ...(type.is === 'enum' ? { members: type.members } : {}),
        ...(presence === 'defaulted' && fallback !== undefined
          ? { default: toJson(fallback) }
          : {}),
      },
    },
  ];
}

function fixtureOf(fixture: CheckedFixture, session: Session): TestFixture {
  const { block, clusters, recorded } = fixture;
  const written = clusters.map((each) => clusterOf(each, session));
  const names = new Set(written.map(({ name }) => name));
  const origin = originOf(block);
  const others = recordedClusters(recorded, origin).filter(({ name }) => !names.has(name));
  return {
    name: block.name,
    namespace: block.namespace,
    origin,
    clusters: [...written, ...others],
    objects: hubObjects(fixture),
  };
}

/** What lookups find on the hub; what is written wins over what was recorded. */
function hubObjects({ block, recorded, objects }: CheckedFixture): readonly KubeObject[] {
  const written = objects.flatMap((object) => {
    const json = objectOf(object) as KubeObject | null;
    if (json === null) return [];
    const isPlaced = block.namespace !== '' && object.kind?.namespaced !== false;
    const metadata = { ...(isPlaced && { namespace: block.namespace }), ...json.metadata };
    return [{ ...json, metadata }];
  });
  return [...recorded.map(({ object }) => object as unknown as KubeObject), ...written];
}

/** Recorded clusters with their add-ons and scores; of several with one name the last counts. */
function recordedClusters(
  recorded: readonly RecordedObject[],
  origin: Origin,
): readonly TestCluster[] {
  const of = <T>(kind: string): readonly T[] =>
    recorded.flatMap(({ object }) => (object['kind'] === kind ? [object as unknown as T] : []));
  const inNamespace = (name: string) => (object: { metadata: { namespace?: string } }) =>
    object.metadata.namespace === name;
  const byName = new Map(
    of<TestCluster['cluster']>('ManagedCluster').map((cluster) => [cluster.metadata.name, cluster]),
  );
  return [...byName].map(([name, cluster]) => ({
    name,
    origin,
    cluster,
    scores: of<TestCluster['scores'][number]>('AddOnPlacementScore').filter(inNamespace(name)),
    addons: of<TestCluster['addons'][number]>('ManagedClusterAddOn').filter(inNamespace(name)),
    sets: null,
  }));
}

function testOf(test: CheckedTest, fixtures: readonly CheckedFixture[]): TestCase {
  const { block, name, fixture, fuzz } = test;
  return {
    name,
    namespace: block.context.namespace,
    origin: originOf(block),
    fixture: fixture === null ? null : fixtures.indexOf(fixture),
    fuzz,
    objects: test.objects.flatMap(({ cluster, object }) => {
      const json = objectOf(object);
      return json !== null && isJsonObject(json) ? [{ cluster, object: json }] : [];
    }),
    steps: test.steps.map(stepOf),
  };
}

function stepOf(step: CheckedStep): TestStep {
  if (step.step === 'expect') return { step: 'expect', expectation: expectationOf(step.expect) };
  const { block, app, succeedAfter, moments } = step.simulation;
  return {
    step: 'simulate',
    simulation: {
      origin: originOf(block),
      app: { namespace: app.namespace, name: app.objectName },
      succeedAfter: succeedAfter === null ? null : millis(succeedAfter),
      entries: moments.map((moment) => ({
        origin: originOf(moment.block),
        at: millis(moment.at),
        states: moment.states,
        expectations: moment.expects.map(expectationOf),
      })),
    },
  };
}

function expectationOf({
  block,
  node,
  that,
  because,
  about,
  reads,
}: CheckedExpect): TestExpectation {
  const span = inFile(block.shaped.place, node.that.span);
  return { origin: { file: block.file.index, span }, that, because, about, reads };
}

function millis(nanos: bigint): number {
  return Number(nanos / 1_000_000n);
}
