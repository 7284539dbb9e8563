import type { Json } from '../../../base/json.ts';
import { parseVersion } from '../../../kube/version.ts';
import type { IrAttribute, IrComparison, IrExpr } from '../../expr.ts';
import {
  type CelText,
  celString,
  celTaints,
  guardOf,
  hasValue,
  onAttribute,
  onCondition,
  tight,
  type Unsayable,
} from './cel-access.ts';
import { type Atom, constantList, type Formula, normalize } from './formula.ts';

/** How one atom is said in CEL. */
export type AtomPrinter = (atom: Atom) => CelText | Unsayable;

/** A formula as one CEL expression; or why one of its atoms cannot be said, and where that stands. */
export function celOf(
  formula: Formula,
  print: AtomPrinter = atomCel,
): CelText | (Unsayable & { readonly atom: Atom | null }) {
  if (formula.is === 'true' || formula.is === 'false') return tight(formula.is);
  if (formula.is === 'atom') {
    const printed = print(formula);
    return 'unsayable' in printed ? { ...printed, atom: formula } : printed;
  }
  const parts: string[] = [];
  for (const part of formula.of) {
    const printed = celOf(part, print);
    if ('unsayable' in printed) return printed;
    parts.push(printed.loose && formula.is === 'and' ? `(${printed.text})` : printed.text);
  }
  return formula.is === 'and'
    ? tight(parts.join(' && '))
    : { text: parts.join(' || '), loose: true };
}

/** One atom in upstream's CEL (language.md §7). */
export function atomCel(atom: Atom): CelText | Unsayable {
  const printed = literal(atom);
  if ('unsayable' in printed || !atom.orMissing) return printed;
  const about = attributeIn(atom.expr);
  const absent = about === null ? unsayable('this condition') : hasValue(about, true);
  if ('unsayable' in absent) return absent;
  return { text: `${absent.text} || ${printed.text}`, loose: true };
}

function literal({ expr, negated }: Atom): CelText | Unsayable {
  switch (expr.op) {
    case 'cel':
      return negated ? tight(`!(${expr.source})`) : { text: expr.source, loose: true };
    case 'attribute':
      return truthOf(expr, negated);
    case 'has':
      return expr.arg.op === 'attribute' ? hasValue(expr.arg, negated) : unsayable('`has` of this');
    case 'compare':
      return comparison(expr);
    case 'in':
      return membership(expr, negated);
    case 'call':
      return call(expr, negated);
    default:
      return unsayable(`\`${expr.op}\``);
  }
}

function truthOf(attribute: IrAttribute, negated: boolean): CelText | Unsayable {
  const { source, type } = attribute;
  if (source.from === 'condition') {
    const byDefault = typeof attribute.default === 'boolean' ? attribute.default : undefined;
    return onCondition(source.type, negated, byDefault);
  }
  if (type !== 'bool' && type !== 'condition') return unsayable(`a ${type} as a condition`);
  const [yes, no] = type === 'bool' ? ['true', 'false'] : ['True', 'False'];
  const word = (negated ? no : yes) ?? '';
  const wanted = source.from === 'field' && type === 'bool' ? word : celString(word);
  return onAttribute(attribute, (value) => `${value} == ${wanted}`);
}

function comparison({
  left,
  right,
  by,
}: Extract<IrExpr, { readonly op: 'compare' }>): CelText | Unsayable {
  if (isSizeOfTaints(left) && right.op === 'const' && Number.isSafeInteger(right.value)) {
    return tight(`${celTaints}.size() ${by} ${String(right.value)}`);
  }
  if (left.op !== 'attribute') return unsayable('a computation');
  if (right.op === 'attribute') return ofTwo(left, right, by);
  if (right.op !== 'const') return unsayable('a computation');
  const holds = onConstant(left, by, right.value);
  return 'unsayable' in holds ? holds : onAttribute(left, holds.of);
}

