import type { IrAttribute, IrExpr } from '../../expr.ts';
import { type Atom, constantList, type Formula, normalize } from './formula.ts';

/** What one CEL expression may cost upstream before it counts as false (k8s.io/apiserver `pkg/apis/cel/config.go`). */
export const perCallLimit = 1_000_000;

/**
 * How large a cluster is taken to be: lists, which nothing bounds, by their number of elements, texts by their number of
 * characters. Where upstream bounds them that is the bound (ManagedCluster and ClusterClaim CRDs, apimachinery).
 */
export const clusterBounds = {
  claims: 100,
  conditions: 100,
  taints: 100,
  scores: 1000,
  labelLength: 63,
  annotationLength: 262_144,
  claimLength: 1024,
  fieldLength: 1024,
} as const;

/**
 * The most a formula can cost as the CEL it is lowered to, in cel-go's units, for a cluster within the bounds. Every
 * branch counts, as in cel-go's estimates; CEL that was written verbatim counts nothing (Rule 62).
 */
export function celCost(formula: Formula, atomCost: (atom: Atom) => number = costOfAtom): number {
  if (formula.is === 'true' || formula.is === 'false') return 0;
  if (formula.is === 'atom') return atomCost(formula);
  return formula.of.reduce((sum, part) => sum + celCost(part, atomCost), 0);
}

/** The most one atom can cost. */
export function costOfAtom(atom: Atom): number {
  const about = atom.orMissing ? attributeIn(atom.expr) : null;
  return literal(atom) + (about === null ? 0 : costOfPresence(about)) + not;
}

/** What a condition on a value costs, given what reading it once costs and how long it may be. */
type OnValue = (read: number, length: number) => number;

const call = 1;
const not = 1;
const list = 10;
/** A name, and each step from it. */
const step = 1;
/** What a fold costs a round beside its body. */
const round = 4;

function literal({ expr }: Atom): number {
  switch (expr.op) {
    case 'attribute':
      return onFact(expr, (read) => read + call);
    case 'has':
      return expr.arg.op === 'attribute' ? costOfPresence(expr.arg) : 0;
    case 'compare':
      return comparison(expr);
    case 'in':
      return membership(expr);
    case 'call':
      return textTest(expr) ?? taintTest(expr);
    default:
      return 0;
  }
}

/** A text that is walked once: a tenth of its length. */
function walk(length: number): number {
  return Math.ceil(length * 0.1);
}

function lengthOf(value: unknown): number {
  return String(value).length;
}

function onFact({ source, default: byDefault }: IrAttribute, on: OnValue): number {
  const { labelLength, annotationLength, claimLength, fieldLength } = clusterBounds;
  const fallback = lengthOf(byDefault);
  switch (source.from) {
    case 'label':
      return on(4 * step, Math.max(labelLength, fallback));
    case 'annotation':
      return on(4 * step, Math.max(annotationLength, fallback));
    case 'claim': {
      const named = nameTest(source.key);
      const present = search('claims', named + on(2 * step, claimLength));
      return byDefault === undefined
        ? present
        : present + search('claims', named) + not + on(0, fallback);
    }
    case 'score':
      return search('scores', nameTest(source.score) + on(2 * step, 1));
    case 'condition':
      return 4 * step + call + not + search('conditions', nameTest(source.type) + list + 5 * step);
    case 'field':
      return on((source.path.length + 2) * step, Math.max(fieldLength, fallback));
    default:
      return 0;
  }
}

function costOfPresence({ source }: IrAttribute): number {
  switch (source.from) {
    case 'claim':
      return search('claims', nameTest(source.key)) + not;
    case 'score':
      return search('scores', nameTest(source.score));
    case 'condition':
      return 4 * step + call + not + search('conditions', nameTest(source.type) + list + 5 * step);
    case 'field':
      return (source.path.length + 2) * step + call + not;
    default:
      return 4 * step + call + not;
  }
}

/** `c.name == "…"`. */
function nameTest(name: string): number {
  return 2 * step + walk(name.length);
}

/** A fold over a list of the cluster. */
function search(over: 'claims' | 'conditions' | 'taints' | 'scores', body: number): number {
  const items = clusterBounds[over];
  const read = 3 * step + list + (over === 'scores' ? items * 31 : 0);
  return read + items * (round + body) + step;
}

function comparison({ left, right }: Extract<IrExpr, { readonly op: 'compare' }>): number {
  if (left.op !== 'attribute') return taintSize;
  if (right.op === 'attribute') {
    return onFact(left, (read, length) =>
      onFact(right, (other, otherLength) => read + other + walk(Math.min(length, otherLength))),
    );
  }
  return right.op === 'const' ? onFact(left, onConstant(left, right.value)) : 0;
}

const taintSize = 3 * step + list + 2 * call;

function onConstant({ type, source }: IrAttribute, value: unknown): OnValue {
  switch (type) {
    case 'string':
      return (read, length) => read + walk(Math.min(length, lengthOf(value)));
    case 'version':
      // Found, completed and tried; found, completed, read and compared with what is read too.
      return (read, length) => 2 * (read + call + walk(length + 2)) + 5 * call;
    case 'quantity':
      // Of a field it is asked first whether it is there.
      return (read) => 2 * read + 5 * call + (source.from === 'field' ? list : 0);
    default:
      return (read) => read + 3 * call;
  }
}

function membership({ left, right }: Extract<IrExpr, { readonly op: 'in' }>): number {
  if (right.op === 'attribute') return onFact(right, (read, length) => read + walk(length) + call);
  if (left.op !== 'attribute') return 0;
  const values = constantList(right);
  if (values === null) return onFact(left, (read) => read + 3 * call);
  if (left.type === 'string') return onFact(left, (read) => read + list + values.length);
  const tests = values.map((value) => onConstant(left, value));
  return onFact(left, (read, length) => tests.reduce((sum, on) => sum + on(read, length), 0));
}

function textTest({
  function: name,
  args: [of, part],
}: Extract<IrExpr, { readonly op: 'call' }>): number | null {
  if (of?.op !== 'attribute' || part?.op !== 'const') return null;
  const length = lengthOf(part.value);
  return onFact(of, (read, size) => {
    if (name === 'contains') return read + walk(size) * walk(length);
    if (name === 'matches') return read + walk(size + 1) * Math.ceil(length * 0.25);
    return read + walk(length);
  });
}

function taintTest({ args: [, lambda] }: Extract<IrExpr, { readonly op: 'call' }>): number {
  if (lambda?.op !== 'lambda') return 0;
  return search('taints', celCost(normalize(lambda.body), taintMember)) + not;
}

/** A condition on a member of a taint. */
function taintMember({ expr }: Atom): number {
  const read = 2 * step + not;
  if (expr.op === 'compare' && expr.right.op === 'const') {
    return read + walk(lengthOf(expr.right.value));
  }
  if (expr.op === 'in') return read + list + (constantList(expr.right)?.length ?? 0);
  return read + call;
}

function attributeIn(expr: IrExpr): IrAttribute | null {
  if (expr.op === 'attribute') return expr;
  if (expr.op === 'has') return attributeIn(expr.arg);
  return expr.op === 'compare' || expr.op === 'in' ? attributeIn(expr.left) : null;
}
