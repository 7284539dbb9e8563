import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CredentialSource } from '../../../src/runtime/client/credentials.ts';
import { formatKubeconfig, loadKubeconfig } from '../../../src/runtime/client/kubeconfig.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocm-kubeconfig-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const base = { context: 'c', cluster: 'hub', user: 'u', server: 'https://127.0.0.1:6443' };

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

async function credentialsOf(path: string) {
  const loaded = await loadKubeconfig({ path });
  if (!loaded.ok) throw new Error(loaded.why);
  return new CredentialSource(loaded.kubeconfig.credentials).get();
}

describe('a kubeconfig', () => {
  test('that we write is read again as it was', async () => {
    const path = write(
      'ours',
      formatKubeconfig({ ...base, namespace: 'n', caPem: 'CA', credential: { token: 't' } }),
    );
    const loaded = await loadKubeconfig({ path });
    expect(loaded).toMatchObject({
      ok: true,
      kubeconfig: { ...base, namespace: 'n', caPem: 'CA', proxyUrl: null },
    });
  });

  test('names certificate files relative to itself, which are read again when they change', async () => {
    mkdirSync(join(folder, 'sub'));
    write('sub/tls.crt', 'one');
    write('sub/tls.key', 'key');
    const path = write(
      'sub/kubeconfig',
      formatKubeconfig({ ...base, credential: { certificateFile: 'tls.crt', keyFile: 'tls.key' } }),
    );
    const first = await credentialsOf(path);
    expect(String(first.tls.cert)).toBe('one');
    write('sub/tls.crt', 'two');
    const second = await credentialsOf(path);
    expect(String(second.tls.cert)).toBe('two');
    expect(second.fingerprint).not.toBe(first.fingerprint);
  });

  test('may keep the token in a file', async () => {
    write('token', 'from-file');
    const path = write(
      'tokenfile',
      [
        'apiVersion: v1',
        'kind: Config',
        'current-context: c',
        'clusters: [{name: hub, cluster: {server: "https://127.0.0.1:1"}}]',
        'contexts: [{name: c, context: {cluster: hub, user: u}}]',
        'users: [{name: u, user: {tokenFile: token}}]',
      ].join('\n'),
    );
    expect((await credentialsOf(path)).headers).toEqual({ authorization: 'Bearer from-file' });
  });

  test('may act as somebody else, and know a password', async () => {
    const users = [
      { name: 'u', user: { username: 'me', password: 'pw', as: 'you', 'as-groups': ['g1', 'g2'] } },
    ];
    const config = {
      ...JSON.parse(formatKubeconfig({ ...base, credential: { token: '' } })),
      users,
    };
    const credentials = await credentialsOf(write('as', JSON.stringify(config)));
    expect(credentials.headers).toEqual({
      authorization: `Basic ${Buffer.from('me:pw').toString('base64')}`,
      'impersonate-user': 'you',
      'impersonate-group': ['g1', 'g2'],
    });
  });

  test('may ask a program for the token', async () => {
    const credential = { kind: 'ExecCredential', status: { token: 'from-program' } };
    const users = [
      {
        name: 'u',
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: process.execPath,
            args: ['-e', `process.stdout.write(${JSON.stringify(JSON.stringify(credential))})`],
          },
        },
      },
    ];
    const config = {
      ...JSON.parse(formatKubeconfig({ ...base, credential: { token: '' } })),
      users,
    };
    const path = write('exec', JSON.stringify(config));
    expect((await credentialsOf(path)).headers).toEqual({ authorization: 'Bearer from-program' });
  });

  test.each([
    [
      'no such file',
      join(tmpdir(), 'ocm-there-is-no-such-file'),
      undefined,
      'there is no kubeconfig ',
    ],
    ['no YAML', undefined, 'a: [', 'it is no YAML'],
    ['no kubeconfig', undefined, 'just text', 'it is not a kubeconfig'],
    ['no context', undefined, 'kind: Config', 'has no context'],
  ])('with %s is refused in words', async (_what, path, text, expected) => {
    const loaded = await loadKubeconfig({ ...(path && { path }), ...(text && { text }) });
    expect(loaded).toMatchObject({ ok: false, why: expect.stringContaining(expected) });
  });

  test('with a context, cluster or server that is not there names it', async () => {
    const good = JSON.parse(formatKubeconfig({ ...base, credential: { token: 't' } }));
    const load = async (text: string, context?: string) =>
      loadKubeconfig({ text, ...(context && { context }) });
    expect(await load(JSON.stringify(good), 'other')).toEqual({
      ok: false,
      why: 'the kubeconfig has no context `other`',
    });
    expect(await load(JSON.stringify({ ...good, clusters: [] }))).toEqual({
      ok: false,
      why: 'the kubeconfig has no cluster `hub`',
    });
    const odd = [{ name: 'hub', cluster: { server: 'not a url' } }];
    expect(await load(JSON.stringify({ ...good, clusters: odd }))).toMatchObject({
      ok: false,
      why: expect.stringContaining('is not a URL'),
    });
  });
});
