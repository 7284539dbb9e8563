import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedServer } from '../support/embedded-server.ts';
import { startKubeApiserver } from '../support/kube-apiserver.ts';
import { findRealParts, missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd', 'kubectl');
const blocks = blocksOf(readFileSync(new URL('kubectl-script.sh', import.meta.url), 'utf8'));
const dir = mkdtempSync(join(tmpdir(), 'ocm-kubectl-script-'));

interface Block {
  readonly name: string;
  readonly commands: string;
}

function blocksOf(script: string): readonly Block[] {
  const [, ...parts] = script.split(/^### /m);
  return parts.map((part) => {
    const end = part.indexOf('\n');
    return { name: part.slice(0, end), commands: part.slice(end + 1) };
  });
}

/** Runs all blocks against one server, in a folder of its own; what each printed, on both streams. */
async function runAll(name: string, kubeconfig: string): Promise<ReadonlyMap<string, string>> {
  const home = join(dir, name);
  mkdirSync(join(home, 'bin'), { recursive: true });
  symlinkSync(findRealParts()?.kubectl ?? 'kubectl', join(home, 'bin', 'kubectl'));
  const config = join(home, 'kubeconfig');
  writeFileSync(config, kubeconfig, { mode: 0o600 });
  const path = `${join(home, 'bin')}:${process.env['PATH']}`;
  const env = { ...process.env, PATH: path, HOME: home, KUBECONFIG: config, LC_ALL: 'C' };
  const printed = new Map<string, string>();
  for (const { name, commands } of blocks) {
    printed.set(name, comparable(await sh(commands, { cwd: home, env })));
  }
  return printed;
}

/** Tells each command and how it ended, in the order of what it prints. */
const prelude = `exec 2>&1
kubectl() {
  echo "$ kubectl $*" >&2
  command kubectl "$@" || { set -- $?; echo "exit $1" >&2; return $1; }
}
`;

function sh(commands: string, how: { cwd: string; env: NodeJS.ProcessEnv }): Promise<string> {
  return new Promise((resolve) => {
    const args = ['-c', prelude + commands];
    execFile('sh', args, { ...how, timeout: 300_000 }, (_, out) => resolve(out));
  });
}

/** What two runs cannot have in common, and the name it gets instead. */
const ofOneRun: readonly (readonly [RegExp, string])[] = [
  [/\bey[\w-]+\.[\w-]+\.[\w-]+/g, 'TOKEN'],
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| [+-]\d{4})?/g, 'TIME'],
  [/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, 'TIME'],
  [/(resource ?version"?: +)"?\d+"?/gi, '$1VERSION'],
  [/(https:\/\/)?127\.0\.0\.1:\d+/g, 'SERVER'],
  [/\/tmp\/(LIVE|MERGED)-\d+/g, '$1'],
  [/\b\d+(s|ms|m\d+s)\b/g, 'AGE'],
  [/^[EWI]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /gm, 'LOG '],
];

function comparable(text: string): string {
  return ofOneRun.reduce((left, [of, name]) => left.replace(of, name), text);
}

describe.skipIf(missing !== '')(`kubectl does the same on our API server${missing}`, () => {
  let ours: ReadonlyMap<string, string>;
  let real: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const [embedded, kubeApiserver] = await Promise.all([
      startEmbeddedServer(),
      startKubeApiserver(),
    ]);
    try {
      const admin = readFileSync(kubeApiserver.adminKubeconfigPath, 'utf8');
      [ours, real] = await Promise.all([
        runAll('ours', embedded.adminKubeconfig),
        runAll('real', admin),
      ]);
      expect(embedded.bugs).toEqual([]);
    } finally {
      await Promise.all([embedded.stop(), kubeApiserver.stop()]);
    }
  }, 600_000);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test.each(blocks)('$name', ({ name }) => {
    expect(ours.get(name)).toBe(real.get(name));
  });
});
