import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Supervisor } from '../../../src/cli/local/supervisor.ts';

test('a process that has ended is not taken for one that runs, and is started again', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ocm-supervisor-'));
  const pids: (number | undefined)[] = [];
  const twice = Promise.withResolvers<void>();
  const supervisor: Supervisor = new Supervisor({
    dir,
    signal: new AbortController().signal,
    tell: () => {
      pids.push(supervisor.process('brief')?.pid);
      if (pids.length === 2) twice.resolve();
    },
  });
  try {
    await supervisor.start({ name: 'brief', args: ['--version'] });
    expect(supervisor.process('brief')?.pid).toBeGreaterThan(0);
    await twice.promise;
    expect(pids).toEqual([undefined, undefined]);
  } finally {
    await supervisor.stop();
    rmSync(dir, { recursive: true, force: true });
  }
});
