import { afterAll, beforeAll, expect, test } from 'vitest';
import { initHub } from '../../../src/cli/local/hub-init.ts';
import { root } from '../../support/capabilities.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../support/embedded-server.ts';
import { ocm, temporaryFolder } from '../folder.ts';

const folder = temporaryFolder();
let server: EmbeddedServer;

beforeAll(async () => {
  server = await startEmbeddedServer();
  folder.write('kubeconfig', server.adminKubeconfig);
  await initHub(server.cluster, { programNamespaces: ['payments', 'quickstart'], definitions: [] });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

test.each(['quickstart', 'payments'])(
  'the account that a prepared hub has may write all of examples/%s',
  async (name) => {
    const args = ['--service-account', 'ocm-programs', '--kubeconfig', `${folder.path}/kubeconfig`];
    const { code, err, out } = await ocm(root, 'apply', `examples/${name}`, ...args, '--dry-run');
    expect(err).not.toContain('may not write');
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringContaining('would be applied'),
    });
  },
);

test('preparing a hub twice changes nothing', async () => {
  const roles = async () => {
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/ocmlang.dev:programs';
    return JSON.stringify(await server.cluster.request('GET', path));
  };
  const before = await roles();
  await initHub(server.cluster, { programNamespaces: ['payments', 'quickstart'], definitions: [] });
  expect(await roles()).toBe(before);
});
