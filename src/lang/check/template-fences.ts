import type { BodyNode, Expr, FenceNode, IfItemNode, ItemNode } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { required, type Type, text } from './type.ts';
import { known, type Typed } from './typed.ts';

/** Go templates that may stand here, verbatim (language.md §6): `any` as a value of whatever type its field expects. */
export type TemplateFences = ReadonlyMap<FenceNode, 'text' | 'any'>;

/** The context in which fences that are values of a body, or in lists and records of it, may be Go templates. */
export function withTemplates(context: Context, body: BodyNode): Context {
  const fences = new Map<FenceNode, 'any'>();
  collectItems(body.items, (fence) => fences.set(fence, 'any'));
  return fences.size === 0 ? context : { ...context, templates: fences };
}

/** The same for the value of a key, where a template is a text. */
export function withTextTemplates(context: Context, value: Expr): Context {
  const fences = new Map<FenceNode, 'text'>();
  collect(value, (fence) => fences.set(fence, 'text'));
  return fences.size === 0 ? context : { ...context, templates: fences };
}

/** A fence with a template: its text, byte for byte; null where none may stand. */
export function elaborateTemplate(
  fence: FenceNode,
  expected: Type | null,
  { templates }: Context,
): Typed | null {
  const as = templates?.get(fence);
  if (as === undefined) return null;
  return known(as === 'text' || expected === null ? text : required(expected), fence.text);
}

type Visit = (fence: FenceNode) => void;

function collectItems(items: readonly ItemNode[], visit: Visit): void {
  for (const item of items) {
    if (item.kind === 'property') collect(item.value, visit);
    else if (item.kind === 'forItem') collectItems(item.body.items, visit);
    else if (item.kind === 'ifItem') collectBranch(item, visit);
  }
}

function collectBranch({ yes, no }: IfItemNode, visit: Visit): void {
  collectItems(yes.items, visit);
  if (no?.kind === 'ifItem') collectBranch(no, visit);
  else if (no !== null) collectItems(no.items, visit);
}

// Where a value stands as it is: not as an operand, a receiver or an argument.
function collect(expr: Expr, visit: Visit): void {
  switch (expr.kind) {
    case 'fence':
      visit(expr);
      return;
    case 'body':
      collectItems(expr.items, visit);
      return;
    case 'list':
      for (const element of expr.elements) {
        const value = element.kind === 'forElement' ? element.value : element;
        if (value.kind !== 'spread') collect(value, visit);
      }
      return;
    case 'if':
      collect(expr.yes, visit);
      collect(expr.no, visit);
      return;
    default:
  }
}
