import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findRealParts, missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('placementSuite', 'kubeApiserver', 'etcd', 'kubectl');
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Runs upstream's suite with a controller of ours, a new process for each spec; what it prints, and how many started. */
async function runSuite(flags: readonly string[]) {
  const { placementSuite = '', kubeApiserver, etcd, kubectl } = findRealParts() ?? {};
  const dir = mkdtempSync(join(tmpdir(), 'ocm-placement-suite-'));
  try {
    for (const program of [kubeApiserver, etcd, kubectl]) {
      symlinkSync(program ?? '', join(dir, program?.split('/').at(-1) ?? ''));
    }
    const command = [process.execPath, main, 'hub', 'controllers', '--only', 'placement', ...flags];
    const suite = spawn(placementSuite, ['--ginkgo.no-color'], {
      cwd: dir,
      env: {
        ...process.env,
        KUBEBUILDER_ASSETS: dir,
        PLACEMENT_CONTROLLER: `echo started >> started; exec ${command.join(' ')}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [suite.stdout, suite.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-20_000);
      });
    }
    const code = await new Promise((resolve) => suite.on('close', resolve));
    const started = readFileSync(join(dir, 'started'), 'utf8').split('\n').length - 1;
    return { code, output, started };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe.skipIf(missing !== '')(
  `upstream's integration suite passes with our controller in the Go one's place${missing}`,
  () => {
    test.each([
      ['as it is by default', []],
      ['with compat: upstream', ['--compat', 'upstream']],
    ])('%s', async (_, flags) => {
      const { code, output, started } = await runSuite(flags);
      const ran = /Ran (\d+) of (\d+) Specs/.exec(output);
      expect(output).toMatch(/SUCCESS! -- \d+ Passed \| 0 Failed \| 0 Pending \| 0 Skipped/);
      expect(code).toBe(0);
      expect(Number(ran?.[1])).toBeGreaterThanOrEqual(30);
      expect(started).toBe(Number(ran?.[2]));
    });
  },
);
