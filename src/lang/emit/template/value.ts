import type { IrExpr } from '../../../ir/expr.ts';
import { claimOf, lookupOf, readOf } from '../../../ir/lookup.ts';
import { arithmetic } from './arithmetic.ts';
import { attribute } from './attributes.ts';
import { builtin } from './builtins.ts';
import { fails, holds } from './conditions.ts';
import { listValue, recordValue } from './data.ts';
import {
  assign,
  branch,
  type Compile,
  combine,
  type Draft,
  declare,
  insist,
  keep,
  type Maybe,
  onHub,
  refuse,
  sure,
  within,
} from './draft.ts';
import { both, call, type GoExpr, nil, no, not, number, text, yes } from './go.ts';
import { isTextMap, stageOf, typeOf } from './kinds.ts';
import { constant } from './literals.ts';
import {
  claimValue,
  foundData,
  foundObject,
  listedObjects,
  noLeak,
  originIn,
  placeOf,
  plainRead,
  readKey,
} from './lookups.ts';
import { converted } from './parsed.ts';

const valueMissing = text('ValueMissing: a value that is needed here is missing');

/** The value of an expression, which may not be there. */
export function maybe(expr: IrExpr, draft: Draft): Maybe {
  const { shared } = draft;
  shared.steps -= 1;
  if (shared.steps < 0) return sure(text(''));
  if (draft.stage === 'agent' && stageOf(expr, draft.bound) === 'hub') return fromHub(expr, draft);
  return infer(expr, draft);
}

/** The value of an expression; where it is missing, resolving fails (Rules 31 and 32). */
export function need(expr: IrExpr, draft: Draft): GoExpr {
  const { value, present, missing } = draft.compile.maybe(expr, draft);
  insist(present, missing, draft);
  return value;
}

/** All of the compiler of expressions. */
export const compileExpressions: Compile = { maybe, need, holds, fails };

// In a template of the agent the hub leaves a literal.
function fromHub(expr: IrExpr, draft: Draft): Maybe {
  const inside = onHub(draft);
  const value = need(expr, inside);
  const type = typeOf(expr);
  const as = type === 'json' ? 'json' : 'scalar';
  return sure({ go: 'fromHub', nodes: inside.nodes, value, as });
}

function infer(expr: IrExpr, draft: Draft): Maybe {
  switch (expr.op) {
    case 'const':
      return sure(constant(expr.value, expr.type));
    case 'attribute':
      return attribute(expr, draft);
    case 'and':
    case 'or':
    case 'not':
    case 'compare':
    case 'in':
      return truth(expr, draft);
    case 'has':
      return sure(maybe(expr.arg, draft).present ?? yes);
    case 'arithmetic':
      return arithmetic(expr, draft);
    case 'negate': {
      const of = maybe(expr.arg, draft);
      return combine([of], call('sub', number(0n), of.value));
    }
    case 'coalesce':
      return coalesce(expr, draft);
    case 'if':
      return choice(expr, draft);
    case 'member':
      return member(expr, draft);
    case 'index':
      return indexed(expr, draft);
    case 'call':
      return called(expr, draft);
    case 'variable':
      return variable(expr, draft);
    case 'format':
      return format(expr, draft);
    case 'list':
      return listValue(expr, draft);
    case 'record':
      return recordValue(expr, draft);
    default:
      return refuse(`\`${expr.op}\``, originIn(expr) ?? undefined, draft);
  }
}

function variable(expr: Extract<IrExpr, { op: 'variable' }>, draft: Draft): Maybe {
  const bound = draft.bound.get(expr.name);
  if (bound === undefined) return refuse(`\`${expr.name}\``, undefined, draft);
  if (bound.isObject) return sure(bound.value);
  return {
    value: bound.value,
    present: not(call('kindIs', text('invalid'), bound.value)),
    missing: valueMissing,
  };
}

function truth(expr: IrExpr, draft: Draft): Maybe {
  const value = keep(holds(expr, draft), draft);
  const opposite = fails(expr, draft);
  if (isOpposite(value, opposite)) return sure(value);
  return { value, present: call('or', value, opposite), missing: valueMissing };
}

function isOpposite(value: GoExpr, other: GoExpr): boolean {
  return other.go === 'bool' && value.go === 'bool' && other.value !== value.value;
}

function called(expr: Extract<IrExpr, { op: 'call' }>, draft: Draft): Maybe {
  const read = readOf(expr);
  if (read !== null && draft.shared.plain) {
    draft.shared.unguarded.push(originIn(expr) ?? { file: -1, span: { start: 0, end: 0 } });
    return sure(converted(read.as, plainRead(read, draft)));
  }
  if (read !== null) return failing(readKey(read, draft), draft);
  const lookup = lookupOf(expr);
  if (lookup !== null) {
    return lookup.name === null
      ? listedObjects(lookup, draft)
      : failing(foundObject(lookup, draft), draft);
  }
  const claim = claimOf(expr);
  if (claim !== null) return failing(claimValue(claim, draft), draft);
  if (expr.function === 'any' || expr.function === 'all') return truth(expr, draft);
  return builtin(expr, draft);
}

