import { askedSet, labelFact } from '../../../ir/asked-set.ts';
import { opposite } from '../../../ir/comparison.ts';
import type { IrExpr } from '../../../ir/expr.ts';
import type { Requirement } from '../../../kube/selector.ts';
import { assign, branch, type Draft, declare, keep, type Maybe, refuse, within } from './draft.ts';
import { both, call, type GoExpr, no, not, text, yes } from './go.ts';
import { typeOf } from './kinds.ts';
import { noLeak, originIn } from './lookups.ts';
import { quantified } from './quantifiers.ts';
import { compareVersions } from './versions.ts';

/** Whether a condition certainly holds: what is missing makes it unknown, which is neither (Rule 29). */
export function holds(expr: IrExpr, draft: Draft): GoExpr {
  return decide(expr, true, draft);
}

/** Whether a condition certainly does not hold. */
export function fails(expr: IrExpr, draft: Draft): GoExpr {
  return decide(expr, false, draft);
}

function decide(expr: IrExpr, wanted: boolean, draft: Draft): GoExpr {
  noLeak(expr.op === 'compare' || expr.op === 'in' || expr.op === 'call' ? expr : null, draft);
  switch (expr.op) {
    case 'and':
      return junction(expr.args, wanted, wanted, draft);
    case 'or':
      return junction(expr.args, wanted, !wanted, draft);
    case 'not':
      return decide(expr.arg, !wanted, draft);
    case 'has': {
      const present = draft.compile.maybe(expr.arg, draft).present ?? yes;
      return wanted ? present : not(present);
    }
    case 'compare':
      return comparison(expr, wanted, draft);
    case 'in':
      return membership(expr, wanted, draft);
    case 'call': {
      const found = quantified(expr, wanted, draft);
      return found ?? value(expr, wanted, draft);
    }
    default:
      return value(expr, wanted, draft);
  }
}

function value(expr: IrExpr, wanted: boolean, draft: Draft): GoExpr {
  if (expr.op === 'const') return (expr.value === true) === wanted ? yes : no;
  const of = draft.compile.maybe(expr, draft);
  const isTrue =
    typeOf(expr) === 'json' ? call('eq', call('toRawJson', of.value), text('true')) : of.value;
  return both(of.present, wanted ? isTrue : not(isTrue));
}

/** All of them, or some of them; what comes later is not looked at where what comes before decides. */
function junction(args: readonly IrExpr[], wanted: boolean, all: boolean, draft: Draft): GoExpr {
  let found: GoExpr | null = null;
  for (const arg of args) {
    const inside = within(draft);
    const next = decide(arg, wanted, inside);
    if (found === null) {
      draft.nodes.push(...inside.nodes);
      found = next;
    } else if (inside.nodes.length === 0) {
      found = all ? both(found, next) : call('or', found, next);
    } else {
      const sofar: GoExpr = declare(found, draft);
      const go = (to: Draft): void => {
        to.nodes.push(...inside.nodes);
        assign(sofar, next, to);
      };
      branch(all ? sofar : not(sofar), go, null, draft);
      found = sofar;
    }
  }
  return found ?? (all ? yes : no);
}

