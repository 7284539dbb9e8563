import { problem } from '../diagnostics.ts';
import type { Construct } from '../schema/constructs.ts';
import type { Child, Shaped } from '../shape/decl.ts';
import type { Expr, ForHead } from '../syntax/ast.ts';
import { checkPredicate } from './absence.ts';
import type { Within } from './checked.ts';
import { type Context, withPresent } from './context.ts';
import { elaborateTruth } from './logic.ts';
import { elaborateLoop, type Loop } from './loops.ts';
import { pathsPresent } from './paths.ts';
import { complain, type Session } from './session.ts';
import { isBroken, type Residual } from './typed.ts';

/** A block within others, with the loops and branches around it that are carried out, or left to a template. */
export interface Expanded {
  readonly shaped: Shaped;
  readonly context: Context;
  /** Within a `for`: a plain name would repeat. */
  readonly looped: boolean;
  readonly within: readonly Within[];
}

/** The blocks of a block. In policies what is around objects may be left to a template (Rule 47). */
export function expand(
  parent: Construct,
  children: readonly Child[],
  context: Context,
  session: Session,
): readonly Expanded[] {
  const isLate = parent === 'policy' || parent === 'config';
  const around: Around = { context, looped: false, within: [], isLate, session };
  return children.flatMap((child) => expandChild(child, around));
}

interface Around {
  readonly context: Context;
  readonly looped: boolean;
  readonly within: readonly Within[];
  /** Whether loops and branches may be left to a template. */
  readonly isLate: boolean;
  readonly session: Session;
}

function expandChild(child: Child, around: Around): readonly Expanded[] {
  switch (child.child) {
    case 'block':
      return expandBlock(child.block, around);
    case 'for':
      return expandLoop(child, around);
    case 'if':
      return expandBranch(child, around);
  }
}

function expandBlock(shaped: Shaped, { context, looped, within, session }: Around) {
  if (within.length > 0 && !lateConstructs.has(shaped.construct)) {
    const { text: what, span } = shaped.head;
    const where = 'a loop or branch that is left to a template';
    const help = ['there only `musthave`, `mustonlyhave` and `mustnothave` may stand'];
    complain(
      session,
      { ...context, place: shaped.place },
      problem('OCM2201', span, { what, where }, { help }),
    );
    return [];
  }
  return [{ shaped, context, looped, within }];
}

const lateConstructs: ReadonlySet<string> = new Set(['musthave', 'mustonlyhave', 'mustnothave']);
const perBlock = 'which blocks there are has to be known while compiling';

/** Where the head of a loop or the test of a branch stands. */
function headContext({ context, isLate }: Around, word: string): Context {
  if (!isLate) return { ...context, where: `${word} among blocks`, advice: perBlock };
  return { ...context, cluster: true, lookups: 'agent', where: `${word} among objects` };
}

function expandLoop(
  { head, children }: Extract<Child, { child: 'for' }>,
  around: Around,
): readonly Expanded[] {
  const { context, session, within } = around;
  const loop: Loop | null = elaborateLoop(head, headContext(around, 'a `for`'), session);
  if (loop === null) return [];
  const each = (turn: Context): Context => ({
    ...context,
    locals: turn.locals,
    present: turn.present,
  });
  if (!loop.known) {
    if (!around.isLate) return refuseLate(head.over, around);
    const { variables, over, test } = loop;
    const frame = { is: 'for', variables, over, test } as const;
    const inside = { ...around, context: each(loop.context), looped: true };
    return children.flatMap((child) =>
      expandChild(child, { ...inside, within: [...within, { frame, side: true }] }),
    );
  }
  return loop.turns.flatMap((turn) => {
    const inside = { ...around, context: each(turn.context), looped: true };
    if (turn.test === null) return children.flatMap((child) => expandChild(child, inside));
    if (!around.isLate) return refuseLate(head.test ?? head.over, around);
    const frame = { is: 'if', test: turn.test } as const;
    const kept = { ...inside, within: [...within, { frame, side: true }] };
    return children.flatMap((child) => expandChild(child, kept));
  });
}

function expandBranch(
  { test, yes, no }: Extract<Child, { child: 'if' }>,
  around: Around,
): readonly Expanded[] {
  const { context, session, within } = around;
  const head = headContext(around, 'an `if`');
  const typed = elaborateTruth(test, head, session);
  if (isBroken(typed)) return [];
  checkPredicate(test, head, session);
  if (typed.known) {
    const chosen = typed.value === true ? yes : no;
    return chosen.flatMap((child) => expandChild(child, around));
  }
  if (!around.isLate) return refuseLate(test, around);
  const frame = { is: 'if', test: (typed as Residual).ir } as const;
  const side = (of: readonly Child[], when: boolean): readonly Expanded[] => {
    const inside = withPresent(context, pathsPresent(test, when));
    const kept = { ...around, context: inside, within: [...within, { frame, side: when }] };
    return of.flatMap((child) => expandChild(child, kept));
  };
  return [...side(yes, true), ...side(no, false)];
}

// What is known per object or cluster only cannot decide which blocks there are.
function refuseLate({ span }: Expr | ForHead['over'], { context, session }: Around): readonly [] {
  const params = { what: 'cluster', where: 'a `for` or `if` among blocks' };
  complain(session, context, problem('OCM2201', span, params, { help: [perBlock] }));
  return [];
}
