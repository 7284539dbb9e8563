import type { IrComparison } from './expr.ts';

type Comparisons = { readonly [by in IrComparison]: IrComparison };

/** What holds where a comparison of values that are there does not. */
export const opposite: Comparisons = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

/** The same comparison with its sides exchanged. */
export const mirrored: Comparisons = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};
