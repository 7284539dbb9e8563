import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant } from '../../../../src/base/instant.ts';
import { stableJson } from '../../../../src/base/json.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { applyConfig, sameButTimes } from '../../../../src/kube/patch/apply/apply.ts';
import { contentOf } from '../../../../src/kube/patch/apply/content.ts';
import {
  decodeFields,
  difference,
  encodeFields,
  type FieldSet,
  intersection,
  isEmptySet,
  noFields,
  union,
} from '../../../../src/kube/patch/apply/field-set.ts';
import { fieldsOf } from '../../../../src/kube/patch/apply/fields-of.ts';
import { decodeManagers } from '../../../../src/kube/patch/apply/managers.ts';
import { withFieldsOnTheWay } from '../../../../src/kube/patch/apply/remove.ts';
import { shapeOf } from '../../../../src/kube/patch/built-in-shapes.ts';
import { fieldShape, isField, type Shape } from '../../../../src/kube/patch/shape.ts';
import { contents, type Operation, operations, sampleSchema } from '../operations.ts';
import { contentsOf, play, sampleKind } from '../play.ts';

const shape = shapeOf(sampleKind, sampleSchema);
const histories = fc.array(operations, { maxLength: 6 });

/** An object after a history; refused operations change nothing. */
function after(history: readonly Operation[]): KubeObject | null {
  let live: KubeObject | null = null;
  for (const operation of history) {
    if (live === null && operation.do.endsWith('Status')) continue;
    const outcome = play(live, 'x', operation);
    if (outcome.ok) live = outcome.object;
  }
  return live;
}

const apply = (
  live: KubeObject | null,
  who: string,
  config: { spec?: object; meta?: object },
  force = true,
) =>
  applyConfig({
    live,
    config: {
      apiVersion: 'y.test/v1',
      kind: 'Sample',
      metadata: { name: 'x', ...config.meta },
      ...(config.spec && { spec: config.spec }),
    },
    shape,
    force,
    writer: { manager: who, part: 'main', now: instant(0) },
  });
const forced = (live: KubeObject | null, who: string, config: { spec?: object; meta?: object }) => {
  const outcome = apply(live, who, config);
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.object;
};
const ownedBy = (object: KubeObject | null, who: (name: string) => boolean): FieldSet =>
  [...(decodeManagers(object?.metadata.managedFields) ?? new Map()).values()]
    .filter((manager) => who(manager.manager))
    .reduce((all, manager) => union(all, manager.fields), noFields);

/** A set without what lies in entries of lists and maps that do not belong to it themselves. */
function anchored(set: FieldSet, of: Shape): FieldSet {
  const children = [...set.children].flatMap(([element, child]) => {
    const key = element.slice(2);
    const field = element.startsWith('f:') && isField(of, key);
    if (!field && !set.members.has(element)) return [];
    const inner = of.of === 'list' ? of.item : fieldShape(of, key);
    return [[element, anchored(child, inner)] as const];
  });
  return { members: set.members, children: new Map(children) };
}

/**
 * Without what nobody owns: an empty list that is merged by key, and the order of entries. (Numbers are in atomic
 * lists only, whose order counts.)
 */
function dense(value: unknown): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0) return undefined;
    const items = value.map(dense);
    return typeof items[0] === 'number' ? items : items.map(stableJson).sort();
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, of]) => [key, dense(of)] as const)
    .filter(([, of]) => of !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

describe('applyConfig', () => {
  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(histories, contents, (history, config) => {
        const once = forced(after(history), 'me', config);
        expect(sameButTimes(forced(once, 'me', config), once)).toBe(true);
      }),
    );
  });

  it('leaves an object as it was where somebody applies and takes everything back', () => {
    fc.assert(
      fc.property(contents, contents, (theirs, mine) => {
        const before = forced(null, 'them', theirs);
        const outcome = apply(before, 'me', mine, false);
        if (!outcome.ok) return;
        const back = forced(outcome.object, 'me', {});
        expect(dense(contentsOf(back))).toEqual(dense(contentsOf(before)));
        expect(isEmptySet(ownedBy(back, (who) => who === 'me'))).toBe(true);
      }),
    );
  });

  it('removes only what it owned alone', () => {
    fc.assert(
      fc.property(histories, contents, (history, config) => {
        const before = after(history);
        if (before === null) return;
        const others = ownedBy(before, (who) => who !== 'm1');
        const mine = ownedBy(before, (who) => who === 'm1');
        const now = forced(before, 'm1', config);
        const lost = difference(
          fieldsOf(contentOf(before, 'whole'), shape),
          withFieldsOnTheWay(fieldsOf(contentOf(now, 'whole'), shape), shape),
        );
        // An entry of a list goes when its owners let go of it, with what others own inside.
        const taken = intersection(lost, difference(anchored(others, shape), mine));
        expect(encodeFields(taken)).toEqual({});
      }),
    );
  });

  it('without force never changes a field of somebody else', () => {
    fc.assert(
      fc.property(histories, contents, (history, config) => {
        const before = after(history);
        if (before === null) return;
        const outcome = apply(before, 'me', config, false);
        if (!outcome.ok) {
          expect(outcome.why).toBe('conflict');
          return;
        }
        const theirs = ownedBy(before, (who) => who !== 'me');
        const still = ownedBy(outcome.object, (who) => who !== 'me');
        expect(encodeFields(difference(theirs, still))).toEqual({});
      }),
    );
  });

  it('has every field of the configuration, owned by who applied it', () => {
    fc.assert(
      fc.property(histories, contents, (history, config) => {
        const now = forced(after(history), 'me', config);
        const wanted = fieldsOf(
          {
            ...(Object.keys(config.meta).length > 0 && { metadata: config.meta }),
            spec: config.spec,
          },
          shape,
        );
        expect(encodeFields(ownedBy(now, (who) => who === 'me'))).toEqual(encodeFields(wanted));
      }),
    );
  });
});

describe('field sets', () => {
  const sets = fc
    .tuple(contents)
    .map(([{ spec, meta }]) => fieldsOf({ metadata: meta as never, spec: spec as never }, shape));

  it('are FieldsV1 and back', () => {
    fc.assert(
      fc.property(sets, (set) => {
        expect(decodeFields(encodeFields(set))).toEqual(set);
      }),
    );
  });

  it('obey the laws of sets', () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        const text = (set: FieldSet) => JSON.stringify(encodeFields(set));
        expect(text(union(a, b))).toBe(text(union(b, a)));
        expect(text(union(difference(a, b), intersection(a, b)))).toBe(text(a));
        expect(isEmptySet(intersection(difference(a, b), b))).toBe(true);
        expect(isEmptySet(difference(a, a))).toBe(true);
      }),
    );
  });

  it('are read from whatever stands there, or not at all', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        decodeFields(value);
        decodeManagers([{ operation: 'Apply', fieldsV1: value }]);
        decodeManagers(value);
      }),
    );
  });
});
