import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customResourceDefinitions } from '../../../src/kube/schema/definitions.ts';
import { agentWrites, asAgent, hubCluster } from '../../support/agent-writes.ts';
import { Client, type OurServer, startOurs } from './harness.ts';

const clusters = '/apis/cluster.open-cluster-management.io/v1/managedclusters';

describe('an agent does not say what the hub says of its cluster', () => {
  let server: OurServer;
  let admin: Client;
  beforeAll(async () => {
    server = await startOurs({ definitions: customResourceDefinitions() });
    admin = new Client(server.admin);
    expect((await admin.post(clusters, hubCluster)).status).toBe(201);
  });
  afterAll(async () => {
    admin.close();
    await server.stop();
    expect(server.bugs).toEqual([]);
  });

  test.each(agentWrites)('%s', async (_, patch, may) => {
    const { 'content-type': type, ...headers } = asAgent;
    const sent = { body: patch, type, headers };
    const { status, body } = await admin.send('PATCH', `${clusters}/c1`, sent);
    expect({ status, message: body.message }).toMatchObject(
      may ? { status: 200 } : { status: 403, message: expect.stringContaining('an agent may not') },
    );
  });

  test('others may', async () => {
    const labelled = await admin.patch(`${clusters}/c1`, 'merge', {
      metadata: { labels: { env: 'prod' } },
    });
    expect(labelled.status).toBe(200);
  });
});
