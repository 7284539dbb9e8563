import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BothServers, startBoth } from '../runtime/apiserver/both-servers.ts';
import { definitionCases, tryDefinition } from '../runtime/apiserver/definitions.ts';
import { definitionsSuite } from '../runtime/apiserver/definitions-suite.ts';
import type { Client, Reply } from '../runtime/apiserver/harness.ts';
import { laterDefaultsSuite } from '../runtime/apiserver/later-defaults-suite.ts';
import { startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');

/** What answers are compared by: the code, the reason, and which fields are wrong in which way. */
function told({ status, body }: Reply): string {
  const given: readonly { reason: string; field: string }[] = body?.details?.causes ?? [];
  const causes = new Set(given.map(({ reason, field }) => `${reason} ${field}`));
  return [status, body?.reason ?? '', ...[...causes].sort()].join(' | ');
}

describe.skipIf(missing !== '')(`definitions on kube-apiserver${missing}`, () => {
  const start = async () => {
    const server = await startKubeApiserver();
    const { url, caPem: ca, adminCertPem: cert, adminKeyPem: key } = server;
    return { admin: { url, ca, cert, key }, stop: server.stop };
  };
  definitionsSuite(start);
  laterDefaultsSuite(start);
});

describe.skipIf(missing !== '')(`definitions that are wrong, on both servers${missing}`, () => {
  let both: BothServers;
  let ours: Client;
  let real: Client;
  beforeAll(async () => {
    both = await startBoth();
    ({ ours, real } = both);
  }, 240_000);
  afterAll(() => both.stop());

  test('are refused for the same fields', async () => {
    const wrong: string[] = [];
    for (const each of definitionCases) {
      const [mine, theirs] = await Promise.all([
        tryDefinition(ours, each),
        tryDefinition(real, each),
      ]);
      if (told(mine) === told(theirs)) continue;
      wrong.push(`${each.name}: ${told(mine)}, not ${told(theirs)}`);
    }
    expect(definitionCases.length).toBeGreaterThan(150);
    expect(wrong).toEqual([]);
  }, 120_000);
});