/** A comparison of a fact with a constant, as a condition on the fact's CEL text. */
function onConstant(
  { type, source }: IrAttribute,
  by: IrComparison,
  value: Json,
): { readonly of: (fact: string) => string } | Unsayable {
  const isText = source.from !== 'field' && source.from !== 'score';
  switch (type) {
    case 'string':
      return { of: (fact) => `${fact} ${by} ${celString(String(value))}` };
    case 'int':
    case 'score': {
      if (type === 'score' && isText) return unsayable('a score that is no AddOnPlacementScore');
      const number = String(value);
      if (!/^-?\d{1,19}$/.test(number)) return unsayable(`the number ${number}`);
      return { of: (fact) => `${isText ? `int(${fact})` : fact} ${by} ${number}` };
    }
    case 'float': {
      const number = Number.isInteger(value) ? `${String(value)}.0` : String(value);
      return { of: (fact) => `${isText ? `double(${fact})` : fact} ${by} ${number}` };
    }
    case 'version':
      return versionTest(by, String(value));
    case 'quantity':
      return quantityTest(source, by, String(value));
    case 'time':
      return { of: (fact) => `timestamp(${fact}) ${by} timestamp(${celString(String(value))})` };
    default:
      return unsayable(`a ${type}`);
  }
}

// Facts are cut to the parts the literal has, so that a suffix such as `-eks-5e0fdde` does not count (Rule 35).
function versionTest(by: IrComparison, value: string) {
  const version = parseVersion(value);
  if (version === null) return unsayable(`the version ${value}`);
  const { major, minor, patch, parts } = version;
  const cut = (fact: string) =>
    parts === 2
      ? `${fact}.find("[0-9]+[.][0-9]+") + ".0"`
      : `${fact}.find("[0-9]+[.][0-9]+[.][0-9]+")`;
  const floor = `semver("${major}.${minor}.${patch}")`;
  return {
    of: (fact: string) =>
      `isSemver(${cut(fact)}) && semver(${cut(fact)}).compareTo(${floor}) ${by} 0`,
  };
}

function quantityTest(source: IrAttribute['source'], by: IrComparison, value: string) {
  const test = (fact: string) =>
    `quantity(${fact}).compareTo(quantity(${celString(value)})) ${by} 0`;
  if (source.from === 'field') {
    return { of: (fact: string) => `${guardOf(source.path)} && ${test(fact)}` };
  }
  return { of: (fact: string) => `isQuantity(${fact}) && ${test(fact)}` };
}

function ofTwo(left: IrAttribute, right: IrAttribute, by: IrComparison): CelText | Unsayable {
  const isPlain = ({ type, source }: IrAttribute) =>
    type === 'string' && ['label', 'annotation', 'field'].includes(source.from);
  if (!isPlain(left) || !isPlain(right)) return unsayable('a comparison of two facts');
  return nested(
    onAttribute(right, (fact) => fact),
    (other) => onAttribute(left, (fact) => `${fact} ${by} ${other}`),
  );
}

function nested(
  of: CelText | Unsayable,
  then: (text: string) => CelText | Unsayable,
): CelText | Unsayable {
  return 'unsayable' in of ? of : then(of.text);
}

function membership(
  { left, right }: Extract<IrExpr, { readonly op: 'in' }>,
  negated: boolean,
): CelText | Unsayable {
  const isOfSets = right.op === 'attribute' && right.source.from === 'sets';
  if (isOfSets) return unsayable('who is in a set that is declared elsewhere');
  const not = negated ? '!' : '';
  if (right.op === 'attribute' && right.type === 'cidr' && left.op === 'const') {
    const address = celString(String(left.value));
    return onAttribute(right, (fact) => `${not}cidr(${fact}).containsIP(${address})`);
  }
  if (left.op !== 'attribute') return unsayable('a computation');
  if (right.op === 'const' && right.type === 'cidr' && left.type === 'string') {
    const block = `cidr(${celString(String(right.value))})`;
    return onAttribute(left, (fact) => `${not}${block}.containsIP(${fact})`);
  }
  const list = constantList(right);
  if (list === null) return unsayable('a list that is not constant');
  if (left.type === 'string' && list.every((value) => typeof value === 'string')) {
    const values = list.map(celString).join(', ');
    return onAttribute(left, (fact) =>
      negated ? `!(${fact} in [${values}])` : `${fact} in [${values}]`,
    );
  }
  const tests = list.map((value) => onConstant(left, negated ? '!=' : '==', value));
  const refused = tests.find((test) => 'unsayable' in test);
  if (refused !== undefined && 'unsayable' in refused) return refused;
  const join = negated ? ' && ' : ' || ';
  return onAttribute(
    left,
    (fact) => `(${tests.map((test) => ('of' in test ? test.of(fact) : '')).join(join)})`,
  );
}

