import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { escalations, peopleOf } from './escalation.ts';
import { Client, type OurServer, startOurs } from './harness.ts';
import { until } from './suite.ts';

const group = 'rbac.authorization.k8s.io';
const roles = `/apis/${group}/v1/clusterroles`;

describe('who grants and becomes what', () => {
  let server: OurServer;
  let admin: Client;
  let people: ReadonlyMap<string, Client>;
  beforeAll(async () => {
    server = await startOurs();
    admin = new Client(server.admin);
    people = await peopleOf(admin, (name) => server.user(name));
  });
  afterAll(async () => {
    for (const client of [admin, ...people.values()]) client.close();
    await server.stop();
    expect(server.bugs).toEqual([]);
  });

  // what each is told: test/real/escalation.test.ts
  test('changes nothing where it is only tried', async () => {
    const { revision } = server.store;
    let refused = 0;
    for (const { who, ask } of escalations) {
      const { status } = await ask(people.get(who) as Client);
      if (status === 403) refused += 1;
      expect(status).toBeLessThan(500);
    }
    expect(refused).toBeGreaterThan(150);
    expect(server.store.revision).toBe(revision);
  });

  test('a right to escalate one role is none to make it, but to change it', async () => {
    const path = `/apis/${group}/v1/namespaces/default/roles`;
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
    const role = { apiVersion: `${group}/v1`, kind: 'Role', metadata: { name: 'allowed' } };
    const client = people.get('one-escalator') as Client;
    expect((await client.post(path, { ...role, rules })).status).toBe(403);
    expect((await client.post(path, { ...role, rules: [] })).status).toBe(201);
    expect((await client.patch(`${path}/allowed`, 'merge', { rules })).status).toBe(200);
  });

  test('rules gather where a role aggregates, and go with what they came from', async () => {
    const label = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };
    const rules = [{ apiGroups: ['example.com'], resources: ['widgets'], verbs: ['get'] }];
    const head = { apiVersion: `${group}/v1`, kind: 'ClusterRole' };
    const metadata = { name: 'widgets', labels: label };
    expect((await admin.post(roles, { ...head, metadata, rules })).status).toBe(201);
    const has = async (name: string) =>
      JSON.stringify((await admin.get(`${roles}/${name}`)).body.rules).includes('widgets');
    // view is gathered into edit, and edit into admin
    for (const name of ['view', 'edit', 'admin']) await until(() => has(name));
    await admin.patch(`${roles}/widgets`, 'merge', {
      metadata: { labels: { ...label, [Object.keys(label)[0] ?? '']: null } },
    });
    for (const name of ['view', 'edit', 'admin']) await until(async () => !(await has(name)));
  });
});
