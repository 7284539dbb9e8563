import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { locateRealParts } from '../../scripts/real-parts/find.mjs';
import type { Json } from '../../src/base/json.ts';
import { lower } from '../../src/ir/lower/lower.ts';
import { writeYaml } from '../../src/kube/yaml.ts';
import { compile } from '../../src/lang/compile.ts';
import { type Row, usage } from '../row.ts';
import { medianCpuMillis, middle, ratioOf, rounded } from './clock.ts';
import { moduleOf, tenThousandLines } from './module.ts';
import { opaCheck } from './opa.ts';
import { canonicalJson } from './same.ts';

/** A whole compile of ten thousand lines to IR, beside kubectl kustomize building the objects it comes to, and opa. */
export async function compileRow(): Promise<Row> {
  const started = process.cpuUsage();
  const text = moduleOf(tenThousandLines);
  const files = [{ uri: 'bench.ocm', text }];
  const first = process.threadCpuUsage();
  const { program } = compile({ files });
  const { user, system } = process.threadCpuUsage(first);
  if (program === null) throw new Error('the module does not compile');
  const objects = lower(program).objects.map(({ object }) => object as unknown as Json);
  const [peer, opa] = [kustomize(objects), opaCheck()];
  const ours = medianCpuMillis(() => compile({ files }), { warmUp: 8, runs: 15 });
  return {
    name: 'compile',
    ours: rounded(ours),
    peer: peer === null ? null : rounded(peer.millis),
    unit: 'ms',
    ratio: peer === null ? null : ratioOf(ours, peer.millis),
    ...usage(started),
    peerVersion: peer?.version ?? null,
    others: opa === null ? [] : [opa],
    note: `CPU of one thread; ${text.split('\n').length} lines to IR after start (300 wanted), the very first time ${rounded((user + system) / 1000)} ms; ${peer === null ? 'no kubectl on this machine: node scripts/real-parts.mjs builds it' : `the peer builds the ${objects.length} objects of it (time of the whole process)`}`,
  };
}

/** How long `kubectl kustomize` takes over the objects, which has to come to the same ones. */
function kustomize(objects: readonly Json[]): { millis: number; version: string } | null {
  const { kubectl } = locateRealParts();
  if (kubectl === undefined) return null;
  const dir = mkdtempSync(join(tmpdir(), 'ocm-bench-'));
  try {
    writeFileSync(join(dir, 'all.yaml'), writeYaml(objects));
    writeFileSync(join(dir, 'kustomization.yaml'), 'resources: [all.yaml]\n');
    const run = () =>
      spawnSync(kubectl, ['kustomize', dir], { encoding: 'utf8', maxBuffer: 1 << 28 });
    const built = loadAll(run().stdout) as Json[];
    const same = (all: readonly Json[]) => all.map(canonicalJson).sort().join('\n');
    if (same(built) !== same(objects)) throw new Error('kustomize built other objects');
    const times = Array.from({ length: 3 }, () => {
      const since = performance.now();
      run();
      return performance.now() - since;
    });
    const { stdout } = spawnSync(kubectl, ['version', '--client'], { encoding: 'utf8' });
    const [, version = ''] = /Client Version: (\S+)/.exec(stdout) ?? [];
    return { millis: middle(times), version: `kubectl kustomize ${version}` };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
