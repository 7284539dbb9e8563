import type { ObjectKind } from '../bind/kinds.ts';
import { problem } from '../diagnostics.ts';
import type { Value } from '../fold/value.ts';
import { type Construct, schemas } from '../schema/constructs.ts';
import type { BlockSchema } from '../schema/schema.ts';
import { type Sort, sortHeads } from '../schema/types.ts';
import type { Child, Shaped } from '../shape/decl.ts';
import type { BodyNode, Expr, ForHead } from '../syntax/ast.ts';
import { checkPredicate } from './absence.ts';
import type { Checked, Values } from './checked.ts';
import type { Context } from './context.ts';
import type { Instance } from './instances.ts';
import { checkKeys } from './keys.ts';
import { resolveKind } from './kinds.ts';
import { knownValue } from './known.ts';
import { elaborateLabel, labelText } from './labels.ts';
import { elaborateTruth } from './logic.ts';
import { elaborateLoop } from './loops.ts';
import { elaborateManifest } from './manifest.ts';
import { type Allowance, checkKeyNotes, checkNotes, nameByNote } from './note.ts';
import { checkNoteValues } from './note-values.ts';
import { storedType } from './object-type.ts';
import { complain, type Session } from './session.ts';
import { withTemplates } from './template-fences.ts';
import { refTo, unknown } from './type.ts';
import { isBroken, type Typed } from './typed.ts';

/** Types a block and what is in it. */
export function checkInstance(
  { shaped, context, name }: Instance,
  session: Session,
  allowances: Allowance[],
): Checked {
  return checkBlock({ shaped, context, parent: 'file', looped: false }, session, allowances, name);
}

/** A block as it stands in its parent. */
interface Standing {
  readonly shaped: Shaped;
  readonly context: Context;
  readonly parent: string;
  /** Within a `for`: a plain name would repeat. */
  readonly looped: boolean;
}

function checkBlock(
  standing: Standing,
  session: Session,
  allowances: Allowance[],
  knownName?: string | null,
): Checked {
  const { shaped, context, parent } = standing;
  const { construct, place, notes, head, body } = shaped;
  const schema = schemas[construct];
  const span = { start: head.span.start, end: body.span.end };
  checkNotes({ notes, place, span, on: construct }, allowances, session);
  checkKeyNotes(shaped, allowances, session);
  const name = knownName === undefined ? nameOf(standing, session) : knownName;
  const kind = kindOf(standing, session);
  const manifest =
    schema.body === 'manifest'
      ? elaborateManifest(
          body,
          { kind, view: construct === 'resource' ? 'whole' : 'partial', isNamed: name !== null },
          manifestContext(construct, parent, context, body),
          session,
        )
      : null;
  return {
    construct,
    shaped,
    file: context.file,
    context,
    name: nameByNote(notes) ?? name ?? '',
    namespace: schema.namespaced ? context.namespace : '',
    values: checkKeys(shaped, keyContext(schema, kind, context), session) as Values<Construct>,
    reference: referenceOf(shaped, schema, context, session),
    kind,
    manifest: manifest !== null && isBroken(manifest) ? null : manifest,
    noted: checkNoteValues(notes, construct, context, session),
    children: expand(shaped.children, context, session).map((child) =>
      checkBlock({ ...child, parent: construct }, session, allowances),
    ),
  };
}

/** A block of keys whose label is a kind is about objects of it (Rule 28). */
function keyContext(schema: BlockSchema, kind: ObjectKind | null, context: Context): Context {
  const { body, labels, acrossNamespaces } = schema;
  if (acrossNamespaces === true) return { ...context, acrossNamespaces };
  if (body !== 'keys' || labels[0]?.is !== 'kind') return context;
  return { ...context, object: kind === null ? unknown : storedType(kind) };
}

function nameOf({ shaped, context, looped }: Standing, session: Session): string | null {
  const at = schemas[shaped.construct].labels.findIndex(({ is }) => is === 'name');
  const label = shaped.labels[at] ?? null;
  if (looped && label?.kind === 'path' && label.words.length === 1) {
    const name = label.words[0]?.text ?? '';
    const help = [`a name that differs each time: \`"${name}-\${x}"\``];
    complain(session, context, problem('OCM2014', label.span, { name }, { help }));
  }
  return labelText(label, { ...context, where: 'a label' }, session);
}

