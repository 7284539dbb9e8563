import 'reflect-metadata';
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as x509 from '@peculiar/x509';
import { findRealParts, type RealParts } from './real-parts.ts';

/** What a caller of `startKubeApiserver` may ask for. */
export interface RealApiserverOptions {
  /** Default: `findRealParts()`. */
  readonly parts?: RealParts;
  /** Further flags of kube-apiserver; a flag that is given here replaces the one of the same name. */
  readonly flags?: readonly string[];
  /** The same of etcd, which keeps nothing on the disk for sure unless it is told to. */
  readonly etcdFlags?: readonly string[];
  /** How long it may take until it is ready, 120 s unless told. */
  readonly timeoutMs?: number;
}

/** A running kube-apiserver with an etcd of its own. */
export interface RealApiserver {
  readonly url: string;
  /** Signs the serving certificate and every client certificate, as `--client-ca-file`. */
  readonly caPem: string;
  readonly caKeyPem: string;
  readonly adminCertPem: string;
  readonly adminKeyPem: string;
  readonly adminKubeconfigPath: string;
  /** Holds the kubeconfig, `kube-apiserver.log` and `etcd.log`; removed by `stop`. */
  readonly dir: string;
  /** Process ids at the start, for measuring. */
  readonly pids: { readonly kubeApiserver: number; readonly etcd: number };
  /** Kills kube-apiserver the hard way and starts it again, on the same port and the same etcd. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts etcd and kube-apiserver on free loopback ports with data, certificates and logs in a new folder. */
export async function startKubeApiserver(
  options: RealApiserverOptions = {},
): Promise<RealApiserver> {
  const parts = options.parts ?? findRealParts() ?? {};
  if (parts.kubeApiserver === undefined || parts.etcd === undefined) {
    throw new Error('no kube-apiserver or no etcd: run `node scripts/real-parts.mjs`');
  }
  const deadline = Date.now() + (options.timeoutMs ?? 120_000);
  for (;;) {
    try {
      return await start(
        { etcd: parts.etcd, kubeApiserver: parts.kubeApiserver },
        options,
        deadline,
      );
    } catch (error) {
      // Somebody else took a port between the moment we found it free and the moment the program asked for it.
      if (!/address already in use/.test(String(error)) || Date.now() > deadline) throw error;
    }
  }
}

interface Programs {
  readonly etcd: string;
  readonly kubeApiserver: string;
}

interface Program {
  readonly name: string;
  readonly log: string;
  readonly child: ChildProcess;
  readonly pid: number;
}

interface Credentials {
  readonly caPem: string;
  readonly caKeyPem: string;
  readonly servingCertPem: string;
  readonly servingKeyPem: string;
  readonly adminCertPem: string;
  readonly adminKeyPem: string;
}

async function start(
  programs: Programs,
  options: RealApiserverOptions,
  deadline: number,
): Promise<RealApiserver> {
  const dir = mkdtempSync(join(tmpdir(), 'ocm-kube-apiserver-'));
  const guard = startGuard(dir);
  const running: Program[] = [];
  const run = (name: string, path: string, flags: readonly string[]): Program => {
    const program = launch({ name, path, flags, dir });
    running.push(program);
    guard.watch(program.pid);
    return program;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(running.map(({ child }) => kill(child)));
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    guard.dismiss();
  };
  try {
    const credentials = await makeCredentials();
    const [etcdPort, peerPort, port] = await freePorts();
    const url = `https://127.0.0.1:${port}`;
    const adminKubeconfigPath = writeFiles(dir, url, credentials);
    const etcdUrl = `http://127.0.0.1:${etcdPort}`;
    const etcd = run(
      'etcd',
      programs.etcd,
      merge(etcdFlags(dir, etcdUrl, `http://127.0.0.1:${peerPort}`), options.etcdFlags ?? []),
    );
    const serve = (): Program =>
      run(
        'kube-apiserver',
        programs.kubeApiserver,
        merge(apiserverFlags(dir, port, etcdUrl), options.flags ?? []),
      );
    const kubeApiserver = serve();
    await ready(url, credentials, running, deadline);
    const restart = async (): Promise<void> => {
      for (const { child } of running.splice(1)) await kill(child);
      serve();
      await ready(url, credentials, running, Date.now() + 120_000);
    };
    return {
      url,
      caPem: credentials.caPem,
      caKeyPem: credentials.caKeyPem,
      adminCertPem: credentials.adminCertPem,
      adminKeyPem: credentials.adminKeyPem,
      adminKubeconfigPath,
      dir,
      pids: { kubeApiserver: kubeApiserver.pid, etcd: etcd.pid },
      restart,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function etcdFlags(dir: string, client: string, peer: string): string[] {
  return [
    '--name=default',
    `--data-dir=${join(dir, 'etcd')}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ];
}

function apiserverFlags(dir: string, port: number, etcd: string): string[] {
  return [
    `--etcd-servers=${etcd}`,
    '--watch-cache=true',
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    `--secure-port=${port}`,
    `--tls-cert-file=${join(dir, 'serving.crt')}`,
    `--tls-private-key-file=${join(dir, 'serving.key')}`,
    `--client-ca-file=${join(dir, 'ca.crt')}`,
    `--service-account-key-file=${join(dir, 'service-account.pub')}`,
    `--service-account-signing-key-file=${join(dir, 'service-account.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--authorization-mode=RBAC',
    '--allow-privileged=true',
    // Nobody makes the service accounts named default here: that is kube-controller-manager's work.
    '--disable-admission-plugins=ServiceAccount',
  ];
}

function merge(flags: readonly string[], given: readonly string[]): string[] {
  const name = (flag: string): string => flag.split('=', 1)[0] ?? flag;
  const replaced = new Set(given.map(name));
  return [...flags.filter((flag) => !replaced.has(name(flag))), ...given];
}

interface Guard {
  readonly watch: (pid: number) => void;
  readonly dismiss: () => void;
}

/**
 * Kills what it watches and removes the folder when this process ends in whatever way, SIGKILL included: it is a
 * shell that waits for the end of its standard input, in a session of its own where no Ctrl-C reaches it.
 */
function startGuard(dir: string): Guard {
  const script =
    'while read -r pid; do pids="$pids $pid"; done; ' +
    'if [ -n "$pids" ]; then kill -9 $pids 2>/dev/null; sleep 1; fi; rm -rf "$1"';
  const shell = spawn('sh', ['-c', script, 'guard', dir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  const { stdin } = shell;
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return {
    watch: (pid) => void stdin.write(`${pid}\n`),
    dismiss: () => void shell.kill('SIGKILL'),
  };
}

function launch(input: {
  readonly name: string;
  readonly path: string;
  readonly flags: readonly string[];
  readonly dir: string;
}): Program {
  const { name, path, flags, dir } = input;
  const log = join(dir, `${name}.log`);
  const file = openSync(log, 'a', 0o600);
  const child = spawn(path, flags, { cwd: dir, stdio: ['ignore', file, file] });
  closeSync(file);
  child.on('error', () => undefined);
  child.unref();
  if (child.pid === undefined) throw new Error(`cannot run ${path}`);
  return { name, log, child, pid: child.pid };
}

/** SIGKILL: the data is thrown away, and a graceful end would wait for open watches. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Waits for /readyz and for the namespace `default`, which comes a moment later. */
async function ready(
  url: string,
  credentials: Credentials,
  running: readonly Program[],
  deadline: number,
): Promise<void> {
  const agent = new Agent({
    ca: credentials.caPem,
    cert: credentials.adminCertPem,
    key: credentials.adminKeyPem,
  });
  try {
    for (const path of ['/readyz', '/api/v1/namespaces/default']) {
      for (;;) {
        const answer = await get(`${url}${path}`, agent);
        if (answer === 200) break;
        const ended = running.find(
          ({ child }) => child.exitCode !== null || child.signalCode !== null,
        );
        if (ended !== undefined) {
          throw new Error(`${ended.name} ended before it was ready\n${tails(running)}`);
        }
        if (Date.now() > deadline) {
          throw new Error(`kube-apiserver is not ready: ${path}: ${answer}\n${tails(running)}`);
        }
        await pause(50);
      }
    }
  } finally {
    agent.destroy();
  }
}

/** The status of the answer, or why there is none. */
function get(url: string, agent: Agent): Promise<number | string> {
  return new Promise((resolve) => {
    const asked = request(url, { agent, timeout: 5_000 }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', (error) => resolve(error.message));
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer within 5 s')));
    asked.on('error', (error) => resolve(error.message));
    asked.end();
  });
}

function tails(running: readonly Program[]): string {
  return running
    .map(({ name, log }) => {
      const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
      return `--- the end of ${name}.log\n${lines.slice(-25).join('\n')}`;
    })
    .join('\n');
}

/** Three different ports: all are held before any is let go. */
async function freePorts(): Promise<[number, number, number]> {
  const hold = async (): Promise<{ port: number; release: () => Promise<unknown> }> => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const release = (): Promise<unknown> => {
      server.close();
      return once(server, 'close');
    };
    return { port: (server.address() as AddressInfo).port, release };
  };
  const [a, b, c] = [await hold(), await hold(), await hold()];
  await Promise.all([a.release(), b.release(), c.release()]);
  return [a.port, b.port, c.port];
}

function writeFiles(dir: string, url: string, credentials: Credentials): string {
  const write = (name: string, text: string): string => {
    const path = join(dir, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const serviceAccount = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  write('ca.crt', credentials.caPem);
  write('serving.crt', credentials.servingCertPem);
  write('serving.key', credentials.servingKeyPem);
  write(
    'service-account.key',
    serviceAccount.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  write(
    'service-account.pub',
    serviceAccount.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  );
  return write('admin.kubeconfig', JSON.stringify(kubeconfig(url, credentials), null, 2));
}

function kubeconfig(url: string, credentials: Credentials): unknown {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const cluster = { server: url, 'certificate-authority-data': base64(credentials.caPem) };
  const user = {
    'client-certificate-data': base64(credentials.adminCertPem),
    'client-key-data': base64(credentials.adminKeyPem),
  };
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'real', cluster }],
    users: [{ name: 'admin', user }],
    contexts: [{ name: 'real', context: { cluster: 'real', user: 'admin' } }],
    'current-context': 'real',
  };
}

const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' };
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };
const day = 24 * 60 * 60 * 1000;

async function makeCredentials(): Promise<Credentials> {
  const validity = {
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 365 * day),
  };
  const caKeys = await generateKeys();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: '01',
    name: 'CN=real-parts-ca',
    keys: caKeys,
    signingAlgorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const issue = async (
    subject: string,
    serialNumber: string,
    extensions: readonly x509.Extension[],
  ): Promise<[certificate: string, key: string]> => {
    const keys = await generateKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      ...validity,
      serialNumber,
      subject,
      issuer: ca.subject,
      publicKey: keys.publicKey,
      signingKey: caKeys.privateKey,
      signingAlgorithm,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
        ...extensions,
      ],
    });
    return [certificate.toString('pem'), await privateKeyPem(keys)];
  };
  const names = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const [servingCertPem, servingKeyPem] = await issue('CN=kube-apiserver', '02', [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension([
      ...names.map((value) => ({ type: 'dns' as const, value })),
      ...['127.0.0.1', '10.0.0.1'].map((value) => ({ type: 'ip' as const, value })),
    ]),
  ]);
  const [adminCertPem, adminKeyPem] = await issue('CN=admin,O=system:masters', '03', [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
  ]);
  const caKeyPem = await privateKeyPem(caKeys);
  return {
    caPem: ca.toString('pem'),
    caKeyPem,
    servingCertPem,
    servingKeyPem,
    adminCertPem,
    adminKeyPem,
  };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
}

async function privateKeyPem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return x509.PemConverter.encode(
    await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
    'PRIVATE KEY',
  );
}
