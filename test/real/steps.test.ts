import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BothServers, startBoth } from '../runtime/apiserver/both-servers.ts';
import type { Client, Reply } from '../runtime/apiserver/harness.ts';
import { type Step, stories } from '../runtime/apiserver/steps.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');

function told({ status, body }: Reply, show: Step['show']): unknown {
  return [status, body?.reason ?? '', status < 400 && show !== undefined ? show(body) : null];
}

describe.skipIf(missing !== '')(`step by step, on both servers${missing}`, () => {
  let both: BothServers;
  let ours: Client;
  let real: Client;
  beforeAll(async () => {
    both = await startBoth();
    ({ ours, real } = both);
  }, 240_000);
  afterAll(() => both.stop());

  test.each(Object.entries(stories))('%s', async (_, steps) => {
    for (const { name, ask, show, differs } of steps) {
      const [mine, theirs] = await Promise.all([ask(ours), ask(real)]);
      if (differs === undefined) {
        expect([name, told(mine, show)]).toEqual([name, told(theirs, show)]);
      } else {
        expect([name, mine.status]).not.toEqual([name, 500]);
      }
    }
  });
});
