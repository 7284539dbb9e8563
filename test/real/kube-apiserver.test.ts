import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RealApiserver, startKubeApiserver } from '../support/kube-apiserver.ts';
import { findRealParts, missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd', 'kubectl');
const run = promisify(execFile);

describe.skipIf(missing !== '')(`a real kube-apiserver${missing}`, () => {
  let server: RealApiserver;

  beforeAll(async () => {
    server = await startKubeApiserver();
  });
  afterAll(() => server?.stop());

  const kubectl = async (...words: string[]): Promise<string> => {
    const program = findRealParts()?.kubectl ?? 'kubectl';
    const kubeconfig = `--kubeconfig=${server.adminKubeconfigPath}`;
    return (await run(program, [kubeconfig, ...words])).stdout;
  };

  test('is of the version that its kubectl is of', async () => {
    const version = JSON.parse(await kubectl('version', '-o', 'json'));
    expect(version.serverVersion).toMatchObject({ major: '1', minor: '35' });
    expect(version.serverVersion.gitVersion).toMatch(/^v1\.35\.\d+$/);
    expect(version.clientVersion.gitVersion).toBe(version.serverVersion.gitVersion);
  });

  test('keeps what kubectl creates', async () => {
    await kubectl('create', 'namespace', 'hello');
    expect(await kubectl('get', 'ns', '-o', 'name')).toContain('namespace/hello\n');
  });

  test('knows its admin by certificate and issues service account tokens', async () => {
    const admin = JSON.parse(await kubectl('auth', 'whoami', '-o', 'json'));
    expect(admin.status.userInfo).toMatchObject({ username: 'admin' });
    expect(admin.status.userInfo.groups).toContain('system:masters');
    await kubectl('create', 'serviceaccount', 'reader');
    const token = (await kubectl('create', 'token', 'reader')).trim();
    const ca = join(server.dir, 'ca.crt');
    const asReader = ['--kubeconfig=/dev/null', `--server=${server.url}`, `--token=${token}`];
    const reader = JSON.parse(
      await kubectl(...asReader, `--certificate-authority=${ca}`, 'auth', 'whoami', '-o', 'json'),
    );
    expect(reader.status.userInfo.username).toBe('system:serviceaccount:default:reader');
    await expect(
      kubectl(...asReader, `--certificate-authority=${ca}`, 'get', 'nodes'),
    ).rejects.toThrow(/forbidden/);
  });

  test('hands out the CA key that belongs to its CA, and keeps files to their owner', () => {
    const ca = new X509Certificate(server.caPem);
    expect(new X509Certificate(server.adminCertPem).verify(ca.publicKey)).toBe(true);
    expect(statSync(server.dir).mode & 0o077).toBe(0);
    expect(statSync(server.adminKubeconfigPath).mode & 0o077).toBe(0);
  });

  test('says why it does not start', async () => {
    const failure = await startKubeApiserver({ flags: ['--authorization-mode=Nonsense'] }).catch(
      String,
    );
    expect(failure).toContain('kube-apiserver ended before it was ready');
    expect(failure).toContain('Nonsense');
  });

  test('is gone after stop', async () => {
    const other = await startKubeApiserver();
    const { kubeApiserver, etcd } = other.pids;
    expect(other.url).not.toBe(server.url);
    await other.stop();
    expect(existsSync(other.dir)).toBe(false);
    for (const pid of [kubeApiserver, etcd]) expect(() => process.kill(pid, 0)).toThrow();
  });
});