const textFunctions = new Set(['startsWith', 'endsWith', 'contains', 'matches']);

function call(
  { function: name, args }: Extract<IrExpr, { readonly op: 'call' }>,
  negated: boolean,
): CelText | Unsayable {
  const [of, second] = args;
  const not = negated ? '!' : '';
  if (of?.op === 'attribute' && second?.op === 'const' && textFunctions.has(name)) {
    if (of.type !== 'string') return unsayable(`\`${name}\` of a ${of.type}`);
    return onAttribute(of, (fact) => `${not}${fact}.${name}(${celString(String(second.value))})`);
  }
  if (isTaints(of) && second?.op === 'lambda' && (name === 'any' || name === 'all')) {
    const body = celOf(normalize(second.body), memberCel(second.variable));
    if ('unsayable' in body) return body;
    return tight(`${not}${celTaints}.${name === 'any' ? 'exists' : 'all'}(t, ${body.text})`);
  }
  return unsayable(`\`${name}\``);
}

const taintMembers = new Set(['key', 'value', 'effect']);

/** Conditions on a taint, which is called `t`. */
function memberCel(variable: string): AtomPrinter {
  const member = (expr: IrExpr): string | null => {
    if (expr.op !== 'member' || expr.of.op !== 'variable' || expr.of.name !== variable) return null;
    return taintMembers.has(expr.name) ? `t.${expr.name}` : null;
  };
  return ({ expr, negated }) => {
    switch (expr.op) {
      case 'has': {
        const of = member(expr.arg);
        return of === null ? unsayable('this condition') : tight(`${negated ? '!' : ''}has(${of})`);
      }
      case 'compare':
        return compareMember(member(expr.left), expr);
      case 'in':
        return memberIn(member(expr.left), constantList(expr.right), negated);
      default:
        return unsayable('this condition');
    }
  };
}

function memberIn(
  member: string | null,
  list: readonly Json[] | null,
  negated: boolean,
): CelText | Unsayable {
  if (member === null || list === null) return unsayable('this condition');
  const test = `${member} in [${list.map((value) => celString(String(value))).join(', ')}]`;
  return tight(negated ? `!(${test})` : test);
}

function compareMember(
  member: string | null,
  { by, right }: Extract<IrExpr, { readonly op: 'compare' }>,
): CelText | Unsayable {
  const isText = right.op === 'const' && typeof right.value === 'string';
  if (member === null || !isText || (by !== '==' && by !== '!='))
    return unsayable('this condition');
  return tight(`${member} ${by} ${celString(String(right.value))}`);
}

function isTaints(expr: IrExpr | undefined): boolean {
  return expr?.op === 'attribute' && expr.source.from === 'taints';
}

function isSizeOfTaints(expr: IrExpr): boolean {
  return expr.op === 'call' && expr.function === 'size' && isTaints(expr.args[0]);
}

function attributeIn(expr: IrExpr): IrAttribute | null {
  if (expr.op === 'attribute') return expr;
  if (expr.op === 'has') return attributeIn(expr.arg);
  return expr.op === 'compare' || expr.op === 'in' ? attributeIn(expr.left) : null;
}

function unsayable(what: string): Unsayable {
  return { unsayable: what };
}
