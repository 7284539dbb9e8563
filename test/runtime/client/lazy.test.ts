import { expect, test, vi } from 'vitest';
import { formatKubeconfig, loadKubeconfig } from '../../../src/runtime/client/kubeconfig.ts';

vi.mock('@kubernetes/client-node', () => {
  throw new Error('the library is loaded');
});

test('the library is loaded only for what we do not read ourselves', async () => {
  const base = { context: 'c', cluster: 'hub', user: 'u', server: 'https://127.0.0.1:6443' };
  const text = formatKubeconfig({ ...base, credential: { token: 't' } });
  const plain = await loadKubeconfig({ text });
  expect(plain.ok && (await plain.kubeconfig.credentials()).headers).toEqual({
    authorization: 'Bearer t',
  });
  for (const user of [{ exec: { command: 'x' } }, { 'auth-provider': { name: 'oidc' } }]) {
    const other = { ...JSON.parse(text), users: [{ name: 'u', user }] };
    expect((await loadKubeconfig({ text: JSON.stringify(other) })).ok).toBe(false);
  }
  const proxied = JSON.parse(text);
  proxied.clusters[0].cluster['proxy-url'] = 'http://127.0.0.1:1';
  expect((await loadKubeconfig({ text: JSON.stringify(proxied) })).ok).toBe(false);
});
