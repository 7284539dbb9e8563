import type { IrExpr } from '../../../ir/expr.ts';
import type { TestFuzz, TestRead, TestSubject } from '../../../ir/test-plan.ts';
import type { BlockSymbol } from '../../bind/program.ts';
import { type Problem, problem } from '../../diagnostics.ts';
import { readDuration } from '../../fold/literal.ts';
import { isUnit } from '../../fold/value.ts';
import { clusterStates } from '../../schema/test-values.ts';
import type { ExpectNode, Expr, LabelNode, PropertyNode } from '../../syntax/ast.ts';
import { checkPredicate } from '../absence.ts';
import { type Checked, type CheckedProgram, isOf } from '../checked.ts';
import type { Context, TestScope } from '../context.ts';
import { blockOf, knownValue } from '../known.ts';
import { labelText } from '../labels.ts';
import { elaborateTruth } from '../logic.ts';
import { reportOn } from '../rules/rule.ts';
import { complain, type Session } from '../session.ts';
import { refTo } from '../type.ts';
import { schemaType } from '../type-node.ts';
import { irOf, isBroken } from '../typed.ts';
import { didYouMean } from '../words.ts';
import type { CheckedFixture } from './fixture.ts';
import { readFuzz } from './fuzz.ts';

/** A test, typed. Where something was reported, it lacks. */
export interface CheckedTest {
  readonly block: Checked<'test'>;
  readonly name: string;
  readonly fixture: CheckedFixture | null;
  readonly fuzz: TestFuzz | null;
  readonly objects: readonly { readonly cluster: string; readonly object: Checked<'object'> }[];
  readonly steps: readonly CheckedStep[];
}
export type CheckedStep =
  | { readonly step: 'expect'; readonly expect: CheckedExpect }
  | { readonly step: 'simulate'; readonly simulation: CheckedSimulation };
export interface CheckedExpect {
  readonly block: Checked;
  readonly node: ExpectNode;
  readonly that: IrExpr;
  readonly because: string | null;
  readonly about: readonly TestSubject[];
  readonly reads: readonly TestRead[];
}
export interface CheckedSimulation {
  readonly block: Checked<'simulate'>;
  readonly app: BlockSymbol;
  readonly succeedAfter: bigint | null;
  readonly moments: readonly CheckedMoment[];
}
export interface CheckedMoment {
  readonly block: Checked<'at'>;
  /** Nanoseconds from the start. */
  readonly at: bigint;
  readonly states: readonly {
    readonly cluster: string;
    readonly state: 'Progressing' | 'Succeeded' | 'Failed';
  }[];
  readonly expects: readonly CheckedExpect[];
}

export interface TestInput {
  readonly checked: CheckedProgram;
  readonly session: Session;
  readonly fixtureOf: (block: Checked<'fixture'>) => CheckedFixture;
}

/** What the parts of one test share. */
interface Inside {
  readonly session: Session;
  readonly clusters: ReadonlySet<string>;
}

/** Checks one test: its fixture, what exists on clusters, and what is expected. */
export function checkTest(block: Checked<'test'>, input: TestInput): CheckedTest {
  const { session } = input;
  const fuzz = readFuzz(block, session);
  const fixture = fixtureOfTest(block, input);
  if (block.shaped.keys.fleet === null && fuzz === null) {
    const help = ['name the fixture the test looks at: `fleet: small-fleet`'];
    const params = { block: '`test`', key: 'fleet' };
    reportOn(block, problem('OCM2029', block.shaped.head.span, params, { help }), session);
  }
  const inside: Inside = { session, clusters: fixture?.names ?? new Set() };
  // Where the fixture is not known, nothing can be said of its clusters: one mistake, one message.
  const isLost = fixture === null && (block.shaped.keys.fleet !== null || fuzz === null);
  return {
    block,
    name: labelText(block.shaped.labels[0], block.context, session) ?? '',
    fixture,
    fuzz,
    objects: isLost
      ? []
      : block.children.flatMap((child) => (isOf(child, 'on') ? objectsOn(child, inside) : [])),
    steps: isLost ? [] : stepsOf(block, inside),
  };
}

/** What is expected and simulated, in the order of the text. */
function stepsOf(block: Checked<'test'>, inside: Inside): readonly CheckedStep[] {
  const expects = expectsOf(block).map((node) => ({
    at: node.span.start,
    run: (): readonly CheckedStep[] =>
      checkExpect(block, node, inside).map((expect) => ({ step: 'expect', expect })),
  }));
  const simulations = block.children.flatMap((child) => {
    if (!isOf(child, 'simulate')) return [];
    const run = (): readonly CheckedStep[] =>
      checkSimulation(child, inside).map((simulation) => ({ step: 'simulate', simulation }));
    return [{ at: child.shaped.head.span.start, run }];
  });
  const steps = [...expects, ...simulations].sort((a, b) => a.at - b.at);
  return steps.flatMap(({ run }) => run());
}

function fixtureOfTest(
  block: Checked<'test'>,
  { checked, fixtureOf }: TestInput,
): CheckedFixture | null {
  const symbol = blockOf(knownValue(block.values.fleet));
  const fixture = symbol === undefined ? null : checked.blockOf(symbol);
  return fixture !== null && isOf(fixture, 'fixture') ? fixtureOf(fixture) : null;
}

function expectsOf({ shaped }: Checked): readonly ExpectNode[] {
  return shaped.body.items.filter((item) => item.kind === 'expect');
}

/** The context of an expression of a test, with what it will be found to read. */
function scopeOf(block: Checked, { clusters }: Inside): Context & { readonly test: TestScope } {
  const test: TestScope = { clusters, reads: new Map(), about: [] };
  const advice = 'name a cluster of the fixture, or ask all: `web.all(c => …)`';
  return { ...block.context, place: block.shaped.place, where: 'a test', advice, test };
}

