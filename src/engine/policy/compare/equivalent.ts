import { compareText, isJsonObject, type JsonObject } from '../../../base/json.ts';
import { compareQuantities, parseQuantity } from '../../../kube/quantity.ts';
import { sortedSprint, sprint, sprintZero, type Value } from './sprint.ts';

/** How values are compared: as upstream does, or with the same equality everywhere (docs/deviations.md). */
export type Equality = 'native' | 'upstream';

/** How lenient a comparison is. */
export interface Leniency {
  /** Absent values equal zero values. */
  readonly zeroIsNil: boolean;
  readonly equality: Equality;
}

/** Whether two values say the same; and whether one has fields that only lack in the other because they are zero. */
export interface Equivalence {
  readonly equal: boolean;
  readonly missingKey: boolean;
}

const same: Equivalence = { equal: true, missingKey: false };
const different: Equivalence = { equal: false, missingKey: false };

/**
 * Compares what a template wants, merged with what is there, with what is there (config-policy-controller
 * `deeplyEquivalent`). Lists are equal in any order.
 */
export function equivalent(merged: Value, existing: Value, leniency: Leniency): Equivalence {
  if (isJsonObject(merged)) {
    return isJsonObject(existing) ? equivalentMaps(merged, existing, leniency) : different;
  }
  if (Array.isArray(merged)) {
    if (merged.length === 0 && isNil(existing)) return same;
    return Array.isArray(existing) ? equivalentLists(merged, existing, leniency) : different;
  }
  if (leniency.zeroIsNil && isNil(existing) !== isNil(merged)) {
    if (isNil(existing)) return { equal: isZero(merged), missingKey: true };
    return { equal: isZero(existing), missingKey: false };
  }
  return { equal: equalScalars(merged, existing, leniency), missingKey: false };
}

// Upstream's checkFieldsAreEquivalent.
function equivalentMaps(merged: JsonObject, existing: JsonObject, leniency: Leniency): Equivalence {
  if (Object.keys(merged).length < Object.keys(existing).length) return different;
  return all(
    Object.entries(merged).map(([key, value]) => () => {
      const present = Object.hasOwn(existing, key);
      if (typeof value !== 'string') {
        return equivalentField(value, present ? existing[key] : undefined, leniency);
      }
      const equal = present && equalText(value, existing[key], leniency);
      return { equal, missingKey: false };
    }),
  );
}

function equivalentField(value: Value, other: Value, leniency: Leniency): Equivalence {
  if (isJsonObject(value)) {
    if (isJsonObject(other)) return equivalentMaps(value, other, leniency);
    return leniency.zeroIsNil && Object.keys(value).length === 0 ? same : different;
  }
  if (Array.isArray(value)) {
    if (Array.isArray(other)) return equivalentLists(other, value, leniency);
    return value.length === 0 ? same : different;
  }
  if (isNil(other) && !isNil(value)) return { equal: isZero(value), missingKey: true };
  return { equal: equalScalars(value, other, leniency), missingKey: false };
}

// Upstream's checkListsAreEquivalent: pairwise after sorting. Its maps are compared with the second list's as the
// merged ones, whichever list that is; the callers' orders are upstream's.
function equivalentLists(
  left: readonly Value[],
  right: readonly Value[],
  leniency: Leniency,
): Equivalence {
  if (left.length !== right.length) return different;
  const others = sorted(right);
  return all(sorted(left).map((item, at) => () => equivalentItems(item, others[at], leniency)));
}

function equivalentItems(a: Value, b: Value, { equality }: Leniency): Equivalence {
  const leniency = { zeroIsNil: true, equality };
  if (isJsonObject(a)) return isJsonObject(b) ? equivalentMaps(b, a, leniency) : different;
  if (equality === 'native' && Array.isArray(a) && Array.isArray(b)) {
    return equivalentLists(a, b, leniency);
  }
  return { equal: equalScalars(a, b, leniency), missingKey: false };
}

// Ends at the first difference; what was missing before it counts.
function all(comparisons: readonly (() => Equivalence)[]): Equivalence {
  let missingKey = false;
  for (const compare of comparisons) {
    const is = compare();
    missingKey ||= is.missingKey;
    if (!is.equal) return { equal: false, missingKey };
  }
  return { equal: true, missingKey };
}

function sorted(list: readonly Value[]): readonly Value[] {
  return list
    .map((value) => ({ value, text: sortedSprint(value) }))
    .sort((a, b) => compareText(a.text, b.text))
    .map(({ value }) => value);
}

function isZero(value: Value): boolean {
  return sprintZero(value) === sprint(value);
}

// A text that is a quantity equals the same amount written otherwise, where that is a text too. Native: a number
// written without quotes is the same amount.
function equalText(wanted: string, existing: Value, { equality }: Leniency): boolean {
  const quantity = parseQuantity(wanted);
  if (quantity === null) return sprint(existing) === wanted;
  const isAmount =
    typeof existing === 'string' || (equality === 'native' && typeof existing === 'number');
  const other = isAmount ? parseQuantity(existing) : null;
  return other !== null && compareQuantities(quantity, other) === 0;
}

function equalScalars(a: Value, b: Value, { equality }: Leniency): boolean {
  if (sprint(a) === sprint(b)) return true;
  if (equality === 'upstream' || isNil(a) || isNil(b)) return false;
  const amounts = [a, b].map((of) =>
    typeof of === 'string' || typeof of === 'number' ? parseQuantity(of) : null,
  );
  const [left = null, right = null] = amounts;
  return left !== null && right !== null && compareQuantities(left, right) === 0;
}

/** Go's nil: null, or not there. */
export function isNil(value: Value): value is null | undefined {
  return value === null || value === undefined;
}
