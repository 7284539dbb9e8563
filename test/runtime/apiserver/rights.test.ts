import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customResourceDefinitions } from '../../../src/kube/schema/definitions.ts';
import {
  createAuthority,
  issueClientCertificate,
} from '../../../src/runtime/certificates/authority.ts';
import { Client, type OurServer, startOurs } from './harness.ts';
import {
  ask,
  cellsOf,
  type Identity,
  identitiesOf,
  inTurn,
  mayBe,
  type RightsServer,
  servedBy,
} from './rights.ts';
import { rightsSuite } from './rights-suite.ts';

const hour = 3_600_000;

async function startForRights(): Promise<RightsServer & { readonly bugs: readonly unknown[] }> {
  const server: OurServer = await startOurs({ definitions: customResourceDefinitions() });
  const { url, ca } = server.nobody;
  const identity = { commonName: 'tenant', organizations: ['system:masters'] };
  const past = { notBefore: Date.now() - 2 * hour, notAfter: Date.now() - hour };
  const now = { notBefore: Date.now() - hour, notAfter: Date.now() + hour };
  const old = await issueClientCertificate(server.authority, identity, past);
  const other = await issueClientCertificate(await createAuthority('other', now), identity, now);
  return {
    ...server,
    expired: { url, ca, cert: old.certificatePem, key: old.keyPem },
    foreign: { url, ca, cert: other.certificatePem, key: other.keyPem },
  };
}

describe('rights on the embedded server', () => {
  rightsSuite(startForRights);

  describe('every verb on everything that is served, for everybody', () => {
    let server: Awaited<ReturnType<typeof startForRights>>;
    let admin: Client;
    let identities: readonly Identity[];
    beforeAll(async () => {
      server = await startForRights();
      admin = new Client(server.admin);
      identities = await identitiesOf(server);
    });
    afterAll(async () => {
      admin.close();
      for (const { client } of identities) client.close();
      await server.stop();
      expect(server.bugs).toEqual([]);
    });

    // those of one turn share the cells; all cells for everybody: test/real/rights.test.ts
    test.each(['agent', 'not accepted', 'bootstrap', 'tenant', 'few', 'anonymous', 'revoked'])(
      '%s: no cell beyond what is granted, and none short of it',
      async (turn) => {
        const cells = cellsOf(await servedBy(admin));
        expect(cells.length).toBeGreaterThan(2500);
        const asked = identities.filter((identity) => identity.turn === turn);
        const wrong: string[] = [];
        const numbered = cells.map((cell, at) => [cell, asked[at % asked.length]] as const);
        await inTurn(numbered, 16, async ([cell, who]) => {
          if (who === undefined) return;
          const { status, body } = await ask(who.client, cell);
          const refused = who.revoked ? 401 : 403;
          const fits = mayBe(who.grants, cell)
            ? status !== 401 && status !== 403 && status < 500
            : status === refused;
          if (!fits) wrong.push(`${who.name} ${cell.verb} ${cell.path}: ${status} ${body.message}`);
        });
        expect(wrong.slice(0, 20)).toEqual([]);
      },
      60_000,
    );
  });
});