function kindOf({ shaped, context }: Standing, session: Session): ObjectKind | null {
  if (schemas[shaped.construct].labels[0]?.is !== 'kind') return null;
  const label = shaped.labels[0] ?? null;
  if (label === null) return null;
  const [word, ...more] = label.kind === 'path' ? label.words : [];
  if (word !== undefined && more.length === 0) {
    return word.text === '' ? null : resolveKind(word.text, word.span, context, session);
  }
  const params = { expected: 'a Kubernetes kind', found: 'something else' };
  complain(session, context, problem('OCM2004', label.span, params));
  return null;
}

/** The block a label of the form `ref Sort` names; null where it has no such label, or it was reported. */
function referenceOf(
  { labels: [label] }: Shaped,
  { labels: [of] }: BlockSchema,
  context: Context,
  session: Session,
): Value | null {
  const sort = of?.is.startsWith('ref ') === true ? of.is.slice('ref '.length) : '';
  if (label === null || label === undefined || !Object.hasOwn(sortHeads, sort)) return null;
  const inside: Context = { ...context, where: 'a label', acrossNamespaces: true };
  return knownValue(elaborateLabel(label, refTo(sort as Sort), inside, session)) ?? null;
}

/** Where values of a cluster may stand in an object (Rule 59). */
function manifestContext(
  construct: Construct,
  parent: string,
  context: Context,
  body: BodyNode,
): Context {
  if (construct === 'resource' && parent === 'app') {
    return { ...context, cluster: true, where: 'the manifest of an app' };
  }
  if (construct === 'resource') {
    const advice = 'an object on the hub is the same for every cluster';
    const where = parent === 'addon' ? 'an object of an add-on' : 'a `resource` at file level';
    return { ...context, cluster: false, where, advice };
  }
  if (construct === 'object') {
    const advice = 'an object of a test is written out for the cluster it is on';
    return { ...context, cluster: false, where: 'an object of a test', advice };
  }
  const advice =
    'in policies values per cluster are not available yet: make a policy for each group of clusters with a `for`, or deliver the object with an `app`';
  const inside: Context = { ...context, cluster: false, where: 'the manifest of a policy', advice };
  return withTemplates(inside, body);
}

interface Expanded {
  readonly shaped: Shaped;
  readonly context: Context;
  readonly looped: boolean;
}

/** The blocks of a block, with its loops and branches carried out. */
function expand(
  children: readonly Child[],
  context: Context,
  session: Session,
  looped = false,
): readonly Expanded[] {
  return children.flatMap((child) => expandChild(child, context, session, looped));
}

function expandChild(
  child: Child,
  context: Context,
  session: Session,
  looped: boolean,
): readonly Expanded[] {
  if (child.child === 'block') return [{ shaped: child.block, context, looped }];
  if (child.child === 'for') {
    return turnsOf(child.head, context, session).flatMap((inside) =>
      expand(child.children, inside, session, true),
    );
  }
  const chosen = decide(child.test, context, session);
  if (chosen === null) return [];
  return expand(chosen ? child.yes : child.no, context, session, looped);
}

const perBlock = 'which blocks there are has to be known while compiling';

function turnsOf(head: ForHead, context: Context, session: Session): readonly Context[] {
  const inside = { ...context, where: 'a `for` among blocks', advice: perBlock };
  const loop = elaborateLoop(head, inside, session);
  if (loop === null || !loop.known) return [];
  return loop.turns.map((turn) => ({ ...context, locals: turn.context.locals }));
}

function decide(test: Expr, context: Context, session: Session): boolean | null {
  const inside = { ...context, where: 'an `if` among blocks', advice: perBlock };
  const typed: Typed = elaborateTruth(test, inside, session);
  if (isBroken(typed) || !typed.known) return null;
  checkPredicate(test, inside, session);
  return typed.value === true;
}
