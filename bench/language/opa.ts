import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateRealParts } from '../../scripts/real-parts/find.mjs';
import type { Peer } from '../row.ts';
import { middle, rounded } from './clock.ts';
import { regoOf } from './module.ts';

/** Rules of Rego that make ten thousand lines. */
const tenThousandLines = 1430;

/** `opa check` of ten thousand lines of Rego that say what the module says; null where there is no opa here. */
export function opaCheck(): Peer | null {
  const { opa } = locateRealParts();
  if (opa === undefined) return null;
  const dir = mkdtempSync(join(tmpdir(), 'ocm-bench-'));
  try {
    const text = regoOf(tenThousandLines);
    const [whole, wrong] = [join(dir, 'whole.rego'), join(dir, 'wrong.rego')];
    writeFileSync(whole, text);
    writeFileSync(wrong, `${text}\nx if y\n`);
    // it reads all of it, before any time counts
    if (cpuMillisOf(opa, whole) === null || cpuMillisOf(opa, wrong) !== null) {
      throw new Error('opa check is wrong');
    }
    const times = Array.from({ length: 5 }, () => cpuMillisOf(opa, whole) ?? Number.NaN);
    const { stdout } = spawnSync(opa, ['version'], { encoding: 'utf8' });
    return {
      name: `opa check ${/Version: (\S+)/.exec(stdout)?.[1] ?? ''}`,
      value: rounded(middle(times)),
      unit: 'ms',
      note: `CPU of the whole process over ${text.split('\n').length} lines of Rego; it knows no edits`,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** User and system time of a process that ends well, as the shell counts it for its children; null for another one. */
function cpuMillisOf(opa: string, path: string): number | null {
  const script = '"$0" check "$1" >/dev/null 2>&1 || exit 1; times';
  const { status, stdout } = spawnSync('sh', ['-c', script, opa, path], { encoding: 'utf8' });
  if (status !== 0) return null;
  const [, children = ''] = stdout.trim().split('\n');
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce((sum, [, minutes, seconds]) => {
    return sum + (Number(minutes) * 60 + Number(seconds)) * 1000;
  }, 0);
}
