import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareText } from '../../../src/base/json.ts';
import { explain } from '../../../src/engine/placement/explain.ts';
import { schedule } from '../../../src/engine/placement/schedule.ts';
import { hub } from './arbitraries.ts';
import { inputOf } from './builders.ts';

test('what is explained is what is decided', () => {
  fc.assert(
    fc.property(hub, ({ objects, changes, more }) => {
      const input = inputOf(objects, changes, more);
      const decided = schedule(input);
      const { outcome, steps, scores } = explain(input);
      expect(outcome).toEqual(decided);
      const last = steps.findLast((one) => one.step === 'filter');
      const selected = new Set(decided.selected);
      // Whoever is selected passed every filter; of those who passed, the best are selected.
      for (const name of selected) expect(last?.kept).toContain(name);
      if (decided.status.code === 'Misconfigured' || decided.error !== null) return;
      if ((input.placement.spread ?? []).length > 0 && input.compat === 'native') return;
      const ranked = [...scores].sort(([a, x], [b, y]) => y - x || compareText(a, b));
      const most = input.placement.numberOfClusters ?? ranked.length;
      const best = ranked.slice(0, most).map(([name]) => name);
      expect(best.toSorted(compareText)).toEqual(decided.selected.toSorted(compareText));
      // The sum of each cluster is that of its steps.
      for (const [name, sum] of scores) {
        const parts = steps.flatMap((one) =>
          one.step === 'score' ? [one.weight * (one.scores.get(name) ?? 0)] : [],
        );
        expect(parts.reduce((a, b) => a + b, 0)).toBe(sum);
      }
    }),
    { numRuns: 500 },
  );
});

test('of one cluster it is the same verdict as of all', () => {
  fc.assert(
    fc.property(hub, fc.nat(24), ({ objects, changes, more }, at) => {
      const cluster = objects.clusters[at]?.metadata.name;
      if (cluster === undefined) return;
      const input = inputOf(objects, changes, more);
      const whole = explain(input);
      const one = explain({ ...input, cluster });
      expect(one.outcome).toEqual(whole.outcome);
      const about = whole.steps.map((step) =>
        step.step === 'filter'
          ? {
              ...step,
              kept: step.kept.filter((name) => name === cluster),
              dropped: step.dropped.filter((each) => each.cluster === cluster),
            }
          : { ...step, scores: new Map([...step.scores].filter(([name]) => name === cluster)) },
      );
      expect(one.steps).toEqual(about);
    }),
    { numRuns: 300 },
  );
});
