import { problem } from '../diagnostics.ts';
import { isUnit, type Value } from '../fold/value.ts';
import { type Construct, schemas } from '../schema/constructs.ts';
import type { KeySchema } from '../schema/schema.ts';
import type { Shaped } from '../shape/decl.ts';
import type { Expr, FenceNode, PropertyNode } from '../syntax/ast.ts';
import { checkPredicate } from './absence.ts';
import { clusterFields } from './cluster-fields.ts';
import type { Context } from './context.ts';
import { dependenciesType, elaborateDependencies } from './dependencies.ts';
import { kindOf, knownValue } from './known.ts';
import { elaborateTruth } from './logic.ts';
import { storedType } from './object-type.ts';
import { elaborateScoring } from './scoring.ts';
import { complain, type Session } from './session.ts';
import { withTextTemplates } from './template-fences.ts';
import { choices, type Type, unknown } from './type.ts';
import { schemaType } from './type-node.ts';
import { isBroken, type Typed } from './typed.ts';

/** Types the keys of a block by its schema. Null: not written, or reported. */
export function checkKeys(
  shaped: Shaped,
  context: Context,
  session: Session,
): Readonly<Record<string, Typed | null>> {
  const keys: Readonly<Record<string, KeySchema>> = schemas[shaped.construct].keys;
  const values: Record<string, Typed | null> = {};
  const templates = templated.has(shaped.construct);
  let inside = context;
  // `each` says what `object` is in the keys beside it
  const names = Object.keys(keys).sort((a, b) => Number(b === 'each') - Number(a === 'each'));
  for (const name of names) {
    const schema = keys[name];
    const item = shaped.keys[name as never] as PropertyNode | null;
    if (schema === undefined) continue;
    const here = item !== null && templates ? withTextTemplates(inside, item.value) : inside;
    values[name] = item === null ? null : checkKey(name, item, schema, here, session);
    if (name === 'each') inside = { ...context, object: examinedBy(values[name]) };
  }
  return values;
}

// Upstream resolves templates in the whole of a template's object.
const templated: ReadonlySet<Construct> = new Set(['policy', 'config', 'operator', 'certificate']);

/** The type of the objects an `each` chooses. */
function examinedBy(each: Typed | null | undefined): Type {
  const kind = kindOf(knownValue(each));
  return kind === undefined ? unknown : storedType(kind);
}

function checkKey(
  name: string,
  item: PropertyNode,
  schema: KeySchema,
  context: Context,
  session: Session,
): Typed | null {
  if (isLaterWord(item, schema, context, session)) return null;
  if (hasLaterField(item.value, schema, context, session)) return null;
  const type = schemaType(schema.type);
  const where = `\`${name}\``;
  const inside: Context = { ...context, where };
  const typed =
    schema.type === dependenciesType
      ? elaborateDependencies(item.value, inside, session)
      : elaborateKey(item.value, type, inside, session);
  if (isBroken(typed)) return null;
  return checkRange(name, item.value, typed, schema, inside, session) ? typed : null;
}

function elaborateKey(expr: Expr, type: Type, context: Context, session: Session): Typed {
  const plain = choices(type);
  if (plain.some(({ is }) => is === 'predicate')) {
    const isWord = expr.kind === 'name' && plain.some((each) => each.is === 'enum');
    if (isWord && isMember(expr.name.text, plain)) return session.elaborate(expr, type, context);
    const over = plain.find((each) => each.is === 'predicate' && each.over === 'object');
    return over?.is === 'predicate'
      ? elaborateCondition(expr, { ...context, cel: fencesIn(over, expr) }, session)
      : elaboratePredicate(expr, context, session);
  }
  if (type.is === 'scoring') return elaborateScoring(expr, { ...context, cluster: true }, session);
  if (type.is === 'clusterFields') {
    return session.elaborate(expr, clusterFields(session), context);
  }
  return session.elaborate(expr, type, context);
}