const functions = { '==': 'eq', '!=': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' } as const;
const plainTypes = ['string', 'bool', 'condition', 'int', 'score'] as const;

function comparison(
  expr: Extract<IrExpr, { op: 'compare' }>,
  wanted: boolean,
  draft: Draft,
): GoExpr {
  const by = wanted ? expr.by : opposite[expr.by];
  const types = [typeOf(expr.left), typeOf(expr.right)] as const;
  const version = compareVersions(expr, by, draft);
  if (version !== null) return version;
  const [a, b] = [draft.compile.maybe(expr.left, draft), draft.compile.maybe(expr.right, draft)];
  const isEquality = by === '==' || by === '!=';
  const alike = plainTypes.some((type) => types.every((each) => groupOf(each) === groupOf(type)));
  if (alike) {
    const test = call(functions[by], a.value, b.value);
    // A label that is not there reads as an empty text, which is not the one it is compared with.
    const isSaid = by === '==' && isLabel(expr.left) && isSomeText(expr.right);
    return isSaid ? test : of(a, b, test);
  }
  if (isEquality && types.includes('json') && types.every((type) => isJsonLike(type))) {
    const written = [a, b].map(({ value: each }) => call('toRawJson', each));
    return of(a, b, call(functions[by], ...written));
  }
  if (!isEquality && types.every((type) => type === 'json' || groupOf(type) === 'int')) {
    return numbers(a, b, functions[by], draft);
  }
  refuse(
    `\`${expr.by}\` of ${types[0] === 'json' ? types[1] : types[0]}`,
    originIn(expr) ?? undefined,
    draft,
  );
  return no;
}

function isLabel(expr: IrExpr): boolean {
  return (
    expr.op === 'attribute' &&
    expr.source.from === 'label' &&
    expr.type === 'string' &&
    expr.default === undefined
  );
}

function isSomeText(expr: IrExpr): boolean {
  return expr.op === 'const' && typeof expr.value === 'string' && expr.value !== '';
}

/** Types that are one kind of value in Go. */
function groupOf(type: string): string {
  if (type === 'score') return 'int';
  return type === 'condition' ? 'bool' : type;
}

function isJsonLike(type: string): boolean {
  return type === 'json' || ['string', 'int', 'bool'].includes(groupOf(type));
}

function of(a: Maybe, b: Maybe, test: GoExpr): GoExpr {
  return both(a.present, b.present, test);
}

function numbers(a: Maybe, b: Maybe, by: string, draft: Draft): GoExpr {
  const sides = [a, b].map((side) => ({ ...side, value: keep(side.value, draft) }));
  const isNumber = (each: GoExpr): GoExpr =>
    call(
      'or',
      call('kindIs', text('int64'), each),
      call('kindIs', text('float64'), each),
      call('kindIs', text('int'), each),
    );
  const tests = sides.map(({ present, value: each }) => both(present, isNumber(each)));
  return both(...tests, call(by, ...sides.map(({ value: each }) => call('float64', each))));
}

/** What a selector asks of a label: true or false of any cluster. */
function labelled({ key, operator, values }: Requirement, draft: Draft): GoExpr {
  const { value: of, present } = draft.compile.maybe(labelFact(key), draft);
  const there = present ?? yes;
  if (operator === 'Exists') return there;
  if (operator === 'DoesNotExist') return not(there);
  const equal = values.map((each) => call('eq', of, text(each)));
  const [only = no] = equal;
  const listed = equal.length > 1 ? call('or', ...equal) : only;
  // A label that is not there reads as an empty text.
  const isOne = values.includes('') ? both(there, listed) : listed;
  return operator === 'In' ? isOne : not(isOne);
}

function membership(expr: Extract<IrExpr, { op: 'in' }>, wanted: boolean, draft: Draft): GoExpr {
  const { left, right } = expr;
  const asked = askedSet(expr);
  if (asked !== null) {
    const inSet = both(...asked.map((each) => labelled(each, draft)));
    return wanted ? inSet : not(inSet);
  }
  const item = draft.compile.maybe(left, draft);
  const type = groupOf(typeOf(left));
  const container = typeOf(right);
  const answer = (test: GoExpr): GoExpr => both(item.present, wanted ? test : not(test));
  if (right.op === 'const' && Array.isArray(right.value) && type === 'int') {
    const tests = right.value.map((each) =>
      call('eq', item.value, draft.compile.need({ op: 'const', type: 'int', value: each }, draft)),
    );
    return answer(
      tests.length === 0 ? no : tests.length === 1 ? (tests[0] ?? no) : call('or', ...tests),
    );
  }
  if (container === 'json' && (type === 'string' || type === 'json')) {
    const within = draft.compile.maybe(right, draft);
    const of = keep(within.value, draft);
    const value = keep(item.value, draft);
    const inList = both(call('kindIs', text('slice'), of), call('has', value, of));
    const inMap = both(
      call('kindIs', text('map'), of),
      call('kindIs', text('string'), value),
      call('hasKey', of, value),
    );
    const isList = right.op === 'list' || (right.op === 'const' && Array.isArray(right.value));
    const test = isList ? call('has', value, of) : call('or', inList, inMap);
    return both(within.present, answer(test));
  }
  refuse('`in`', originIn(expr) ?? undefined, draft);
  return no;
}