function checkExpect(block: Checked, node: ExpectNode, inside: Inside): readonly CheckedExpect[] {
  const { session } = inside;
  const context = scopeOf(block, inside);
  const typed = elaborateTruth(node.that, context, session);
  const because = becauseOf(node, context, session);
  if (isBroken(typed)) return [];
  checkPredicate(node.that, context, session);
  const reads = [...context.test.reads.values()];
  const { about } = context.test;
  const placements = reads.filter(({ of }) => of === 'placement');
  if (because !== null && placements.length === 0) {
    const help = ['a reason is that of a placement: `expect eu-1 not in web because "region"`'];
    const params = { what: 'because', where: 'an `expect` without a placement' };
    const span = node.because?.span ?? node.span;
    reportOn(block, problem('OCM2201', span, params, { help }), session);
  }
  return [
    {
      block,
      node,
      that: irOf(typed),
      because,
      about:
        about.length > 0
          ? about
          : placements.map(({ namespace, name }) => ({
              placement: { namespace, name },
              cluster: null,
            })),
      reads,
    },
  ];
}

function becauseOf({ because }: ExpectNode, context: Context, session: Session): string | null {
  if (because === null) return null;
  const text = labelText(because, context, session);
  return text;
}

function objectsOn(block: Checked<'on'>, inside: Inside): CheckedTest['objects'] {
  const label = block.shaped.labels[0] ?? null;
  const cluster = label === null ? null : clusterLabel(block, label, inside);
  if (cluster === null) return [];
  return block.children.flatMap((object) => (isOf(object, 'object') ? [{ cluster, object }] : []));
}

function clusterLabel(block: Checked, label: LabelNode, inside: Inside): string | null {
  const name = labelText(label, block.context, inside.session);
  if (name === null || isCluster(name, inside)) return name;
  reportOn(block, unknownCluster(name, label.span, inside), inside.session);
  return null;
}

function isCluster(name: string, { clusters }: Inside): boolean {
  return clusters.has(name);
}

function unknownCluster(
  name: string,
  span: { readonly start: number; readonly end: number },
  { clusters }: Inside,
): Problem {
  return problem('OCM2001', span, { sort: 'cluster', name }, didYouMean(name, span, clusters));
}

function checkSimulation(block: Checked<'simulate'>, inside: Inside): readonly CheckedSimulation[] {
  const { session } = inside;
  const after = knownValue(block.values.succeedAfter);
  const moments = block.children.flatMap((child) =>
    isOf(child, 'at') ? checkMoment(child, inside) : [],
  );
  const app = appOf(block, session);
  if (app === null) return [];
  return [
    {
      block,
      app,
      succeedAfter:
        after !== undefined && isUnit(after) && after.unit === 'duration' ? after.nanos : null,
      moments: moments.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
    },
  ];
}

function appOf(block: Checked<'simulate'>, session: Session): BlockSymbol | null {
  const label = block.shaped.labels[0] ?? null;
  const expr = label === null ? null : labelExpr(label);
  if (expr === null) return null;
  const typed = session.elaborate(expr, refTo('App'), { ...block.context, where: 'a test' });
  return isBroken(typed) ? null : (blockOf(knownValue(typed)) ?? null);
}

/** A label that refers to something, as the expression it is (Rule 20). */
function labelExpr(label: LabelNode): Expr | null {
  if (label.kind === 'string') return label;
  if (label.kind !== 'path') return null;
  const [first, ...rest] = label.words;
  if (first === undefined || first.text === '') return null;
  let expr: Expr = { kind: 'name', span: first.span, name: first };
  for (const name of rest) {
    const span = { start: first.span.start, end: name.span.end };
    expr = { kind: 'member', span, of: expr, name };
  }
  return expr;
}

function checkMoment(block: Checked<'at'>, inside: Inside): readonly CheckedMoment[] {
  const { session } = inside;
  const label = block.shaped.labels[0] ?? null;
  const at = label === null ? null : momentOf(label);
  if (label !== null && at === null) {
    const params = { expected: 'a duration from the start, such as `5m`', found: 'something else' };
    reportOn(block, problem('OCM2004', label.span, params), session);
  }
  const seen = new Set<string>();
  const states = block.shaped.body.items.flatMap((item) => {
    if (item.kind !== 'property') return [];
    const state = checkState(block, item, inside);
    if (state === null) return [];
    if (seen.has(state.cluster)) {
      reportOn(block, problem('OCM2014', item.key.span, { name: state.cluster }), session);
    }
    seen.add(state.cluster);
    return [state];
  });
  const expects = expectsOf(block).flatMap((node) => checkExpect(block, node, inside));
  return at === null ? [] : [{ block, at, states, expects }];
}

function momentOf(label: LabelNode): bigint | null {
  const unit = label.kind === 'literal' ? readDuration(label.text) : null;
  return unit?.unit === 'duration' ? unit.nanos : null;
}

function checkState(
  block: Checked<'at'>,
  item: PropertyNode,
  inside: Inside,
): CheckedMoment['states'][number] | null {
  const { session } = inside;
  const { key } = item;
  const cluster = key.kind === 'word' ? key.text : labelText(key, block.context, session);
  const context = { ...block.context, place: block.shaped.place, where: 'a test' };
  const typed = session.elaborate(item.value, schemaType(clusterStates), context);
  if (cluster === null) return null;
  if (!isCluster(cluster, inside)) {
    complain(session, context, unknownCluster(cluster, key.span, inside));
    return null;
  }
  const state = knownValue(typed);
  return isBroken(typed) || typeof state !== 'string'
    ? null
    : { cluster, state: state as CheckedMoment['states'][number]['state'] };
}
