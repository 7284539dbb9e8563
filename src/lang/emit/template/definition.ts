import type { Json, JsonObject } from '../../../base/json.ts';
import type { IrExpr } from '../../../ir/expr.ts';
import { readsSecret } from '../../../ir/lookup.ts';
import { fieldText, type TemplateScope } from './field.ts';
import { originIn } from './lookups.ts';

/** Whether an object has its fields written out, so that templates are needed for values only. */
export function isWrittenOut(expr: IrExpr): boolean {
  if (expr.op === 'const') return true;
  return expr.op === 'record' && expr.items.every(({ item }) => item === 'field');
}

/** An object with a template for each value that is found later; null where its very fields are. */
export function templatedObject(expr: IrExpr, scope: TemplateScope): JsonObject | null {
  if (!isWrittenOut(expr)) return null;
  const object = templated(expr, scope, []);
  return typeof object === 'object' && object !== null && !Array.isArray(object)
    ? (object as JsonObject)
    : null;
}

function templated(expr: IrExpr, scope: TemplateScope, path: readonly string[]): Json {
  if (expr.op === 'const') return expr.value;
  if (expr.op === 'record' && isWrittenOut(expr)) {
    const fields = expr.items.flatMap((item): readonly [string, Json][] =>
      item.item === 'field' ? [[item.key, templated(item.value, scope, [...path, item.key])]] : [],
    );
    return Object.fromEntries(fields);
  }
  if (expr.op === 'list' && expr.items.every(isStructured)) {
    return expr.items.map((item) =>
      item.item === 'value' ? templated(item.value, scope, path) : null,
    );
  }
  reportLabel(expr, path, scope);
  return fieldText(expr, scope);
}

// The resolver takes quotes away after a key only: an element that is no map needs the whole list to be a template.
function isStructured(item: Extract<IrExpr, { op: 'list' }>['items'][number]): boolean {
  return item.item === 'value' && isWrittenOut(item.value);
}

/** OCM4020 for what everybody who may list objects reads. */
export function reportLabel(
  expr: IrExpr,
  [root]: readonly string[],
  { shared }: TemplateScope,
): void {
  if (root !== 'metadata' || !readsSecret(expr)) return;
  shared.leaks.push(originIn(expr) ?? { file: -1, span: { start: 0, end: 0 } });
}
