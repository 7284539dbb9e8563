import { instant } from '../../base/instant.ts';
import type { Span } from '../../base/span.ts';
import { type AttributeFault, attributeFaults } from '../../engine/analyse/attribute-values.ts';
import { type NearestEdit, nearestEdits } from '../../engine/analyse/nearest-edits.ts';
import { clusterFacts } from '../../engine/inventory/inventory.ts';
import { describe } from '../../engine/predicate/describe.ts';
import type { IrExpr } from '../../ir/expr.ts';
import type { IrPlacement } from '../../ir/program.ts';
import { blocksOf, type Checked, type CheckedProgram } from '../../lang/check/checked.ts';
import { leaveOut } from '../../lang/check/rules/leave-out.ts';
import { nameSpan } from '../../lang/check/rules/rule.ts';
import { type Advice, type Diagnostic, type Fix, problem } from '../../lang/diagnostics.ts';
import { isName, stringText } from '../../lang/import/text.ts';
import { inFile } from '../../lang/place.ts';
import { nearest } from '../../lang/suggest.ts';
import type { Recorded } from '../inventory.ts';
import { count } from '../terminal/count.ts';
import { thresholdDiagnostics } from './check-thresholds.ts';
import { decideWithReasons, type Question, questionOf } from './decide.ts';
import type { LoadedModule } from './load.ts';

type Checkable = Pick<LoadedModule, 'program' | 'tests' | 'checked' | 'isAllowed'>;

/** What recorded clusters say about a module: OCM4014, OCM4002 and OCM4005. Nothing where the module has errors. */
export function inventoryDiagnostics(module: Checkable, recorded: Recorded): readonly Diagnostic[] {
  const { program, tests, isAllowed } = module;
  if (program === null || tests === null) return [];
  const question = questionOf(program, recorded);
  const faults = attributeFaults(tests.attributes, question.inventory, instant(Date.now()));
  const found = [
    ...faults.flatMap((fault) => ofAttribute(fault, question, module)),
    ...question.placements.flatMap((placement) => ofPlacement(placement, question, module)),
    ...thresholdDiagnostics(module, question),
  ];
  return found.filter((each) => !isAllowed(each));
}

/** Clusters and values that are named before the rest is counted. */
const most = 3;

function some(names: readonly string[]): string {
  const more = names.length > most ? ` and ${names.length - most} more` : '';
  return `${names.slice(0, most).join(', ')}${more}`;
}

/** OCM4014: values outside the type, and clusters that lack what is required (Rules 30 and 32). */
function ofAttribute(
  { declared, lacking, outside }: AttributeFault,
  { files, inventory }: Question,
  { checked }: Checkable,
): readonly Diagnostic[] {
  const { origin, attribute } = declared;
  const file = files[origin.file]?.uri ?? '';
  const { span } = origin;
  const said = (what: string, names: readonly string[], advice: Advice): Diagnostic => {
    const clusters = `${names.length} of ${count(inventory.size, 'cluster')}: ${some(names)}`;
    const params = { attribute: attribute.name, what, clusters };
    return { ...problem('OCM4014', span, params, advice), file };
  };
  const values = [...outside].slice(0, most).map(([value, names]) => {
    const [near] = nearest(value, attribute.members ?? []);
    const fixes = near === undefined ? memberFixes(declared, value, checked) : [];
    const help =
      near === undefined
        ? fixes.map(({ title }) => title)
        : [`\`${value}\` may be meant to be \`${near}\``];
    return said(`has \`${value}\`, which is outside its type,`, names, { help, fixes });
  });
  if (lacking.length === 0) return values;
  const { end } = span;
  const edits = [{ span: { start: end, end }, text: '?' }];
  const help = [`where it may be missing, write \`${attribute.name}?:\``];
  const advice = { help, fixes: [{ title: 'let it be missing', edits }] };
  return [...values, said('is required and missing', lacking, advice)];
}

