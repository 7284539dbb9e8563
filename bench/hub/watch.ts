import { configMapKind } from '../../src/kube/core.ts';
import type { Row } from '../row.ts';
import { median, rowOf, type Spent, spending, withBoth } from './beside.ts';
import { configMap, requireSame } from './load.ts';
import type { Server } from './server.ts';

const writes = 200;

/** Milliseconds from sending a write until a watch shows it, the median of many writes one after the other. */
export function watch(): Promise<Row> {
  return withBoth(async (ours, peer) => {
    const mine = await watched(ours);
    const theirs = peer === null ? null : await watched(peer);
    if (theirs !== null) requireSame(mine.seen, theirs.seen, 'what the watch showed');
    return rowOf({
      name: 'watch',
      unit: 'ms',
      ours: mine.delay,
      peer: theirs?.delay ?? null,
      spent: mine.spent,
      peerSpent: theirs?.spent ?? null,
      note: `from sending a write until a watch shows it, median of ${writes}, one after the other; both write to the disk first`,
    });
  });
}

interface Watched {
  /** Names, in the order the watch showed them. */
  readonly seen: readonly string[];
  readonly delay: number;
  readonly spent: Spent;
}

async function watched(server: Server): Promise<Watched> {
  const { cluster } = server;
  const listed = await cluster.list(configMapKind, { namespace: 'default' });
  if (!listed.ok) throw new Error(listed.message);
  const seen = new Map<string, number>();
  const abort = new AbortController();
  let shown = (): void => undefined;
  const options = { namespace: 'default', resourceVersion: listed.value.resourceVersion };
  const reading = (async () => {
    for await (const event of cluster.watch(configMapKind, options, abort.signal)) {
      if (event.type === 'ADDED') seen.set(event.object.metadata.name, performance.now());
      shown();
    }
  })();
  const delays: number[] = [];
  const spent = await spending(server, async () => {
    for (let at = 0; at < writes; at++) {
      const object = configMap(at);
      const { name } = object.metadata;
      const sent = performance.now();
      const answer = await cluster.create(object);
      if (!answer.ok) throw new Error(answer.message);
      while (!seen.has(name)) {
        await new Promise<void>((resolve, reject) => {
          shown = resolve;
          setTimeout(() => reject(new Error('the watch does not show a write')), 5000).unref();
        });
      }
      delays.push((seen.get(name) ?? 0) - sent);
    }
  });
  abort.abort();
  await reading;
  return { seen: [...seen.keys()], delay: median(delays), spent };
}
