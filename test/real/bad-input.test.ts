import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import { badInputObjects, badRequests } from '../runtime/apiserver/bad-input.ts';
import { type BothServers, startBoth } from '../runtime/apiserver/both-servers.ts';
import type { Client, Reply } from '../runtime/apiserver/harness.ts';
import { until } from '../runtime/apiserver/suite.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');
const definitions = customResourceDefinitions();

/** What answers are compared by: the code, the reason, which fields are wrong in which way, what is warned of. */
function told({ status, body, headers }: Reply): string {
  const given: readonly { reason: string; field: string }[] = body?.details?.causes ?? [];
  const causes = new Set(given.map(({ reason, field }) => `${reason} ${field}`));
  const duplicates = String(headers['warning'] ?? '').match(/duplicate field \\"[^"]*"/g) ?? [];
  return [status, body?.reason ?? '', ...[...causes].sort(), ...duplicates].join(' | ');
}

describe.skipIf(missing !== '')(`bad input, on both servers${missing}`, () => {
  let both: BothServers;
  let ours: Client;
  let real: Client;

  beforeAll(async () => {
    both = await startBoth({ definitions });
    ({ ours, real } = both);
    for (const client of [ours, real]) {
      for (const [path, object] of badInputObjects) {
        await until(async () => [201, 409].includes((await client.post(path, object)).status));
      }
    }
  }, 240_000);
  afterAll(() => both.stop());

  test('gets the same error', async () => {
    const wrong: string[] = [];
    for (const { name, ask, differs } of badRequests) {
      const [mine, theirs] = await Promise.all([ask(ours), ask(real)]);
      if (differs !== undefined) {
        expect([name, mine.status < 500]).toEqual([name, true]);
        if (told(mine) === told(theirs)) wrong.push(`${name}: does not differ`);
      } else if (told(mine) !== told(theirs)) {
        wrong.push(`${name}: ${told(mine)}, not ${told(theirs)}`);
      }
    }
    expect(badRequests.length).toBeGreaterThan(700);
    expect(wrong).toEqual([]);
  }, 240_000);
});
