import { readWidth } from '../limits.ts';
import { nextGroup, type Phases, type Starts, toApply } from './phases.ts';

/** Mandatory groups first, one after the other; then so many of the other clusters at a time, in decision order. */
export function startProgressive({ mandatory, rest, standings, maxConcurrency }: Phases): Starts {
  const clusters = rest.flatMap((group) => group.clusters);
  const width = readWidth(maxConcurrency, clusters.length);
  if (!width.ok) return width;
  const first = nextGroup(mandatory, standings);
  if (first !== null) return { ok: true, value: first };
  const busy = clusters.filter((cluster) => {
    const phase = standings.get(cluster)?.phase;
    return phase === 'underWay' || phase === 'soaking';
  }).length;
  return {
    ok: true,
    value: toApply(clusters, standings).slice(0, Math.max(0, width.value - busy)),
  };
}
