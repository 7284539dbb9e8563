import { problem } from '../diagnostics.ts';
import type { BinaryNode, Expr } from '../syntax/ast.ts';
import { elaborateIndex, elaborateMember } from './access.ts';
import { elaborateArithmetic, elaborateCoalesce, elaborateNegative } from './arithmetic.ts';
import { elaborateCall } from './calls.ts';
import { elaborateList } from './collections.ts';
import { elaborateComparison, elaborateIn } from './compare.ts';
import type { Context } from './context.ts';
import { elaborateFence, elaborateLiteral, elaborateString } from './literals.ts';
import { elaborateIf, elaborateJunction, elaborateNot } from './logic.ts';
import { resolveName } from './names.ts';
import { elaborateRecord } from './records.ts';
import { boundedSize, complain, deeper, type Session, spend } from './session.ts';
import { elaborateTopology } from './topology.ts';
import { choices, fits, required, type Type, typeText } from './type.ts';
import { broken, isBroken, type Typed } from './typed.ts';
import { inBrackets, sourceText } from './words.ts';

/** Types an expression and folds what is known (Rules 19, 25, 26); what does not fit is reported and broken. */
export function elaborate(
  expr: Expr,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  if (!spend(session, context, expr.span, 1)) return broken;
  const run = (): Typed => infer(expr, expected, context, session);
  const found = deeper(session, context, expr.span, { run, lost: broken });
  const typed = boundedSize(session, context, expr.span, found);
  if (context.call === null) session.types.set(expr, typed.type);
  if (expected === null || isBroken(typed) || fits(typed.type, expected)) return typed;
  return mismatch(expr, typed.type, expected, context, session);
}

function mismatch(
  { span }: Expr,
  type: Type,
  expected: Type,
  context: Context,
  session: Session,
): Typed {
  const mayMiss = type.is === 'optional' && fits(required(type), expected);
  const written = sourceText(context, span);
  const isOneOfMany = choices(expected).some((each) => each.is === 'list' && fits(type, each.of));
  const advice = mayMiss
    ? { help: [`say what holds where it is missing: \`${written} ?? …\``] }
    : isOneOfMany
      ? inBrackets(span, written)
      : {};
  const params = { expected: typeText(required(expected)), found: typeText(type) };
  return complain(session, context, problem('OCM2004', span, params, advice));
}

function infer(expr: Expr, expected: Type | null, context: Context, session: Session): Typed {
  if (expected?.is === 'topology') return elaborateTopology(expr, context, session);
  switch (expr.kind) {
    case 'name':
      return resolveName(expr, expected, context, session);
    case 'string':
      return elaborateString(expr, expected, context, session);
    case 'literal':
      return elaborateLiteral(expr, expected, context, session);
    case 'fence':
      return elaborateFence(expr, expected, context, session);
    case 'list':
      return elaborateList(expr, expected, context, session);
    case 'body':
      return elaborateRecord(expr, expected, context, session);
    case 'member':
      return elaborateMember(expr, expected, context, session);
    case 'index':
      return elaborateIndex(expr, context, session);
    case 'call':
      return elaborateCall(expr, context, session);
    case 'if':
      return elaborateIf(expr, expected, context, session);
    case 'unary':
      return expr.op === '!'
        ? elaborateNot(expr, context, session)
        : elaborateNegative(expr, expected, context, session);
    case 'binary':
      return inferBinary(expr, expected, context, session);
    case 'missing':
      return broken;
  }
}

function inferBinary(
  expr: BinaryNode,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  switch (expr.op) {
    case '&&':
    case '||':
      return elaborateJunction(expr, context, session);
    case 'in':
    case 'not in':
      return elaborateIn(expr, context, session);
    case '??':
      return elaborateCoalesce(expr, expected, context, session);
    case '+':
    case '-':
    case '*':
    case '/':
      return elaborateArithmetic(expr, expected, context, session);
    default:
      return elaborateComparison(expr, context, session);
  }
}
