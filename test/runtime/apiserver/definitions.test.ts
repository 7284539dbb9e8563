import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { definitionCases, tryDefinition } from './definitions.ts';
import { definitionsSuite } from './definitions-suite.ts';
import { Client, type OurServer, startOurs } from './harness.ts';
import { laterDefaultsSuite } from './later-defaults-suite.ts';

describe('definitions on the embedded server', () => {
  definitionsSuite(startOurs);
  laterDefaultsSuite(startOurs);

  describe('that are wrong', () => {
    let server: OurServer;
    let admin: Client;
    beforeAll(async () => {
      server = await startOurs();
      admin = new Client(server.admin);
    });
    afterAll(async () => {
      admin.close();
      await server.stop();
      expect(server.bugs).toEqual([]);
    });

    // what the answers must be: test/real/definitions.test.ts
    test('are refused at a field, or taken', async () => {
      const { revision } = server.store;
      let refused = 0;
      for (const each of definitionCases) {
        const { status, body } = await tryDefinition(admin, each);
        expect([each.name, status]).toEqual([each.name, [201, 400, 422].find((s) => s === status)]);
        if (status !== 422) continue;
        refused += 1;
        expect(body.details.causes[0].field).toMatch(/^(spec|metadata|status)\./);
      }
      expect(refused).toBeGreaterThan(90);
      expect(server.store.revision).toBe(revision);
    });
  });
});
