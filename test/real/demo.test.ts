import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'ocm-demo-home-'));
const temporary = mkdtempSync(join(tmpdir(), 'ocm-demo-tmp-'));
/** In the environment of everything the demo starts, so that what is left over can be found. */
const mark = randomUUID();

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function demo(): Promise<Ran> {
  const env = { ...process.env, HOME: home, TMPDIR: temporary, OCM_TEST_MARK: mark };
  return new Promise((resolve) => {
    const options = { env, cwd: root, timeout: 170_000 };
    execFile(join(root, 'bin/ocm'), ['demo'], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
    });
  });
}

/** Processes of this machine that were started by the demo. */
function leftRunning(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(join('/proc', pid, 'environ'), 'latin1').includes(mark);
      } catch {
        // It ended meanwhile, or belongs to somebody else.
        return false;
      }
    });
}

describe('ocm demo, what npm start runs', () => {
  let ran: Ran;

  beforeAll(async () => {
    ran = await demo();
  }, 180_000);

  afterAll(() => {
    for (const dir of [home, temporary]) rmSync(dir, { recursive: true, force: true });
  });

  test('ends by itself with exit 0, its last line counting clusters, works and policies', () => {
    expect(ran.err).toBe('');
    expect(ran.code).toBe(0);
    expect(ran.out.trimEnd().split('\n').at(-1)).toBe(
      'demo: 3 clusters, 3 works applied, 3 policies compliant',
    );
  });

  test('shows the canary first, its soak, the others; the halt, and how it goes on', () => {
    // each in its place: a later line never stands before an earlier one
    const story = [
      /cluster1 is accepted|cluster[23] is accepted/,
      /cluster1 {2}nginx:1\.28 {2}ready/,
      /cluster2 {2}nginx:1\.28 {2}rolling out/,
      /cluster[23] {2}nginx:1\.28 {2}ready/,
      /cluster1 {2}nginx:1\.29 {2}ready/,
      /cluster2 {2}nginx:1\.29 {2}rolling out/,
      /cluster1 {2}nginx:1\.30 {2}rolling out/,
      /halted: 1 failed, 2 untouched/,
      /cluster1 is mended/,
      /cluster2 {2}nginx:1\.30 {2}rolling out/,
      /mode=enforce/,
      /cluster3 {2}policy {6}Compliant/,
    ];
    let rest = ran.out;
    for (const next of story) {
      const at = rest.search(next);
      expect(at, `${next} after what was shown before`).toBeGreaterThanOrEqual(0);
      rest = rest.slice(at);
    }
    for (const image of ['1.28', '1.29', '1.30']) {
      const ready = ran.out.indexOf(`cluster1  nginx:${image}  ready`);
      const others = ran.out.search(new RegExp(`cluster[23]  nginx:${image}  rolling out`));
      expect(ready).toBeGreaterThanOrEqual(0);
      expect(others).toBeGreaterThan(ready);
    }
  });

  test.skipIf(process.platform !== 'linux')('leaves nothing running and nothing behind', () => {
    expect(leftRunning()).toEqual([]);
    expect(readdirSync(temporary).filter((name) => name.startsWith('ocm'))).toEqual([]);
  });
});
