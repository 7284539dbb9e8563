import { expect, test } from 'vitest';
import type { IrExpr } from '../../../src/ir/expr.ts';
import { importedCondition } from '../../../src/ir/lower/predicate/imported.ts';
import { lowerPredicates } from '../../../src/ir/lower/predicate/predicates.ts';
import { compile } from '../../../src/lang/index.ts';

/** The condition of a placement, without its note. */
function conditionOf(where: string): IrExpr {
  const text = `placement p { where: ${where} }`;
  const [decl] = compile({ files: [{ uri: 'main.ocm', text }] }).program?.decls ?? [];
  if (decl?.kind !== 'placement') throw new Error(`no placement: ${where}`);
  return decl.where;
}

function predicatesOf(where: string) {
  const imported = importedCondition(conditionOf(where));
  const lowered = imported && lowerPredicates(imported);
  return lowered?.ok === true ? lowered.predicates : null;
}

const [a, b] = ['cluster.labels["a"]', 'cluster.claims["b"]'];

test('an imported condition keeps the form and the order of its selectors', () => {
  expect(
    predicatesOf(
      `${a} == "1" && ${a} in ["z", "y"] && (!has(${b}) || ${b} not in ["x"]) && has(${a}) || !has(${b}) && cluster.allocatable.memory >= 1Gi`,
    ),
  ).toEqual([
    {
      requiredClusterSelector: {
        labelSelector: {
          matchLabels: { a: '1' },
          matchExpressions: [
            { key: 'a', operator: 'In', values: ['z', 'y'] },
            { key: 'a', operator: 'Exists' },
          ],
        },
        claimSelector: { matchExpressions: [{ key: 'b', operator: 'NotIn', values: ['x'] }] },
      },
    },
    {
      requiredClusterSelector: {
        claimSelector: { matchExpressions: [{ key: 'b', operator: 'DoesNotExist' }] },
        celSelector: {
          celExpressions: [
            '"memory" in managedCluster.status.allocatable && quantity(managedCluster.status.allocatable["memory"]).compareTo(quantity("1Gi")) >= 0',
          ],
        },
      },
    },
  ]);
});

test('a choice of absences stays what it says', () => {
  expect(predicatesOf(`${a} == "1" || !has(${b}) || ${b} not in ["x"]`)).toEqual([
    { requiredClusterSelector: { labelSelector: { matchLabels: { a: '1' } } } },
    {
      requiredClusterSelector: {
        claimSelector: { matchExpressions: [{ key: 'b', operator: 'NotIn', values: ['x'] }] },
      },
    },
  ]);
});