/** Makes a value one of the members of an enum. */
function memberFixes(
  { attribute: { members }, origin }: AttributeFault['declared'],
  value: string,
  { program }: CheckedProgram,
): readonly Fix[] {
  if (members === undefined) return [];
  const found = (program.files[origin.file]?.decls ?? []).flatMap(({ node, place }) =>
    node.kind === 'fleet' ? node.attributes.map(({ name, type }) => ({ name, type, place })) : [],
  );
  const at = found.find(({ name, place }) => inFile(place, name.span).start === origin.span.start);
  if (at === undefined) return [];
  const { end } = inFile(at.place, at.type.span);
  const edits = [{ span: { start: end, end }, text: ` | ${memberText(value)}` }];
  return [{ title: `let \`${value}\` be one of its values`, edits }];
}

/** OCM4002: a placement that no recorded cluster passes (§13, A2). */
function ofPlacement(
  placement: IrPlacement,
  question: Question,
  { checked }: Checkable,
): readonly Diagnostic[] {
  const { steps, sets, outcome } = decideWithReasons(question, placement);
  const filtered = steps.filter((step) => step.step === 'filter');
  const last = filtered.at(-1);
  if (outcome.error !== null || (last !== undefined && last.kept.length > 0)) return [];
  const block = blocksOf(checked.blocks, 'placement').find(
    ({ name, namespace }) => name === placement.name && namespace === placement.namespace,
  );
  if (block === undefined) return [];
  const [first] = filtered;
  const candidates = [...(first?.kept ?? []), ...(first?.dropped ?? []).map((of) => of.cluster)];
  const emptied = filtered.find(({ kept }) => kept.length === 0);
  const file = block.shaped.place.unit.uri;
  const advice =
    candidates.length === 0
      ? { help: [`no cluster is in ${sets.length === 0 ? 'a bound set' : some(sets)}`] }
      : emptied?.by === 'Predicate' || emptied === first
        ? adviceOf(placement, candidates, block, question)
        : { help: [`${emptied?.by} drops what \`where\` admits`] };
  const params = { name: placement.name, count: count(question.inventory.size, 'cluster') };
  const span = inFile(block.shaped.place, nameSpan(block));
  return [{ ...problem('OCM4002', span, params, advice), file }];
}

/** The single edit that admits most clusters. */
function adviceOf(
  { where }: IrPlacement,
  candidates: readonly string[],
  { file }: Checked,
  { inventory }: Question,
): Advice {
  const now = instant(Date.now());
  const scopes = candidates.map(
    (name) => ({ cluster: clusterFacts(inventory, name) ?? null, now, compat: 'native' }) as const,
  );
  const edits = nearestEdits(where, scopes);
  if (edits.length === 0) return { help: ['no single edit of `where` would admit any'] };
  const said = edits.map((edit) => ({ edit, text: editText(edit) }));
  return {
    help: said.map(({ edit: { atom, admits }, text }) => {
      const change = text === null ? `without \`${describe(atom)}\`` : `with \`${text}\``;
      return `${change} it matches ${admits} of ${count(inventory.size, 'cluster')}`;
    }),
    fixes: said.flatMap(({ edit, text }): readonly Fix[] => {
      const span = spanIn(edit.atom, file.index);
      if (span === null) return [];
      if (text !== null) return [{ title: `write \`${text}\``, edits: [{ span, text }] }];
      const beside = edit.beside === null ? null : spanIn(edit.beside, file.index);
      const left = beside === null ? null : leaveOut(file.source.text, span, beside);
      return left === null
        ? []
        : [{ title: `leave out \`${describe(edit.atom)}\``, edits: [left] }];
    }),
  };
}

/** Where a condition is written, if that is in a file. */
function spanIn(expr: IrExpr, file: number): Span | null {
  const origin = 'origin' in expr ? expr.origin : undefined;
  return origin?.file === file ? origin.span : null;
}

/** The condition as it would be written; null where it is left out. */
function editText({ atom, constant }: NearestEdit): string | null {
  if (constant === null || atom.op !== 'compare') return null;
  const isMember = atom.left.op === 'attribute' && atom.left.members?.includes(String(constant));
  const text = String(constant);
  return `${describe(atom.left)} == ${isMember === true ? memberText(text) : stringText(text)}`;
}

function memberText(member: string): string {
  return isName(member) ? member : stringText(member);
}