// A lookup is a plain value: where it fails, resolving fails, whatever stands around it but `??` (Rule 31).
function failing({ value, present, missing }: Maybe, draft: Draft): Maybe {
  insist(present, missing, draft);
  return sure(value);
}

/** What stands left of `??`: there a lookup may fail. */
function soft(expr: IrExpr, draft: Draft): Maybe {
  if (draft.stage === 'agent' && stageOf(expr, draft.bound) === 'hub') return maybe(expr, draft);
  const read = readOf(expr);
  if (read !== null) return readKey(read, draft);
  const lookup = lookupOf(expr);
  if (lookup !== null && lookup.name !== null) return foundObject(lookup, draft);
  const claim = claimOf(expr);
  return claim === null ? maybe(expr, draft) : claimValue(claim, draft);
}

function coalesce(expr: Extract<IrExpr, { op: 'coalesce' }>, draft: Draft): Maybe {
  const short = withDefault(expr, draft);
  if (short !== null) return short;
  const left = soft(expr.left, draft);
  if (left.present === null) return left;
  return either(
    left.present,
    (inside) => sureOf(left.value, inside),
    (inside) => maybe(expr.right, inside),
    draft,
  );
}

function sureOf(value: GoExpr, _: Draft): Maybe {
  return sure(value);
}

/** `dig "data" key "default" (lookup …)`, where both are texts. */
function withDefault(
  { left, right }: Extract<IrExpr, { op: 'coalesce' }>,
  draft: Draft,
): Maybe | null {
  if (right.op !== 'const' || typeof right.value !== 'string') return null;
  const read = readOf(left);
  if (read !== null && read.as === 'string' && read.of.kind === 'ConfigMap') {
    const { value } = readKey({ ...read, as: 'string' }, within(draft));
    const data = value.go === 'call' ? value.args : [];
    const at = data[1];
    if (at === undefined || at.go === 'variable') return null;
    const found = lookupIn(read.of, draft);
    return sure(call('dig', text('data'), at, text(right.value), found));
  }
  // The ConfigMap has to be there, the key has not.
  if (left.op !== 'index' || !isTextMap(left.of) || left.of.op !== 'member') return null;
  const of = lookupOf(left.of.of);
  if (of === null || (draft.stage === 'agent' && stageOf(left, draft.bound) === 'hub')) return null;
  if (right.value !== '') return null;
  const { namespace, name } = placeOf(of, draft);
  return sure(call('fromConfigMap', namespace, name, need(left.at, draft)));
}

function lookupIn(of: Parameters<typeof foundObject>[0], draft: Draft): GoExpr {
  const { namespace, name } = placeOf(of, draft);
  return call('lookup', text(of.apiVersion), text(of.kind), namespace, name);
}

/** One value or another; what makes each is done only where it is taken. */
function either(
  test: GoExpr,
  yesSide: (inside: Draft) => Maybe,
  noSide: (inside: Draft) => Maybe,
  draft: Draft,
): Maybe {
  const value = declare(text(''), draft);
  const marks = { any: false };
  let missing: GoExpr = valueMissing;
  const there = declare(yes, draft);
  const take = (side: (inside: Draft) => Maybe) => (inside: Draft) => {
    const found = side(inside);
    if (found.present === null) {
      assign(value, found.value, inside);
      return;
    }
    marks.any = true;
    missing = found.missing;
    const isThere = found.present;
    branch(
      isThere,
      (within) => assign(value, found.value, within),
      (within) => assign(there, no, within),
      inside,
    );
  };
  branch(test, take(yesSide), take(noSide), draft);
  if (marks.any) return { value, present: there, missing };
  dropDeclaration(there, draft);
  return sure(value);
}

// A variable that turned out not to be needed: its declaration is the only node that names it.
function dropDeclaration(of: GoExpr, { nodes }: Draft): void {
  const at = nodes.findIndex(
    (node) => node.node === 'set' && of.go === 'variable' && node.name === of.name,
  );
  if (at >= 0) nodes.splice(at, 1);
}

function choice(expr: Extract<IrExpr, { op: 'if' }>, draft: Draft): Maybe {
  noLeak(expr.test, draft);
  const test = holds(expr.test, draft);
  return either(
    test,
    (inside) => maybe(expr.yes, inside),
    (inside) => maybe(expr.no, inside),
    draft,
  );
}

