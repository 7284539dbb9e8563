import { type Atom, type Formula, identityOf } from './formula.ts';

/** How many predicates a Placement may get out of one `where` (language.md §7, step 4). */
const maxDisjuncts = 16;
/** A disjunct that repeats as many conditions of others says them too often. */
const maxRepeated = 2;

/**
 * The formula as a disjunction of conjunctions of atoms; null where that takes more than 16, or repeats three
 * conditions or more: then one CEL expression says it shorter.
 */
export function disjunctsOf(formula: Formula): readonly (readonly Atom[])[] | null {
  const disjuncts = distribute(formula);
  if (disjuncts === null || disjuncts.length <= 1) return disjuncts;
  const uses = new Map<string, number>();
  const keyed = disjuncts.map((atoms) => [...new Set(atoms.map(identityOf))]);
  for (const key of keyed.flat()) uses.set(key, (uses.get(key) ?? 0) + 1);
  const repeated = (keys: readonly string[]) => keys.filter((key) => (uses.get(key) ?? 0) > 1);
  return keyed.some((keys) => repeated(keys).length > maxRepeated) ? null : disjuncts;
}

function distribute(formula: Formula): readonly (readonly Atom[])[] | null {
  switch (formula.is) {
    case 'true':
      return [[]];
    case 'false':
      return [];
    case 'atom':
      return [[formula]];
    case 'or': {
      const all: (readonly Atom[])[] = [];
      for (const part of formula.of) {
        const disjuncts = distribute(part);
        if (disjuncts === null || all.length + disjuncts.length > maxDisjuncts) return null;
        all.push(...disjuncts);
      }
      return all;
    }
    case 'and': {
      let product: readonly (readonly Atom[])[] = [[]];
      for (const part of formula.of) {
        const disjuncts = distribute(part);
        if (disjuncts === null || product.length * disjuncts.length > maxDisjuncts) return null;
        product = product.flatMap((left) => disjuncts.map((right) => [...left, ...right]));
      }
      return product;
    }
  }
}
