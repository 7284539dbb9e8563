import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import {
  createAuthority,
  issueClientCertificate,
} from '../../src/runtime/certificates/authority.ts';
import { Client, type Reply, startOurs } from '../runtime/apiserver/harness.ts';
import {
  ask,
  cellsOf,
  type Identity,
  identitiesOf,
  inTurn,
  mayBe,
  type RightsServer,
  servedBy,
} from '../runtime/apiserver/rights.ts';
import { rightsSuite } from '../runtime/apiserver/rights-suite.ts';
import { until } from '../runtime/apiserver/suite.ts';
import { startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');
const hour = 3_600_000;
const definitions = customResourceDefinitions();

type Certified = Pick<RightsServer, 'admin' | 'user' | 'stop'> & {
  readonly authority: { readonly certificatePem: string; readonly keyPem: string };
};

async function startReal(): Promise<Certified> {
  const server = await startKubeApiserver({ flags: ['--enable-bootstrap-token-auth=true'] });
  const { url, caPem: ca, adminCertPem: cert, adminKeyPem: key } = server;
  const authority = { certificatePem: ca, keyPem: server.caKeyPem };
  const admin = { url, ca, cert, key };
  const client = new Client(admin);
  for (const definition of definitions) {
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    expect((await client.post(path, definition)).status).toBe(201);
    const { group, names, versions } = definition.spec;
    for (const version of versions.filter(({ served }) => served)) {
      const served = `/apis/${group}/${version.name}/${names.plural}`;
      await until(async () => (await client.get(served)).status === 200);
    }
  }
  client.close();
  return {
    ...{ admin, authority, stop: server.stop },
    user: async (commonName, ...organizations) => {
      const validity = { notBefore: Date.now() - hour, notAfter: Date.now() + hour };
      const identity = { commonName, organizations };
      const pair = await issueClientCertificate(authority, identity, validity);
      return { url, ca, cert: pair.certificatePem, key: pair.keyPem };
    },
  };
}

/** With certificates that hold for nothing. */
async function withStrangers(server: Certified): Promise<RightsServer> {
  const { url, ca } = server.admin;
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

describe.skipIf(missing !== '')(`rights on kube-apiserver${missing}`, () => {
  rightsSuite(async () => withStrangers(await startReal()));
});

describe.skipIf(missing !== '')(`rights on both servers${missing}`, () => {
  let servers: readonly RightsServer[];
  let admins: readonly Client[];
  let ours: readonly Identity[];
  let real: readonly Identity[];

  beforeAll(async () => {
    const started = await Promise.all([startOurs({ definitions }), startReal()]);
    servers = await Promise.all(started.map(withStrangers));
    admins = servers.map(({ admin }) => new Client(admin));
    [ours, real] = (await Promise.all(servers.map(identitiesOf))) as [
      readonly Identity[],
      readonly Identity[],
    ];
  }, 240_000);
  afterAll(async () => {
    for (const client of [...admins, ...[...ours, ...real].map((each) => each.client)]) {
      client.close();
    }
    await Promise.all(servers.map((server) => server.stop()));
  });

  test('the same cells, the same refusals, and no cell beyond what is granted', async () => {
    const [mine, theirs] = await Promise.all(admins.map(servedBy));
    const common = [...(mine ?? [])].filter(([key]) => theirs?.has(key));
    const cells = cellsOf(new Map(common));
    expect(cells.length).toBeGreaterThan(2300);
    const told = ({ status, body }: Reply) =>
      status === 401 || status === 403
        ? `${status} ${body.reason} ${body.message}`
        : status < 500
          ? 'let in'
          : `${status}`;
    for (const [at, who] of ours.entries()) {
      const other = real[at];
      if (other === undefined) throw new Error(who.name);
      const wrong: string[] = [];
      await inTurn(cells, 16, async (cell) => {
        const [a, b] = await Promise.all([ask(who.client, cell), ask(other.client, cell)]);
        const [here, there] = [told(a), told(b)];
        const where = `${who.name} ${cell.verb} ${cell.path}`;
        if (here !== there) wrong.push(`${where}: ${here}, not ${there}`);
        const expected = mayBe(who.grants, cell) ? 'let in' : who.revoked ? '401' : '403';
        if (!here.startsWith(expected)) wrong.push(`${where}: ${here}, not ${expected}`);
      });
      expect({ who: who.name, wrong: wrong.slice(0, 20) }).toEqual({ who: who.name, wrong: [] });
    }
  }, 600_000);
});
