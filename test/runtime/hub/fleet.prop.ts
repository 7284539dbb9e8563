import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import { clustersOfSets } from '../../../src/engine/inventory/inventory.ts';
import { select } from '../../../src/engine/inventory/select.ts';
import { namesOf } from '../../../src/engine/inventory/subset.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { Fleet } from '../../../src/runtime/hub/fleet.ts';
import { cluster, clusterSet, everything, scoreOn } from '../../engine/inventory/builders.ts';

const name = fc.constantFrom('c1', 'c2', 'c3', 'c4');

/** An object that comes or changes, or one that goes. */
const event: fc.Arbitrary<{ readonly object: KubeObject; readonly goes: boolean }> = fc.record({
  object: fc.oneof(
    fc
      .tuple(name, fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2')))
      .map(([of, labels]) => cluster(of, { labels: { ...labels } }) as KubeObject),
    fc
      .tuple(name, fc.integer({ min: 0, max: 3 }))
      .map(([of, x]) => scoreOn(of, { x }) as KubeObject),
    fc
      .constantFrom({ matchLabels: { a: '1' } }, { matchLabels: { a: '2' } })
      .map((selector) => clusterSet('one', selector) as KubeObject),
  ),
  goes: fc.boolean(),
});

const scored: IrExpr = {
  op: 'compare',
  by: '>=',
  left: {
    op: 'attribute',
    name: 'x',
    type: 'score',
    source: { from: 'score', resource: 'load', score: 'x' },
  },
  right: { op: 'const', type: 'int', value: 2 },
};

function whatIsSeen(fleet: Fleet) {
  const moment = { now: instant(0), compat: 'native' } as const;
  const { inventory } = fleet;
  const label: IrExpr = { op: 'selector', over: 'label', selector: { matchLabels: { b: '1' } } };
  return {
    size: inventory.size,
    sets: namesOf(inventory, clustersOfSets(inventory, ['one'])),
    label: namesOf(inventory, select(inventory, label, moment)),
    scored: namesOf(inventory, select(inventory, scored, moment)),
  };
}

test('whatever came, changed and went, a fleet shows what one shows that begins with what is there now', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 25 }), (events) => {
      const followed = new Fleet();
      const there = new Map<string, KubeObject>([['set all', everything as KubeObject]]);
      followed.change(undefined, everything as KubeObject);
      for (const { object, goes } of events) {
        const key = `${object.kind} ${object.metadata.namespace} ${object.metadata.name}`;
        const before = there.get(key);
        if (goes && before === undefined) continue;
        followed.change(before, goes ? undefined : object);
        if (goes) there.delete(key);
        else there.set(key, object);
        const fresh = new Fleet();
        for (const one of there.values()) fresh.change(undefined, one);
        expect(whatIsSeen(followed)).toEqual(whatIsSeen(fresh));
      }
    }),
    { numRuns: 300 },
  );
});
