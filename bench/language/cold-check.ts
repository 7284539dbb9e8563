import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locateRealParts } from '../../scripts/real-parts/find.mjs';
import { type Row, usage } from '../row.ts';
import { middle, ratioOf, rounded } from './clock.ts';
import { moduleOf, regoOf } from './module.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The least CPU, in milliseconds, that one of ten runs of a command takes; as the shell counts it. */
function cpuMillis(argv: readonly string[]): number {
  const script = '"$@" >/dev/null 2>&1; times';
  const spent = Array.from({ length: 10 }, () => {
    const args = ['-c', script, 'sh', ...argv];
    const { stdout } = spawnSync('sh', args, { encoding: 'utf8' });
    const children = stdout.trim().split('\n')[1] ?? '';
    const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
    return parts.reduce(
      (sum, [, minutes, seconds]) => sum + Number(minutes) * 6e4 + Number(seconds) * 1e3,
      0,
    );
  });
  return rounded(Math.min(...spent));
}

/** Milliseconds by the clock that a run of a command takes a shell: what has the memory of this bench is slow to start one. */
function wallMillis(argv: readonly string[]): number {
  const script = 'TIMEFORMAT=%3R; time "$@" >/dev/null 2>&1';
  const { stderr } = spawnSync('bash', ['-c', script, 'bash', ...argv], { encoding: 'utf8' });
  return Number(stderr.trim()) * 1e3;
}

/** `ocm check` of a small file, from nothing to its exit, beside `opa check` of a like one. */
export async function coldCheck(): Promise<Row> {
  const started = process.cpuUsage();
  const dir = mkdtempSync(join(tmpdir(), 'ocm-bench-'));
  try {
    const made = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], {
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(`the bundle cannot be made: ${made.stderr}`);
    const write = (name: string, text: string): string => {
      const path = join(dir, name);
      writeFileSync(path, text);
      return path;
    };
    const [good, bad] = [
      write('good.ocm', moduleOf(8)),
      write('bad.ocm', 'placement a { take: x }\n'),
    ];
    const command = join(root, 'bin/ocm');
    const ours = (path: string) => spawnSync(command, ['check', path]).status;
    const { opa } = locateRealParts();
    const rego = [
      write('good.rego', regoOf(8)),
      write('bad.rego', 'package bench\nx if y\n'),
    ] as const;
    const peers = (path: string) =>
      opa === undefined ? null : spawnSync(opa, ['check', path]).status;
    // both find the mistake, and nothing where there is none, before any time counts
    if (ours(good) !== 0 || ours(bad) !== 1) throw new Error('ocm check is wrong');
    if (opa !== undefined && (peers(rego[0]) !== 0 || peers(rego[1]) === 0)) {
      throw new Error('opa check is wrong');
    }
    const times = { ours: [] as number[], peer: [] as number[], bare: [] as number[] };
    for (let turn = 0; turn < 15; turn++) {
      times.ours.push(wallMillis([command, 'check', good]));
      if (opa !== undefined) times.peer.push(wallMillis([opa, 'check', rego[0]]));
      times.bare.push(wallMillis([process.execPath, '-e', '0']));
    }
    const [mine, theirs] = [middle(times.ours), opa === undefined ? null : middle(times.peer)];
    const version =
      opa === undefined ? null : spawnSync(opa, ['version'], { encoding: 'utf8' }).stdout;
    return {
      name: 'cold-check',
      ours: rounded(mine),
      peer: theirs === null ? null : rounded(theirs),
      unit: 'ms',
      ratio: theirs === null ? null : ratioOf(mine, theirs),
      ...usage(started),
      peerVersion: version === null ? null : `opa ${/Version: (\S+)/.exec(version)?.[1] ?? ''}`,
      note: `time of the whole of bin/ocm check (100 wanted), best ${rounded(Math.min(...times.ours))} ms; Node alone takes ${rounded(middle(times.bare))} ms; on a busy machine compare the least CPU of all threads: ${cpuMillis([command, 'check', good])} ms, where Node alone takes ${cpuMillis([process.execPath, '-e', '0'])}; ${opa === undefined ? 'no opa on this machine: node scripts/real-parts.mjs builds it' : 'the peer is opa check of a file of as many rules'}`,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
