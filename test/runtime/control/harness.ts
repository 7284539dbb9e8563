import type { ConfigMap } from '../../../src/kube/core.ts';
import { configMapKind } from '../../../src/kube/core.ts';
import type { Controller, World } from '../../../src/runtime/control/controller.ts';
import { type RunInput, type Running, runControllers } from '../../../src/runtime/control/run.ts';
import { eventually, type StillClock, stillClock } from '../../support/clock.ts';
import { type MemoryCluster, memoryCluster } from '../../support/memory-cluster.ts';

/** Controllers over clusters in memory and a clock that stands still. */
export interface Harness extends Running {
  readonly hub: MemoryCluster;
  readonly cluster: MemoryCluster;
  readonly clock: StillClock;
  readonly errors: unknown[];
  readonly stop: () => void;
  /** Until nothing more happens without the clock moving. */
  readonly rest: () => Promise<void>;
}

export function run(
  controllers: readonly Controller[],
  given: Partial<RunInput> & {
    readonly hub?: MemoryCluster;
    readonly cluster?: MemoryCluster;
  } = {},
): Harness {
  const clock = (given.clock as StillClock | undefined) ?? stillClock();
  const hub = given.hub ?? memoryCluster({ now: clock.now });
  const cluster = given.cluster ?? memoryCluster({ now: clock.now });
  const stop = new AbortController();
  const errors: unknown[] = [];
  const running = runControllers({
    controllers,
    clusters: { hub, cluster } satisfies Record<World, MemoryCluster>,
    clock,
    random: () => 0,
    signal: stop.signal,
    onError: (error) => errors.push(error),
    ...given,
  });
  const rest = async (): Promise<void> => {
    let still = 0;
    await eventually(() => {
      still = running.idle() ? still + 1 : 0;
      return still > 20;
    }, 'the controllers come to rest');
  };
  return { ...running, hub, cluster, clock, errors, rest, stop: () => stop.abort() };
}

export function configMap(
  name: string,
  data: Readonly<Record<string, string>> = {},
  labels?: Readonly<Record<string, string>>,
): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: configMapKind.kind,
    metadata: { name, namespace: 'test', ...(labels && { labels }) },
    data,
  };
}