function isMember(word: string, types: readonly Type[]): boolean {
  return types.some((type) => type.is === 'enum' && type.members.includes(word));
}

/** A condition on a cluster (Rules 28, 29, 62). */
// Each predicate of a Placement has CEL of its own, so it may stand beside `||` as well as beside `&&` (Rule 62).
function elaboratePredicate(expr: Expr, context: Context, session: Session): Typed {
  const inside: Context = {
    ...context,
    cluster: true,
    cel: new Set(conjuncts(expr, ['&&', '||'])),
  };
  const typed = elaborateTruth(expr, inside, session);
  if (!isBroken(typed)) checkPredicate(expr, inside, session);
  return typed;
}

/** Fences that may stand in a condition on an object: where it becomes CEL anyway. */
function fencesIn({ cel }: Extract<Type, { is: 'predicate' }>, expr: Expr): Context['cel'] {
  return new Set(cel === true ? conjuncts(expr) : []);
}

/** A condition on an object: `cluster` is not in scope. */
function elaborateCondition(expr: Expr, context: Context, session: Session): Typed {
  const inside: Context = { ...context, advice: 'it looks at the object alone' };
  const typed = elaborateTruth(expr, inside, session);
  if (!isBroken(typed)) checkPredicate(expr, inside, session);
  return typed;
}

/** The fences of CEL that are the whole condition, or one part joined with `&&` (or another of the operators). */
function conjuncts(expr: Expr, by: readonly string[] = ['&&']): readonly FenceNode[] {
  if (expr.kind === 'fence') return [expr];
  if (expr.kind !== 'binary' || !by.includes(expr.op)) return [];
  return [...conjuncts(expr.left, by), ...conjuncts(expr.right, by)];
}

/** OCM2034 for a word that the key will know one day. */
function isLaterWord(
  { key, value }: PropertyNode,
  { laterWords }: KeySchema,
  context: Context,
  session: Session,
): boolean {
  const head = value.kind === 'call' ? value.of : value;
  if (laterWords === undefined || head.kind !== 'name') return false;
  const { text } = head.name;
  const instead = Object.hasOwn(laterWords, text) ? laterWords[text] : undefined;
  if (instead === undefined) return false;
  const word = key.kind === 'word' ? `${key.text}: ${text}` : text;
  const help = [`today: ${instead}`];
  complain(session, context, problem('OCM2034', head.span, { word }, { help }));
  return true;
}

/** OCM2034 for a field of a record that will be known one day. */
function hasLaterField(
  expr: Expr,
  { laterFields }: KeySchema,
  context: Context,
  session: Session,
): boolean {
  if (laterFields === undefined || expr.kind !== 'body') return false;
  for (const item of expr.items) {
    if (item.kind !== 'property' || item.key.kind !== 'word') continue;
    const { text: word, span } = item.key;
    const instead = Object.hasOwn(laterFields, word) ? laterFields[word] : undefined;
    if (instead === undefined) continue;
    complain(session, context, problem('OCM2034', span, { word }, { help: [instead] }));
    return true;
  }
  return false;
}

function checkRange(
  name: string,
  { span }: Expr,
  typed: Typed,
  { range }: KeySchema,
  context: Context,
  session: Session,
): boolean {
  if (range === undefined || !typed.known || typed.value === undefined) return true;
  const number = amount(typed.value);
  if (number === null) return true;
  const { min, max } = range;
  const isPercent = isUnit(typed.value);
  if ((min === undefined || number >= min) && (isPercent || max === undefined || number <= max)) {
    return true;
  }
  const words = max !== undefined && number > max ? `at most ${max}` : `at least ${min}`;
  const params = { what: `\`${name}\``, range: words };
  complain(session, context, problem('OCM2013', span, params));
  return false;
}

function amount(value: Value): number | null {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'object' && value !== null && isUnit(value) && value.unit === 'percent'
    ? value.percent
    : null;
}
