import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { instant } from '../../../../src/base/instant.ts';
import { type Secret, secretKind } from '../../../../src/kube/core.ts';
import {
  readClientCertificate,
  renewalAt,
} from '../../../../src/runtime/agent/registration/certificate.ts';
import { CredentialFolder } from '../../../../src/runtime/agent/registration/credential-folder.ts';
import {
  loadFromSecret,
  saveToSecret,
  usualSecret,
} from '../../../../src/runtime/agent/registration/credential-secret.ts';
import {
  credentialTexts,
  whyUnusable,
} from '../../../../src/runtime/agent/registration/hub-credential.ts';
import { memoryCluster } from '../../../support/memory-cluster.ts';
import { credentialOf, hour, start } from './certificates.ts';

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'ocm-credential-')), 'agent');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }));

describe('a certificate', () => {
  test('is read with its dates and names', async () => {
    const { certificatePem, keyPem } = await credentialOf('c1');
    const read = readClientCertificate(certificatePem, keyPem);
    expect(read).toEqual({
      commonName: 'system:open-cluster-management:c1:a',
      organizations: [
        'system:open-cluster-management:c1',
        'system:open-cluster-management:managed-clusters',
      ],
      notBefore: start,
      notAfter: start + 10 * hour,
    });
    const other = await credentialOf('c1');
    expect(readClientCertificate(certificatePem, other.keyPem)).toBeNull();
    expect(readClientCertificate('x', 'y')).toBeNull();
  });

  test('is renewed with 20 to 25 % of its life left', () => {
    const life = { notBefore: instant(0), notAfter: instant(1_000_000) };
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        const at = renewalAt(life, random);
        expect(at).toBeGreaterThanOrEqual(750_000);
        expect(at).toBeLessThanOrEqual(800_000);
      }),
    );
  });
});

describe('a credential', () => {
  test('is of use for its own hub, cluster and agent, as long as it lasts', async () => {
    const credential = await credentialOf('c1');
    const { hub } = credential;
    const now = instant(start + hour);
    expect(whyUnusable(credential, { hub, clusterName: 'c1' }, now)).toBeNull();
    expect(whyUnusable(credential, { hub, clusterName: 'c1', agentName: 'b' }, now)).toContain(
      'is that of',
    );
    expect(whyUnusable(credential, { hub, clusterName: 'c2' }, now)).toContain('is that of');
    expect(whyUnusable(credential, { hub, clusterName: 'c1' }, instant(start + 10 * hour))).toBe(
      'the certificate has expired',
    );
    for (const part of ['server', 'cluster', 'caPem', 'proxyUrl'] as const) {
      const other = { ...hub, [part]: 'other' };
      expect(whyUnusable(credential, { hub: other, clusterName: 'c1' }, now)).toBe(
        `the bootstrap kubeconfig has another ${part}`,
      );
    }
  });

  test('is kept in a folder only its owner can read', async () => {
    const folder = new CredentialFolder(path);
    const credential = await credentialOf('c1');
    folder.save(credential);
    expect(await folder.load()).toEqual(credential);
    expect(await new CredentialFolder(path).load()).toEqual(credential);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(readdirSync(path).sort()).toEqual([
      'agent-name',
      'cluster-name',
      'kubeconfig',
      'tls.crt',
      'tls.key',
    ]);
    for (const file of readdirSync(path))
      expect(statSync(join(path, file)).mode & 0o777).toBe(0o600);
  });

  test('is made private again where a file of its name was not', async () => {
    const folder = new CredentialFolder(path);
    writeFileSync(join(path, 'tls.key'), 'old');
    chmodSync(join(path, 'tls.key'), 0o644);
    folder.save(await credentialOf('c1'));
    expect(statSync(join(path, 'tls.key')).mode & 0o777).toBe(0o600);
  });

  test('is whole after a crash at any moment of a renewal', async () => {
    const [old, renewed] = [await credentialOf('c1'), await credentialOf('c1')];
    const texts = credentialTexts(renewed);
    const put = (file: string, of: string): void => writeFileSync(join(path, file), of);
    // The steps of `save` that a crash can come between.
    const steps = [
      () => put('tls.key.next', texts['tls.key'] ?? ''),
      () => put('tls.crt.next', texts['tls.crt'] ?? ''),
      () => renameSync(join(path, 'tls.key.next'), join(path, 'tls.key')),
      () => renameSync(join(path, 'tls.crt.next'), join(path, 'tls.crt')),
    ];
    for (let done = 0; done <= steps.length; done += 1) {
      rmSync(path, { recursive: true, force: true });
      new CredentialFolder(path).save(old);
      for (const step of steps.slice(0, done)) step();
      const found = await new CredentialFolder(path).load();
      expect(found, `after ${done} steps`).toEqual(done < 2 ? old : renewed);
      expect(readdirSync(path).filter((file) => file.endsWith('.next'))).toEqual([]);
    }
  });

  test('half written or odd is none', async () => {
    const folder = new CredentialFolder(path);
    expect(await folder.load()).toBeNull();
    folder.save(await credentialOf('c1'));
    writeFileSync(join(path, 'kubeconfig'), '\u0000{');
    expect(await folder.load()).toBeNull();
  });

  test('a request that waits survives a restart, and goes with the certificate', async () => {
    const folder = new CredentialFolder(path);
    expect(folder.loadPending()).toBeNull();
    const pending = { name: 'c1-x', uid: 'u', keyPem: 'KEY' };
    folder.savePending(pending);
    expect(new CredentialFolder(path).loadPending()).toEqual(pending);
    writeFileSync(join(path, 'pending-request.json'), '[1]');
    expect(folder.loadPending()).toBeNull();
    folder.savePending(pending);
    folder.save(await credentialOf('c1'));
    expect(folder.loadPending()).toBeNull();
  });

  test('is kept in a Secret as upstream keeps it', async () => {
    const cluster = memoryCluster();
    expect(await loadFromSecret(cluster, usualSecret)).toBeNull();
    const credential = await credentialOf('c1');
    await saveToSecret(cluster, usualSecret, credential);
    const renewed = await credentialOf('c1');
    await saveToSecret(cluster, usualSecret, renewed);
    expect(await loadFromSecret(cluster, usualSecret)).toEqual(renewed);
    const secret = cluster.find<Secret>(
      secretKind,
      'open-cluster-management-agent',
      'hub-kubeconfig-secret',
    );
    expect(Object.keys(secret?.data ?? {}).sort()).toEqual([
      'agent-name',
      'cluster-name',
      'kubeconfig',
      'tls.crt',
      'tls.key',
    ]);
  });
});
