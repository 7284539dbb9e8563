import { type Json, jsonEqual } from '../../base/json.ts';
import type { IrComparison, IrExpr, IrSource, IrType } from '../../ir/expr.ts';
import { lowerPredicates } from '../../ir/lower/predicate/predicates.ts';
import { compile } from '../compile.ts';
import { expressionText } from './expression.ts';

/** Reads one form of CEL; null where a text has another. */
type Reader = (text: string) => IrExpr | null;

/**
 * A CEL expression of a Placement as a typed condition, where the condition becomes exactly this text again; null for
 * all others, which stay CEL. Labels and claims are left alone: as conditions they would become selectors.
 */
export function celAtom(source: string): IrExpr | null {
  const text = source.trim();
  for (const reader of readers) {
    const expr = reader(text);
    if (expr !== null && becomes(expr, source)) return expr;
  }
  return null;
}

/** Whether the compiler accepts a condition and makes exactly this CEL of it. */
function becomes(expr: IrExpr, source: string): boolean {
  const text = `placement p { where: ${expressionText(expr)} }`;
  const [placement] = compile({ files: [{ uri: 'p.ocm', text }] }).program?.decls ?? [];
  if (placement?.kind !== 'placement') return false;
  const lowered = lowerPredicates(placement.where);
  const wanted = [{ requiredClusterSelector: { celSelector: { celExpressions: [source] } } }];
  return lowered.ok && jsonEqual(lowered.predicates, wanted);
}

const readers: readonly Reader[] = [quantity, condition, score, taint, textTest];

function quantity(text: string): IrExpr | null {
  const found =
    /^"([^"\\]+)" in managedCluster\.status\.(capacity|allocatable) && quantity\(managedCluster\.status\.\w+\["[^"\\]+"\]\)\.compareTo\(quantity\("([^"\\]+)"\)\) (==|!=|<=|>=|<|>) 0$/.exec(
      text,
    );
  if (found === null) return null;
  const [, key = '', map = '', amount = '', by = ''] = found;
  if (!/^\d+(\.\d+)?([KMGTPE]i|[kMGTPEmun])?$/.test(amount)) return null;
  const path = ['status', map, key];
  return compare(fact({ from: 'field', path }, 'quantity'), by, 'quantity', amount);
}

function condition(text: string): IrExpr | null {
  const found =
    /^managedCluster\.status\.conditions\.exists\(c, c\.type == "([^"\\]+)" && c\.status == "(True|False)"\)$/.exec(
      text,
    );
  if (found === null) return null;
  const [, type = '', status] = found;
  const of = fact({ from: 'condition', type }, 'condition');
  return status === 'True' ? of : { op: 'not', arg: of };
}

function score(text: string): IrExpr | null {
  const found =
    /^managedCluster\.scores\("([^"\\]+)"\)\.exists\(s, s\.name == "([^"\\]+)" && s\.value (==|!=|<=|>=|<|>) (-?\d{1,3})\)$/.exec(
      text,
    );
  if (found === null) return null;
  const [, resource = '', name = '', by = '', value = ''] = found;
  return compare(
    fact({ from: 'score', resource, score: name }, 'score'),
    by,
    'score',
    Number(value),
  );
}

function taint(text: string): IrExpr | null {
  const found =
    /^(!?)managedCluster\.spec\.\?taints\.orValue\(\[\]\)\.(exists|all)\(t, t\.(key|value|effect) (==|!=) "([^"\\]+)"\)$/.exec(
      text,
    );
  if (found === null) return null;
  const [, not, quantifier, name = '', by = '', value = ''] = found;
  const variable: IrExpr = { op: 'variable', name: 't' };
  const member: IrExpr = { op: 'member', of: variable, name };
  const body = compare(member, by, 'string', value);
  const call: IrExpr = {
    op: 'call',
    function: quantifier === 'all' ? 'all' : 'any',
    args: [fact({ from: 'taints' }, 'json'), { op: 'lambda', variable: 't', body }],
  };
  return not === '!' ? { op: 'not', arg: call } : call;
}

function textTest(text: string): IrExpr | null {
  const found =
    /^(!?)managedCluster\.metadata\.(labels|annotations)\["([^"\\]+)"\]\.(startsWith|endsWith|contains)\("([^"\\]+)"\)$/.exec(
      text,
    );
  if (found === null) return null;
  const [, not, map, key = '', name = '', argument = ''] = found;
  const from = map === 'labels' ? 'label' : 'annotation';
  const args = [fact({ from, key }, 'string'), constant('string', argument)];
  const call: IrExpr = { op: 'call', function: name, args };
  return not === '!' ? { op: 'not', arg: call } : call;
}

function fact(source: IrSource, type: IrType): IrExpr {
  return { op: 'attribute', name: '', source, type };
}

function compare(left: IrExpr, by: string, type: IrType, value: Json): IrExpr {
  return { op: 'compare', by: by as IrComparison, left, right: constant(type, value) };
}

function constant(type: IrType, value: Json): IrExpr {
  return { op: 'const', type, value };
}
