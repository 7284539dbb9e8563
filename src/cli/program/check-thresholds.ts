import type { IrPlacement } from '../../ir/program.ts';
import { blocksOf, type Checked } from '../../lang/check/checked.ts';
import { type RolloutUse, rolloutUses } from '../../lang/check/rollout-uses.ts';
import { keySpan, valueSpan } from '../../lang/check/rules/rule.ts';
import { failAll, failAllFixes, percentOf, takenBy } from '../../lang/check/rules/thresholds.ts';
import { type Diagnostic, type Fix, problem } from '../../lang/diagnostics.ts';
import { isList, isReference } from '../../lang/fold/value.ts';
import { inFile } from '../../lang/place.ts';
import { count } from '../terminal/count.ts';
import { decide, type Question } from './decide.ts';
import type { LoadedModule } from './load.ts';

type Module = Pick<LoadedModule, 'checked'>;

/** OCM4005: numbers and percentages that mean something else for the recorded clusters (Rules 41 and 51, §13 A5). */
export function thresholdDiagnostics(
  { checked }: Module,
  question: Question,
): readonly Diagnostic[] {
  const irOf = (block: Checked) =>
    question.placements.find(
      ({ name, namespace }) => name === block.name && namespace === block.namespace,
    );
  const splits = blocksOf(checked.blocks, 'placement').flatMap((placement) => {
    const ir = irOf(placement);
    return ir === undefined ? [] : splitGroups(placement, ir, question);
  });
  const uses = rolloutUses(checked).flatMap((use) => {
    const ir = irOf(use.placement);
    if (ir === undefined) return [];
    return [...tooManyFailures(use, ir, question, checked), ...cutGroups(use, ir, question)];
  });
  return [...splits, ...uses];
}

/** A named group of more clusters than `groupsOf` becomes several groups, and a rollout waits between them. */
function splitGroups(
  placement: Checked<'placement'>,
  ir: IrPlacement,
  question: Question,
): readonly Diagnostic[] {
  const { groupsOf } = placement.shaped.keys;
  if (groupsOf === null) return [];
  const groups = decide(question, ir).groups ?? [];
  return [...sizes(groups)].flatMap(([name, parts]) => {
    if (name === '' || parts.length < 2) return [];
    const all = parts.reduce((sum, part) => sum + part, 0);
    const effect = `splits the group \`${name}\`: its ${count(all, 'cluster')} become ${parts.length} groups`;
    const edits = [{ span: valueSpan(placement, 'groupsOf'), text: String(all) }];
    const title = `write \`groupsOf: ${all}\``;
    return said({ block: placement, key: 'groupsOf', effect, fixes: [{ title, edits }] });
  });
}

function sizes(
  groups: readonly { readonly name: string; readonly clusters: readonly string[] }[],
): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, readonly number[]>();
  for (const { name, clusters } of groups) {
    found.set(name, [...(found.get(name) ?? []), clusters.length]);
  }
  return found;
}

function tooManyFailures(
  use: RolloutUse,
  ir: IrPlacement,
  question: Question,
  checked: Module['checked'],
): readonly Diagnostic[] {
  const { block, key, keys, placement } = use;
  const selected = decide(question, ir).selected.length;
  const failures = keys('maxFailures');
  if (selected === 0) return [];
  const percent = percentOf(failures);
  if (percent !== null && percent > 0 && percent < 100) {
    if (Math.ceil((percent * selected) / 100) < selected) return [];
    const effect = `is rounded up, and lets all ${selected} of \`${placement.name}\` fail`;
    const help = ['write a number of clusters, or `0` to stop at the first that fails'];
    const value = `${percent}%`;
    return said({ block, key, limit: 'maxFailures', value, effect, help });
  }
  if (typeof failures !== 'bigint' || failures <= selected) return [];
  const take = takenBy(use);
  // Said without an inventory too.
  if (take !== null && failures > take) return [];
  const effect = `is more than the ${count(selected, 'cluster')} of \`${placement.name}\``;
  const fixes = failAllFixes(use, checked);
  const value = String(failures);
  return said({ block, key, limit: 'maxFailures', value, effect, help: [failAll], fixes });
}

/** `take` leaves out clusters of a group that the rollout begins with. */
function cutGroups(
  { keys, placement }: RolloutUse,
  ir: IrPlacement,
  question: Question,
): readonly Diagnostic[] {
  const take = takenBy({ placement });
  const first = keys('first');
  if (take === null || first === undefined) return [];
  const all = decide(question, { ...ir, numberOfClusters: null, clustersPerDecisionGroup: null });
  const named = isList(first) ? first.map((each) => (isReference(each) ? each.name : '')) : [];
  return (all.groups ?? []).flatMap(({ name, clusters }) => {
    if (!named.includes(name) || BigInt(clusters.length) <= take) return [];
    const effect = `leaves out clusters of the group \`${name}\`, which a rollout begins with: it has ${clusters.length}`;
    const edits = [{ span: valueSpan(placement, 'take'), text: String(clusters.length) }];
    const title = `write \`take: ${clusters.length}\``;
    return said({ block: placement, key: 'take', effect, fixes: [{ title, edits }] });
  });
}

interface Trap {
  readonly block: Checked;
  readonly key: string;
  readonly effect: string;
  /** What is too much, or too little, and its value; the key and its text where nothing else is said. */
  readonly limit?: string;
  readonly value?: string;
  /** The titles of the fixes where nothing else is said. */
  readonly help?: readonly string[];
  readonly fixes?: readonly Fix[];
}

function said({ block, key, effect, limit = key, fixes = [], ...of }: Trap): readonly Diagnostic[] {
  const { place } = block.shaped;
  const { start, end } = valueSpan(block, key);
  const { value = place.chunk.text.slice(start, end), help = fixes.map(({ title }) => title) } = of;
  const advice = { help, fixes: fixes.map(inWholeFile(block)) };
  const span = inFile(place, keySpan(block, key));
  const params = { limit, value, effect };
  return [{ ...problem('OCM4005', span, params, advice), file: place.unit.uri }];
}

// Here spans count from the start of the file.
function inWholeFile({ shaped }: Checked): (fix: Fix) => Fix {
  return ({ title, edits }) => ({
    title,
    edits: edits.map(({ span, text }) => ({ span: inFile(shaped.place, span), text })),
  });
}
