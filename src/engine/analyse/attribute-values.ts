import type { Instant } from '../../base/instant.ts';
import type { IrAttribute } from '../../ir/expr.ts';
import type { TestAttribute } from '../../ir/test-plan.ts';
import { clusterFacts, clusterNames, type Inventory } from '../inventory/inventory.ts';
import { readAttribute } from '../predicate/attribute.ts';
import type { Scope } from '../predicate/scope.ts';
import { isMissing, scalarText } from '../predicate/value.ts';

/** Where clusters are not as the fleet says: by attribute, names of clusters in their order. */
export interface AttributeFault {
  readonly declared: TestAttribute;
  /** Clusters without a value, where the attribute is required. */
  readonly lacking: readonly string[];
  /** Values outside the type, as texts, with the clusters that have them (Rule 30). */
  readonly outside: ReadonlyMap<string, readonly string[]>;
}

/** What recorded clusters say that the declared attributes do not allow; only attributes with some fault. */
export function attributeFaults(
  attributes: readonly TestAttribute[],
  inventory: Inventory,
  now: Instant,
): readonly AttributeFault[] {
  return attributes
    .map((declared) => faultOf(declared, inventory, now))
    .filter(({ lacking, outside }) => lacking.length > 0 || outside.size > 0);
}

function faultOf(declared: TestAttribute, inventory: Inventory, now: Instant): AttributeFault {
  const { attribute, presence } = declared;
  const lacking: string[] = [];
  const outside = new Map<string, string[]>();
  const { default: _, members, ...plain } = attribute;
  for (const name of clusterNames(inventory)) {
    const scope = {
      cluster: clusterFacts(inventory, name) ?? null,
      now,
      compat: 'native',
    } as const;
    const value = readAttribute(plain, scope);
    const isNone = isMissing(value) && value.missing === 'AttributeMissing';
    if (isNone && presence === 'required') lacking.push(name);
    if (isNone) continue;
    if (!isMissing(value) && members?.includes(String(value)) !== false) continue;
    const shown = textOf(plain, scope);
    outside.set(shown, [...(outside.get(shown) ?? []), name]);
  }
  return { declared, lacking, outside };
}

/** What a fact is as it stands, whatever it should be. */
function textOf(attribute: IrAttribute, scope: Scope): string {
  const value = readAttribute({ ...attribute, type: 'json' }, scope);
  return isMissing(value) ? '…' : (scalarText(value) ?? '…');
}
