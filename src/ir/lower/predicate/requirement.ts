import type { LabelSelectorRequirement } from '../../../kube/object.ts';
import { labelKeyProblems, labelValueProblems } from '../../../kube/selector.ts';
import type { IrAttribute } from '../../expr.ts';
import { type Atom, attributeOf, constantList } from './formula.ts';

/** One condition of a selector over labels or claims. */
export interface Requirement {
  readonly over: 'label' | 'claim';
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/**
 * An atom as selector requirements that select exactly the same clusters (language.md §7, Rule 61), or null: not about
 * a label or claim, a value no label may have, or true of a default, which no selector can say.
 */
export function requirementsOf(atom: Atom): readonly Requirement[] | null {
  const about = attributeOf(atom.expr);
  if (about?.source.from !== 'label' && about?.source.from !== 'claim') return null;
  const { from: over, key } = about.source;
  const test = testOf(atom, about);
  if (test === null || labelKeyProblems(key).length > 0) return null;
  if (test.values.some((value) => labelValueProblems(value).length > 0)) return null;
  const requirement = (operator: Requirement['operator'], values: readonly string[] = []) => ({
    over,
    key,
    operator,
    values: [...new Set(values)].sort(),
  });
  if (test.is === 'presence') return [requirement(atom.negated ? 'DoesNotExist' : 'Exists')];
  const isDefault = about.default !== undefined && test.values.includes(textOf(about.default));
  if (test.is === 'one of') return isDefault ? null : [requirement('In', test.values)];
  const notIn = requirement('NotIn', test.values);
  // NotIn also selects clusters without the fact: right where they are to match, by `!has` or by their default.
  const missingMatches = atom.orMissing || (about.default !== undefined && !isDefault);
  return missingMatches ? [notIn] : [notIn, requirement('Exists')];
}

/** Requirements as a selector's `matchExpressions`, each once. */
export function matchExpressions(
  requirements: readonly Requirement[],
): readonly LabelSelectorRequirement[] {
  const seen = new Map(requirements.map((one) => [JSON.stringify(one), one]));
  return [...seen.values()].map(({ key, operator, values }) => ({
    key,
    operator,
    ...(values.length > 0 ? { values } : {}),
  }));
}

interface Test {
  readonly is: 'presence' | 'one of' | 'none of';
  readonly values: readonly string[];
}

function testOf({ expr, negated }: Atom, about: IrAttribute): Test | null {
  const isText = about.type === 'string';
  switch (expr.op) {
    case 'has':
      return { is: 'presence', values: [] };
    case 'attribute':
      // A text that is neither is unknown, so `!x` is not `NotIn [true]`.
      return about.type === 'bool' ? { is: 'one of', values: [String(!negated)] } : null;
    case 'compare': {
      const { right, by } = expr;
      if (!isText || right.op !== 'const' || typeof right.value !== 'string') return null;
      if (by === '==') return { is: 'one of', values: [right.value] };
      return by === '!=' ? { is: 'none of', values: [right.value] } : null;
    }
    case 'in': {
      const list = constantList(expr.right);
      if (!isText || list === null || !list.every((of) => typeof of === 'string')) return null;
      return { is: negated ? 'none of' : 'one of', values: list };
    }
    default:
      return null;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
