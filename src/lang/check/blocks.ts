import type { ObjectKind } from '../bind/kinds.ts';
import { problem } from '../diagnostics.ts';
import type { Value } from '../fold/value.ts';
import { type Construct, schemas } from '../schema/constructs.ts';
import type { BlockSchema } from '../schema/schema.ts';
import { type Sort, sortHeads } from '../schema/types.ts';
import type { Shaped } from '../shape/decl.ts';
import type { BodyNode } from '../syntax/ast.ts';
import type { Checked, Values } from './checked.ts';
import type { Context } from './context.ts';
import { expand } from './expand.ts';
import type { Instance } from './instances.ts';
import { checkKeys } from './keys.ts';
import { importedKind, resolveKind } from './kinds.ts';
import { knownValue } from './known.ts';
import { elaborateLabel, labelText, lateName } from './labels.ts';
import { elaborateManifest } from './manifest.ts';
import { type Allowance, checkKeyNotes, checkNotes, nameByNote } from './note.ts';
import { checkNoteValues } from './note-values.ts';
import { storedType } from './object-type.ts';
import { complain, type Session } from './session.ts';
import { withTemplates } from './template-fences.ts';
import { refTo, unknown } from './type.ts';
import { isBroken, type Residual } from './typed.ts';

/** Types a block and what is in it. */
export function checkInstance(
  { shaped, context, name }: Instance,
  session: Session,
  allowances: Allowance[],
): Checked {
  const standing: Standing = { shaped, context, parent: 'file', looped: false, within: [] };
  return checkBlock(standing, session, allowances, name);
}

/** A block as it stands in its parent. */
interface Standing {
  readonly shaped: Shaped;
  readonly context: Context;
  readonly parent: string;
  /** Within a `for`: a plain name would repeat. */
  readonly looped: boolean;
  readonly within: Checked['within'];
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
  const found = knownName === undefined ? nameOf(standing, session) : knownName;
  const name = typeof found === 'string' ? found : null;
  const late = typeof found === 'string' ? null : found;
  const kind = kindOf(standing, session);
  const manifest =
    schema.body === 'manifest'
      ? elaborateManifest(
          body,
          { kind, view: construct === 'resource' ? 'whole' : 'partial', isNamed: found !== null },
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
    lateName: late,
    within: standing.within,
    children: expand(construct, shaped.children, context, session).map((child) =>
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

function nameOf({ shaped, context, looped }: Standing, session: Session): string | Residual | null {
  const at = schemas[shaped.construct].labels.findIndex(({ is }) => is === 'name');
  const label = shaped.labels[at] ?? null;
  if (looped && label?.kind === 'path' && label.words.length === 1) {
    const name = label.words[0]?.text ?? '';
    const help = [`a name that differs each time: \`"${name}-\${x}"\``];
    complain(session, context, problem('OCM2014', label.span, { name }, { help }));
  }
  const inside: Context = { ...context, where: 'a label' };
  if (!isObjectOfPolicy(shaped)) return labelText(label, inside, session);
  return lateName(label, { ...inside, cluster: true, lookups: 'agent' }, session);
}

function kindOf({ shaped, context }: Standing, session: Session): ObjectKind | null {
  if (schemas[shaped.construct].labels[0]?.is !== 'kind') return null;
  const label = shaped.labels[0] ?? null;
  if (label === null) return null;
  const [word, member, ...more] = label.kind === 'path' ? label.words : [];
  if (word !== undefined && more.length === 0) {
    if (word.text === '' || member?.text === '') return null;
    return member === undefined
      ? resolveKind(word.text, word.span, context, session)
      : importedKind(word, member, context, session);
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

function isObjectOfPolicy({ construct }: Shaped): boolean {
  return construct === 'musthave' || construct === 'mustonlyhave' || construct === 'mustnothave';
}

/** Where values of a cluster may stand in an object (Rule 59). */
function manifestContext(
  construct: Construct,
  parent: string,
  context: Context,
  body: BodyNode,
): Context {
  if (construct === 'resource' && parent === 'app') {
    return { ...context, cluster: true, lookups: 'hub', where: 'the manifest of an app' };
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
  const inside: Context = {
    ...context,
    cluster: true,
    // Templates of other engines are resolved on the hub only.
    lookups: construct === 'template' ? 'hub' : 'agent',
    where: 'the manifest of a policy',
  };
  return withTemplates(inside, body);
}
