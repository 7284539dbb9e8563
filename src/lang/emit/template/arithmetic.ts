import type { IrArithmetic, IrExpr } from '../../../ir/expr.ts';
import { readOf } from '../../../ir/lookup.ts';
import { combine, type Draft, keep, type Maybe, refuse } from './draft.ts';
import { both, call, type GoExpr, not, number, text } from './go.ts';
import { typeOf } from './kinds.ts';
import { originIn } from './lookups.ts';

type Arithmetic = Extract<IrExpr, { op: 'arithmetic' }>;

const functions = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'div' } as const;
const missing = text('ValueMissing: an int that is needed here cannot be computed');

/** `+ - * /` of ints, and `+` of texts: all that a template computes exactly (Rule 33). */
export function arithmetic(expr: Arithmetic, draft: Draft): Maybe {
  const { by, left, right } = expr;
  const types = [typeOf(left), typeOf(right)];
  if (types.every((type) => type === 'int' || type === 'score')) return ofInts(expr, draft);
  if (by === '+' && types.every((type) => type === 'string')) {
    const [a, b] = [draft.compile.maybe(left, draft), draft.compile.maybe(right, draft)];
    return combine([a, b], call('printf', text('%s%s'), a.value, b.value));
  }
  const origin = originIn(left) ?? originIn(right) ?? undefined;
  return refuse(`\`${by}\` of ${types[0]}`, origin, draft);
}

/** Go wraps around where 64 bits end, and stops at a division by zero: both are a missing value here. */
function ofInts({ by, left, right }: Arithmetic, draft: Draft): Maybe {
  const a = draft.compile.maybe(left, draft);
  const b = draft.compile.maybe(right, draft);
  if (isSmall(left) && isSmall(right) && (by === '+' || by === '-')) {
    return combine([a, b], call(functions[by], a.value, b.value));
  }
  const [x, y] = [keep(a.value, draft), keep(b.value, draft)];
  const value = call(functions[by], x, y);
  const whole = combine([a, b], value);
  const fits = isComputed(by, { left, right }, { x, y, value });
  return fits === null ? whole : { value, present: both(whole.present, fits), missing };
}

interface Operands {
  readonly x: GoExpr;
  readonly y: GoExpr;
  readonly value: GoExpr;
}

function isComputed(
  by: IrArithmetic,
  { right }: Pick<Arithmetic, 'left' | 'right'>,
  { x, y, value }: Operands,
): GoExpr | null {
  const zero = number(0n);
  switch (by) {
    case '/':
      return right.op === 'const' && right.value !== 0 ? null : call('ne', y, zero);
    case '*':
      return call('or', call('eq', y, zero), call('eq', call('div', value, y), x));
    case '+':
      return call('eq', call('lt', value, x), call('lt', y, zero));
    case '-':
      return not(call('ne', call('gt', value, x), call('lt', y, zero)));
  }
}

/** Whether an int has at most 18 digits: what is read from a text has, and what is written mostly. */
function isSmall(expr: IrExpr): boolean {
  if (expr.op === 'const') return typeof expr.value === 'number';
  return expr.op === 'attribute' || readOf(expr) !== null;
}
