import { blockKey, type Module, type PlacedDecl } from '../bind/program.ts';
import { type Problem, problem } from '../diagnostics.ts';
import type { Shaped } from '../shape/decl.ts';
import { nearest } from '../suggest.ts';
import type { DeclNode } from '../syntax/ast.ts';
import { checkInstance } from './blocks.ts';
import { blocksOf, type Checked, type CheckedProgram, isOf } from './checked.ts';
import { checkValues } from './checker.ts';
import { findInstances, type Instance } from './instances.ts';
import { listOf, referredName } from './known.ts';
import { type Allowance, checkNotes } from './note.ts';
import { checkRules } from './rules/rules.ts';
import type { Session } from './session.ts';
import { unknownParameters } from './values.ts';
import { quotedList } from './words.ts';

/** What a check found: the blocks, and what `@allow` takes out of the reports. */
export interface CheckOutcome {
  readonly checked: CheckedProgram;
  readonly allowances: readonly Allowance[];
}

/**
 * Checks a program: names, types, stages and rules. Blocks of the root module are checked whole, of the imported
 * ones what others depend on (Rule 14). Reports to the session.
 */
export function checkProgram(session: Session): CheckOutcome {
  const { root, modules } = session.program;
  const instances = findInstances(session);
  const allowances: Allowance[] = [];
  checkValues(session);
  for (const { decls } of root.files) {
    for (const decl of decls) checkValueNotes(decl, allowances, session);
  }
  reportParameters(session);
  const check = checkerOf(session);
  const blocks = checkModule(instances.get(root) ?? [], check, allowances);
  const imported = modules.filter((module) => module !== root);
  const bound = boundIn([
    ...imported.flatMap((module) => bindingsOf(instances.get(module) ?? [], check)),
    ...blocksOf(blocks, 'namespace'),
  ]);
  const checked: CheckedProgram = {
    program: session.program,
    blocks,
    blockOf: session.trace('blockOf', finder(blocks, instances, check)),
    isBound: session.trace('isBound', (key) => bound.has(key)),
  };
  checkRules(checked, session);
  return { checked, allowances };
}

/** Finds the block a symbol stands for; one of an imported module is checked when it is first asked for. */
function finder(
  blocks: readonly Checked[],
  instances: ReadonlyMap<Module, readonly Instance[]>,
  check: Checker,
): CheckedProgram['blockOf'] {
  let known: Map<Shaped, Checked> | null = null;
  return ({ block, file }) => {
    known ??= new Map(blocks.map((each) => [each.shaped, each]));
    const found = known.get(block);
    if (found !== undefined) return found;
    const instance = instances.get(file.module)?.find(({ shaped }) => shaped === block);
    if (instance === undefined) return null;
    const { checked } = check(instance);
    known.set(block, checked);
    return checked;
  };
}

/** A block checked, and what its notes allow. */
type Checker = (instance: Instance) => {
  readonly checked: Checked;
  readonly allowances: readonly Allowance[];
};

function checkerOf(session: Session): Checker {
  const run = (instance: Instance) => {
    const allowances: Allowance[] = [];
    return { checked: checkInstance(instance, session, allowances), allowances };
  };
  return (instance) => session.keep('check', instance, run);
}

function checkModule(
  instances: readonly Instance[],
  check: Checker,
  allowances: Allowance[],
): readonly Checked[] {
  return instances.map((each) => {
    const outcome = check(each);
    allowances.push(...outcome.allowances);
    return outcome.checked;
  });
}

function bindingsOf(
  instances: readonly Instance[],
  check: Checker,
): readonly Checked<'namespace'>[] {
  return instances
    .filter(({ shaped }) => shaped.construct === 'namespace')
    .map((each) => check(each).checked)
    .filter((block): block is Checked<'namespace'> => isOf(block, 'namespace'));
}

/** Which sets are bound to which namespace, as `blockKey`s. */
function boundIn(namespaces: readonly Checked<'namespace'>[]): ReadonlySet<string> {
  const bound = new Set<string>();
  for (const { name, values } of namespaces) {
    for (const value of listOf(values.bind) ?? []) {
      const set = referredName(value);
      if (set !== undefined) bound.add(blockKey(name, set));
    }
  }
  return bound;
}

/** Notes of what is no block; those of blocks are checked with them. */
function checkValueNotes(
  { node, place }: PlacedDecl,
  allowances: Allowance[],
  session: Session,
): void {
  if (node.kind === 'block' || node.kind === 'forItem') return;
  if (node.kind === 'namespace' && node.body !== null) return;
  const noted = {
    notes: node.notes,
    place,
    span: node.span,
    on: isValue(node) ? 'value' : node.kind,
  };
  checkNotes(noted, allowances, session);
}

function isValue({ kind }: DeclNode): boolean {
  return kind === 'binding' || kind === 'function' || kind === 'typeDecl';
}

/** Where parameters come from that stand in no file. */
const commandLine = 'command line';

function reportParameters(session: Session): void {
  const [file] = session.program.root.files;
  const [decl] = file?.decls ?? [];
  if (decl === undefined) return;
  const { place } = decl;
  const outside = { ...place, base: 0, unit: { ...place.unit, uri: commandLine } };
  const { unknown, declared } = unknownParameters(session);
  for (const name of unknown) {
    const span = { start: 0, end: 0 };
    const near = nearest(name, declared);
    const help = [
      'it was given from outside, and no `param` of this program has that name',
      ...(near.length > 0 ? [`did you mean ${quotedList(near, 'or')}?`] : []),
    ];
    const found: Problem = problem('OCM2001', span, { sort: 'parameter', name }, { help });
    session.report(outside, found);
  }
}
