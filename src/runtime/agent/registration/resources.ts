import { isJsonObject } from '../../../base/json.ts';
import type { Node } from '../../../kube/core.ts';
import {
  addQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
} from '../../../kube/quantity.ts';

/** What the nodes of a cluster have together. */
export interface NodeTotals {
  readonly capacity: Readonly<Record<string, string>>;
  /** Without nodes that take no new pods. */
  readonly allocatable: Readonly<Record<string, string>>;
}

/** Sums over all nodes (ocm pkg/registration/spoke/managedcluster/resource_reconcile.go). */
export function totalOf(nodes: readonly Node[]): NodeTotals {
  return {
    capacity: sum(nodes.map(({ status }) => status?.['capacity'])),
    allocatable: sum(
      nodes
        .filter(({ spec }) => spec?.['unschedulable'] !== true)
        .map(({ status }) => status?.['allocatable']),
    ),
  };
}

function sum(lists: readonly unknown[]): Readonly<Record<string, string>> {
  const totals = new Map<string, Quantity>();
  for (const [name, amount] of lists.flatMap((list) => Object.entries(amountsOf(list)))) {
    const quantity = parseQuantity(amount);
    if (quantity === null) continue;
    const total = totals.get(name);
    totals.set(name, total === undefined ? quantity : addQuantities(total, quantity));
  }
  return Object.fromEntries([...totals].map(([name, total]) => [name, formatQuantity(total)]));
}

function amountsOf(list: unknown): Readonly<Record<string, string | number>> {
  if (!isJsonObject(list)) return {};
  const amounts = Object.entries(list).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === 'string' || typeof entry[1] === 'number',
  );
  return Object.fromEntries(amounts);
}