function member(expr: Extract<IrExpr, { op: 'member' }>, draft: Draft): Maybe {
  const { of, name } = expr;
  const field = objectField(expr, draft);
  if (field !== null) return field;
  const lookup = lookupOf(of);
  if (lookup !== null && lookup.name !== null && name === 'data' && lookup.kind === 'ConfigMap') {
    return failing(foundData(lookup, draft), draft);
  }
  return step(maybe(of, draft), text(name), draft);
}

/** A field of an object of an API server, by its path: what is within it is a map, as its kind says. */
function objectField(expr: IrExpr, draft: Draft): Maybe | null {
  const path: GoExpr[] = [];
  let at = expr;
  for (;;) {
    if (at.op === 'member') path.unshift(text(at.name));
    else if (at.op === 'index' && at.at.op === 'const' && typeof at.at.value === 'string') {
      path.unshift(text(at.at.value));
    } else break;
    at = at.of;
  }
  const whole = path.length === 0 ? null : wholeObject(at, draft);
  if (whole === null) return null;
  // A stored object has a name (Rule 28).
  const written = path.map((key) => (key.go === 'text' ? key.value : '')).join('.');
  if (written === 'metadata.name') return sure(call('dig', ...path, text(''), whole));
  const found = declare(call('dig', ...path, nil, whole), draft);
  return {
    value: found,
    present: not(call('kindIs', text('invalid'), found)),
    missing: valueMissing,
  };
}

function wholeObject(expr: IrExpr, draft: Draft): GoExpr | null {
  if (draft.stage === 'agent' && stageOf(expr, draft.bound) === 'hub') return null;
  if (expr.op === 'variable') {
    const bound = draft.bound.get(expr.name);
    return bound?.isObject === true ? bound.value : null;
  }
  const lookup = lookupOf(expr);
  if (lookup === null || lookup.name === null || lookup.kind === 'ConfigMap') return null;
  return failing(foundObject(lookup, draft), draft).value;
}

/** One step into a map nobody knows the shape of: what is not there, or no map, is missing. */
function step(of: Maybe, key: GoExpr, draft: Draft): Maybe {
  const from = keep(of.value, draft);
  const found = declare(call('dig', text(''), nil, call('dict')), draft);
  const isMap = both(of.present, call('kindIs', text('map'), from));
  branch(isMap, (inside) => assign(found, call('dig', key, nil, from), inside), null, draft);
  const present = not(call('kindIs', text('invalid'), found));
  return { value: found, present, missing: of.present === null ? valueMissing : of.missing };
}

function indexed({ of, at }: Extract<IrExpr, { op: 'index' }>, draft: Draft): Maybe {
  const field = objectField({ op: 'index', of, at }, draft);
  if (field !== null) return field;
  const from = maybe(of, draft);
  if (typeOf(at) !== 'int') return step(from, need(at, draft), draft);
  const list = keep(from.value, draft);
  const place = keep(need(at, draft), draft);
  const found = declare(call('dig', text(''), nil, call('dict')), draft);
  const inList = both(
    from.present,
    call('kindIs', text('slice'), list),
    call('ge', place, number(0n)),
    call('gt', call('len', list), place),
  );
  branch(inList, (inside) => assign(found, call('index', list, place), inside), null, draft);
  const present = not(call('kindIs', text('invalid'), found));
  return { value: found, present, missing: valueMissing };
}

/** A text with values in it. */
function format({ parts }: Extract<IrExpr, { op: 'format' }>, draft: Draft): Maybe {
  const values: Maybe[] = [];
  let pattern = '';
  for (const part of parts) {
    if (part.op === 'const' && typeof part.value === 'string') {
      pattern += part.value.replaceAll('%', '%%');
      continue;
    }
    const of = maybe(part, draft);
    const { verb, value } = printed(part, of, draft);
    pattern += verb;
    values.push({ ...of, value });
  }
  if (values.length === 0) return sure(text(pattern.replaceAll('%%', '%')));
  const [only] = values;
  if (pattern === '%s' && only !== undefined) return only;
  return combine(values, call('printf', text(pattern), ...values.map(({ value }) => value)));
}

function printed(expr: IrExpr, of: Maybe, draft: Draft): { verb: string; value: GoExpr } {
  switch (typeOf(expr)) {
    case 'int':
    case 'score':
      return { verb: '%d', value: of.value };
    case 'bool':
    case 'condition':
      return { verb: '%t', value: of.value };
    case 'json': {
      // A text is itself, a number as JSON writes it.
      const value = keep(of.value, draft);
      const isText = call('kindIs', text('string'), value);
      return { verb: '%s', value: call('ternary', value, call('toRawJson', value), isText) };
    }
    default:
      return { verb: '%s', value: of.value };
  }
}
