import type { IrItem } from '../../ir/expr.ts';
import { problem } from '../diagnostics.ts';
import { isList, type Value } from '../fold/value.ts';
import type { ElementNode, ForElementNode, ListNode, SpreadNode } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { elaborateLoop } from './loops.ts';
import { bounded, complain, type Session, spend } from './session.ts';
import {
  choices,
  cluster,
  isScalar,
  json,
  listOf,
  never,
  required,
  type Type,
  typeText,
  unite,
} from './type.ts';
import { broken, irOf, isBroken, known, residual, type Typed } from './typed.ts';

/** An element: a value, or (`ir`) items that depend on a cluster. */
type Part =
  | { readonly part: 'value'; readonly typed: Typed }
  | {
      readonly part: 'items';
      readonly item: IrItem;
      readonly of: readonly Typed[];
      readonly type: Type;
    };

/** `[a, ...b, for x in xs: e]`. */
export function elaborateList(
  node: ListNode,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  const item = itemType(expected);
  const parts: Part[] = [];
  let sound = true;
  for (const element of node.elements) {
    const found = elaborateElement(element, item, context, session);
    if (found === null) sound = false;
    else parts.push(...found);
  }
  if (!sound || !spend(session, context, node.span, parts.length)) return broken;
  const type = listOf(item !== null && !isScalar(item, 'json') ? item : typeOfParts(parts));
  const values = parts.map((part) =>
    part.part === 'value' && part.typed.known ? part.typed.value : undefined,
  );
  if (values.every((value) => value !== undefined)) return known(type, values as readonly Value[]);
  const items = parts.map((part) => (part.part === 'items' ? part.item : valueItem(part.typed)));
  const of = parts.flatMap((part) => (part.part === 'items' ? part.of : [part.typed]));
  return bounded(session, context, node.span, residual(type, { op: 'list', items }, of));
}

function valueItem(typed: Typed): IrItem {
  return { item: 'value', value: irOf(typed) };
}

/** What is expected of the elements; null where nothing is. */
function itemType(expected: Type | null): Type | null {
  if (expected === null) return null;
  for (const type of choices(expected)) {
    if (type.is === 'list') return type.of;
    if (type.is === 'clusters') return cluster;
    if (isScalar(type, 'json')) return json;
  }
  return null;
}

function typeOfParts(parts: readonly Part[]): Type {
  const types = parts.map((part) => (part.part === 'items' ? part.type : part.typed.type));
  return types.length === 0 ? never : unite(types);
}

function elaborateElement(
  element: ElementNode,
  expected: Type | null,
  context: Context,
  session: Session,
): readonly Part[] | null {
  if (element.kind === 'spread') return spreadElement(element, expected, context, session);
  if (element.kind === 'forElement') return loopElement(element, expected, context, session);
  const typed = session.elaborate(element, expected, context);
  return isBroken(typed) ? null : [{ part: 'value', typed }];
}

function spreadElement(
  { of: expr }: SpreadNode,
  expected: Type | null,
  context: Context,
  session: Session,
): readonly Part[] | null {
  const of = session.elaborate(expr, expected === null ? null : listOf(expected), context);
  if (isBroken(of)) return null;
  const plain = required(of.type);
  const isSpreadable = plain.is === 'list' || isScalar(plain, 'json');
  if (!isSpreadable || of.type.is === 'optional') {
    const params = { expected: 'a list', found: typeText(of.type) };
    complain(session, context, problem('OCM2004', expr.span, params));
    return null;
  }
  const item = plain.is === 'list' ? plain.of : json;
  if (!of.known) {
    return [{ part: 'items', item: { item: 'spread', of: of.ir }, of: [of], type: item }];
  }
  if (of.value === undefined || !isList(of.value)) return null;
  return of.value.map((value) => ({ part: 'value', typed: known(item, value) }));
}

function loopElement(
  { head, value }: ForElementNode,
  expected: Type | null,
  context: Context,
  session: Session,
): readonly Part[] | null {
  const loop = elaborateLoop(head, context, session);
  if (loop === null) return null;
  if (!loop.known) {
    const body = session.elaborate(value, expected, loop.context);
    if (isBroken(body)) return null;
    const { variables, over, test } = loop;
    const item: IrItem = { item: 'for', variables, over, test, items: [valueItem(body)] };
    return [{ part: 'items', item, of: [body], type: body.type }];
  }
  const parts: Part[] = [];
  for (const turn of loop.turns) {
    const body = session.elaborate(value, expected, turn.context);
    if (isBroken(body)) return null;
    if (turn.test === null) parts.push({ part: 'value', typed: body });
    else {
      const item: IrItem = { item: 'if', test: turn.test, yes: [valueItem(body)], no: [] };
      parts.push({ part: 'items', item, of: [body], type: body.type });
    }
  }
  return parts;
}
