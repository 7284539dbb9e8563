import type { Quantity } from '../../../kube/quantity.ts';
import {
  addQuantities,
  approximateNumber,
  compareQuantities,
  integerOf,
  parseQuantity,
  quantityOf,
  subtractQuantities,
} from '../../../kube/quantity.ts';
import type { Library, Overload } from '../environment.ts';
import { global, member } from '../environment.ts';
import type { CelValue } from '../value.ts';
import { celError, isTagged, noSuchOverload } from '../value.ts';

const type = 'kubernetes.Quantity';

function on(of: (quantity: Quantity, other: Quantity) => CelValue): Overload['run'] {
  return ([a = null, b = 0n]) => {
    const [quantity, other] = [read(a), read(b)];
    return quantity === null || other === null ? noSuchOverload : of(quantity, other);
  };
}

// An int joins in as a quantity that prints with an exponent, as upstream makes it.
function read(value: CelValue): Quantity | null {
  if (typeof value === 'bigint') return { ...quantityOf(value), format: 'DecimalExponent' };
  if (!isTagged(value) || value.cel !== 'object') return null;
  return value.of === type ? value.quantity : null;
}

function made(quantity: Quantity): CelValue {
  return { cel: 'object', of: type, quantity };
}

function parse([text]: readonly CelValue[]): CelValue {
  const quantity = typeof text === 'string' ? parseQuantity(text) : null;
  return quantity === null ? celError('not a quantity') : made(quantity);
}

const compare = (a: Quantity, b: Quantity) => Math.sign(compareQuantities(a, b));
const add = on((a, b) => made(addQuantities(a, b)));
const sub = on((a, b) => made(subtractQuantities(a, b)));
const asInteger = on((a) => integerOf(a) ?? celError('cannot convert value to integer'));
const sign = on((a) => (a.unscaled === 0n ? 0n : a.unscaled < 0n ? -1n : 1n));

/** Kubernetes' quantities (apiserver `pkg/cel/library/quantity.go`). */
export const quantities: Library = {
  functions: new Map([
    ['quantity', [global('string_to_quantity', `string -> ${type}`, parse)]],
    [
      'isQuantity',
      [
        global('is_quantity_string', 'string -> bool', ([text]) =>
          typeof text === 'string' ? parseQuantity(text) !== null : noSuchOverload,
        ),
      ],
    ],
    ['sign', [global('quantity_sign', `${type} -> int`, sign)]],
    [
      'isGreaterThan',
      [
        member(
          'quantity_is_greater_than',
          `${type}, ${type} -> bool`,
          on((a, b) => compare(a, b) > 0),
        ),
      ],
    ],
    [
      'isLessThan',
      [
        member(
          'quantity_is_less_than',
          `${type}, ${type} -> bool`,
          on((a, b) => compare(a, b) < 0),
        ),
      ],
    ],
    [
      'compareTo',
      [
        member(
          'quantity_compare_to',
          `${type}, ${type} -> int`,
          on((a, b) => BigInt(compare(a, b))),
        ),
      ],
    ],
    [
      'asApproximateFloat',
      [member('quantity_get_float', `${type} -> double`, on(approximateNumber))],
    ],
    ['asInteger', [member('quantity_get_int', `${type} -> int`, asInteger)]],
    [
      'isInteger',
      [
        member(
          'quantity_is_integer',
          `${type} -> bool`,
          on((a) => integerOf(a) !== null),
        ),
      ],
    ],
    [
      'add',
      [
        member('quantity_add', `${type}, ${type} -> ${type}`, add),
        member('quantity_add_int', `${type}, int -> ${type}`, add),
      ],
    ],
    [
      'sub',
      [
        member('quantity_sub', `${type}, ${type} -> ${type}`, sub),
        member('quantity_sub_int', `${type}, int -> ${type}`, sub),
      ],
    ],
  ]),
};
