import { createRequire } from 'node:module';
import { loadAll } from 'js-yaml';
import type { Json } from '../../src/base/json.ts';
import { lower } from '../../src/ir/lower/lower.ts';
import { writeYaml } from '../../src/kube/yaml.ts';
import { compile } from '../../src/lang/compile.ts';
import { parseModule } from '../../src/lang/syntax/parse.ts';
import { type Row, usage } from '../row.ts';
import { medianCpuMillis, ratioOf, rounded } from './clock.ts';
import { moduleOf, tenThousandLines } from './module.ts';
import { opaCheck } from './opa.ts';

const { version } = createRequire(import.meta.url)('js-yaml/package.json') as { version: string };

/** Lexing and parsing to the AST, beside js-yaml and JSON.parse reading the same placements, and opa as many lines. */
export async function parse(): Promise<Row> {
  const started = process.cpuUsage();
  const count = tenThousandLines;
  const text = moduleOf(count);
  const { program, diagnostics } = compile({ files: [{ uri: 'bench.ocm', text }] });
  if (program === null) throw new Error(`the module does not compile: ${diagnostics[0]?.code}`);
  const objects = lower(program).objects.map(({ object }) => object);
  const yaml = writeYaml(objects as unknown as readonly Json[]);
  const json = JSON.stringify(objects);
  // the same placements on all sides, before any time counts
  const parsed = parseModule(text).chunks.flatMap(({ chunk }) => chunk.decls);
  const blocks = parsed.filter((decl) => decl.kind === 'block').length - 2;
  const read = [loadAll(yaml), JSON.parse(json)] as { kind: string }[][];
  const counts = read.map((all) => all.filter(({ kind }) => kind === 'Placement').length);
  if (blocks !== count || counts.some((each) => each !== count)) {
    throw new Error(`not the same: ${blocks} and ${counts} of ${count} placements`);
  }
  const ours = medianCpuMillis(() => parseModule(text), { warmUp: 20, runs: 25 });
  const peer = medianCpuMillis(() => loadAll(yaml), { warmUp: 2, runs: 7 });
  const plain = medianCpuMillis(() => JSON.parse(json));
  const opa = opaCheck();
  const speed = (bytes: number, millis: number) => (bytes / 1e3 / millis).toFixed(1);
  return {
    name: 'parse',
    ours: rounded(ours),
    peer: rounded(peer),
    unit: 'ms',
    ratio: ratioOf(ours, peer),
    ...usage(started),
    peerVersion: `js-yaml ${version}`,
    others: [
      {
        name: `JSON.parse of Node ${process.versions.node}`,
        value: rounded(plain),
        unit: 'ms',
        note: `the ${(json.length / 1e3).toFixed(0)} kB of JSON of the same placements, at ${speed(json.length, plain)} MB/s`,
      },
      ...(opa === null ? [] : [opa]),
    ],
    note: `CPU of one thread; ${text.split('\n').length} lines, ${(text.length / 1e3).toFixed(0)} kB at ${speed(text.length, ours)} MB/s (10 wanted); the peer reads the ${(yaml.length / 1e3).toFixed(0)} kB of YAML of the same placements at ${speed(yaml.length, peer)} MB/s`,
  };
}
