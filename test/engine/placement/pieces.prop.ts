import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareText } from '../../../src/base/json.ts';
import { cutAsBefore, type Pieces, placesIn } from '../../../src/engine/placement/pieces.ts';

const name = fc.integer({ min: 0, max: 60 }).map((n) => `c${n}`);
const clusters = fc.uniqueArray(name, { maxLength: 40 }).map((all) => all.toSorted(compareText));
const size = fc.integer({ min: 1, max: 9 });
/** What somebody else may have written too: pieces of any size, clusters twice, clusters that are gone. */
const anything = fc.array(fc.array(name, { maxLength: 12 }), { maxLength: 8 });

const cutOf = (all: readonly string[], most: number, pieces: Pieces): Pieces =>
  cutAsBefore(all, most, placesIn(pieces)).map(({ clusters: of }) => of);

const hold = (pieces: Pieces, others: Pieces) =>
  others.every((other, at) => other.every((one) => pieces[at]?.includes(one)));

describe('pieces', () => {
  test('hold every cluster once, in order, and are as few as there can be', () => {
    fc.assert(
      fc.property(clusters, size, anything, (all, most, before) => {
        const cut = cutOf(all, most, before);
        expect(cut.flat().toSorted(compareText)).toEqual(all);
        expect(cut).toHaveLength(Math.ceil(all.length / most));
        for (const piece of cut) {
          expect(piece.length).toBeGreaterThan(0);
          expect(piece.length).toBeLessThanOrEqual(most);
          expect(piece).toEqual(piece.toSorted(compareText));
        }
      }),
    );
  });

  test('that are as they have to be stay', () => {
    fc.assert(
      fc.property(clusters, size, anything, (all, most, before) => {
        const cut = cutOf(all, most, before);
        expect(cutOf(all, most, cut)).toEqual(cut);
      }),
    );
  });

  test('are cut in order where nothing was before', () => {
    fc.assert(
      fc.property(clusters, size, (all, most) => {
        expect(cutOf(all, most, []).flat()).toEqual(all);
      }),
    );
  });

  test('a cluster that leaves moves nobody, or those of the smallest piece where it is needed no more', () => {
    fc.assert(
      fc.property(clusters, size, anything, fc.nat(), (all, most, before, which) => {
        fc.pre(all.length > 0);
        const gone = all[which % all.length];
        const cut = cutOf(all, most, before);
        const rest = all.filter((one) => one !== gone);
        const left = cut.map((piece) => piece.filter((one) => one !== gone));
        const after = cutOf(rest, most, cut);
        if (after.length === cut.length) {
          expect(after).toEqual(left);
          return;
        }
        const least = Math.min(...left.map(({ length }) => length));
        const smallest = left.findLastIndex(({ length }) => length === least);
        expect(hold(after, left.toSpliced(smallest, 1))).toBe(true);
      }),
    );
  });

  test('say which piece they were, and how many of it they keep', () => {
    fc.assert(
      fc.property(clusters, size, anything, (all, most, before) => {
        const cuts = cutAsBefore(all, most, placesIn(before));
        for (const { was, stayed, clusters: of } of cuts) {
          const old = was === null ? [] : (before[was] ?? []);
          expect(stayed > 0).toBe(was !== null);
          expect(of.filter((one) => old.includes(one)).length).toBeGreaterThanOrEqual(stayed);
        }
        const places = cuts.flatMap(({ was }) => was ?? []);
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
      }),
    );
  });

  test('a cluster that comes moves nobody', () => {
    fc.assert(
      fc.property(clusters, size, anything, name, (all, most, before, more) => {
        const cut = cutOf(all, most, before);
        const grown = [...new Set([...all, more])].toSorted(compareText);
        expect(hold(cutOf(grown, most, cut), cut)).toBe(true);
      }),
    );
  });
});
