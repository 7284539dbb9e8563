import type { Json } from '../../base/json.ts';
import type { IrExpr } from '../../ir/expr.ts';
import { evaluate } from './evaluate.ts';
import type { Scope } from './scope.ts';
import type { MissingReason } from './value.ts';
import { isMissing, toJson } from './value.ts';

/** What an expression gives where its value is needed: JSON, or why this cluster cannot have it (Rule 32). */
export type Rendered =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly reason: MissingReason; readonly message: string };

/** Renders an expression, a manifest for instance, for one cluster. Never throws. */
export function render(expr: IrExpr, scope: Scope): Rendered {
  const value = evaluate(expr, scope);
  if (!isMissing(value)) return { ok: true, value: toJson(value) };
  return { ok: false, reason: value.missing, message: sentence(value.missing, value.what) };
}

function sentence(reason: MissingReason, what: string): string {
  switch (reason) {
    case 'AttributeMissing':
      return `${what} is not known of this cluster`;
    case 'AttributeMalformed':
      return `${what} of this cluster is not of its type`;
    case 'ValueMissing':
      return `${what} is missing`;
    case 'SelectorInvalid':
      return `the selector is not valid: ${what}`;
    case 'CelFailed':
      return `CEL failed: ${what}`;
    case 'CostExceeded':
      return `${what} is too long or too deep to evaluate`;
    case 'LookupFailed':
    case 'LookupForbidden':
      return what;
    case 'LookupPending':
      return `${what} is not read yet`;
  }
}
