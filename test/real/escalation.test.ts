import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueClientCertificate } from '../../src/runtime/certificates/authority.ts';
import { escalations, peopleOf } from '../runtime/apiserver/escalation.ts';
import { Client, type OurServer, type Reply, startOurs } from '../runtime/apiserver/harness.ts';
import { type RealApiserver, startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');
const hour = 3_600_000;

function told({ status, body }: Reply): unknown {
  if (status < 400) return [status, body.status?.userInfo?.groups, body.status?.userInfo?.uid];
  // one message of Kubernetes' lists rules in no order of its own
  const message = String(body.message).split('\n').sort().join('\n');
  return [status, body.reason, status === 403 ? message : ''];
}

describe.skipIf(missing !== '')(`who grants and becomes what, on both servers${missing}`, () => {
  let embedded: OurServer;
  let kubeApiserver: RealApiserver;
  let ours: ReadonlyMap<string, Client>;
  let real: ReadonlyMap<string, Client>;
  beforeAll(async () => {
    [embedded, kubeApiserver] = await Promise.all([startOurs(), startKubeApiserver()]);
    const { url, caPem: ca, caKeyPem, adminCertPem: cert, adminKeyPem: key } = kubeApiserver;
    const certified = async (commonName: string) => {
      const validity = { notBefore: Date.now() - hour, notAfter: Date.now() + hour };
      const authority = { certificatePem: ca, keyPem: caKeyPem };
      const pair = await issueClientCertificate(
        authority,
        { commonName, organizations: [] },
        validity,
      );
      return { url, ca, cert: pair.certificatePem, key: pair.keyPem };
    };
    const admins = [new Client(embedded.admin), new Client({ url, ca, cert, key })] as const;
    [ours, real] = await Promise.all([
      peopleOf(admins[0], (name) => embedded.user(name)),
      peopleOf(admins[1], certified),
    ]);
    for (const admin of admins) admin.close();
  }, 240_000);
  afterAll(async () => {
    for (const client of [...ours.values(), ...real.values()]) client.close();
    expect(embedded.bugs).toEqual([]);
    await Promise.all([embedded.stop(), kubeApiserver.stop()]);
  });

  test('is the same, in the same words', async () => {
    const wrong: unknown[] = [];
    for (const { name, who, ask, differs } of escalations) {
      const [a, b] = [ours.get(who), real.get(who)];
      if (a === undefined || b === undefined) throw new Error(who);
      const [mine, theirs] = await Promise.all([ask(a), ask(b)]);
      if (differs !== undefined) {
        expect([400, 403, 404, 422]).toContain(mine.status);
        continue;
      }
      const [here, there] = [told(mine), told(theirs)];
      if (JSON.stringify(here) !== JSON.stringify(there)) wrong.push([name, here, there]);
    }
    expect(escalations.length).toBeGreaterThan(300);
    expect(wrong.slice(0, 20)).toEqual([]);
  }, 120_000);
});
