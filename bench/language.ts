import { createRequire } from 'node:module';
import { loadAll } from 'js-yaml';
import type { Json } from '../src/base/json.ts';
import { lower } from '../src/ir/lower/lower.ts';
import { writeYaml } from '../src/kube/yaml.ts';
import { compile } from '../src/lang/compile.ts';
import { parseModule } from '../src/lang/syntax/parse.ts';
import { medianMillis, type Row, usage } from './row.ts';

const { version } = createRequire(import.meta.url)('js-yaml/package.json') as { version: string };

/** A module of so many placements, none like another: eight lines each. */
function moduleOf(placements: number): string {
  const one = (at: number) => `/// Placement ${at}: clusters for team ${at % 17}.
placement team-${at} {
  from:  [fleet-a, fleet-b]
  where: cluster.env == prod && cluster.region in ["eu-${at % 9}", "us-${at % 7}"]
      && (!has(cluster.tier) || cluster.tier != bronze)
  take:  ${1 + (at % 20)}
}
`;
  const head = `namespace bench
fleet {
  env:    prod | stage | dev
  region: string from claim "region.open-cluster-management.io"
  tier?:  gold | silver | bronze
}
clusterset fleet-a { members: exclusive }
clusterset fleet-b { members: exclusive }
namespace bench { bind: [fleet-a, fleet-b] }
`;
  return `${head}\n${Array.from({ length: placements }, (_, at) => one(at)).join('\n')}`;
}

/** Lexing and parsing to the AST, beside js-yaml reading the same placements as YAML. */
async function parse(): Promise<Row> {
  const started = process.cpuUsage();
  const count = 1250;
  const text = moduleOf(count);
  const { program, diagnostics } = compile({ files: [{ uri: 'bench.ocm', text }] });
  if (program === null) throw new Error(`the module does not compile: ${diagnostics[0]?.code}`);
  const objects = lower(program).objects.map(({ object }) => object);
  const yaml = writeYaml(objects as unknown as readonly Json[]);
  // the same placements on both sides, before any time counts
  const parsed = parseModule(text).chunks.flatMap(({ chunk }) => chunk.decls);
  const read = (loadAll(yaml) as { kind: string }[]).filter(({ kind }) => kind === 'Placement');
  const blocks = parsed.filter((decl) => decl.kind === 'block').length - 2;
  if (blocks !== count || read.length !== count) {
    throw new Error(`not the same: ${blocks} and ${read.length} of ${count} placements`);
  }
  const ours = medianMillis(() => parseModule(text));
  const peer = medianMillis(() => loadAll(yaml), { warmUp: 2, runs: 7 });
  const lines = text.split('\n').length;
  const speed = (text.length / 1e6 / (ours / 1000)).toFixed(1);
  return {
    name: 'parse',
    ours: Math.round(ours * 100) / 100,
    peer: Math.round(peer * 100) / 100,
    unit: 'ms',
    ratio: Math.round((peer / ours) * 100) / 100,
    ...usage(started),
    peerVersion: `js-yaml ${version}`,
    note: `${lines} lines, ${(text.length / 1e3).toFixed(0)} kB at ${speed} MB/s; the peer reads the ${(yaml.length / 1e3).toFixed(0)} kB of YAML of the same placements`,
  };
}

export const rows: Readonly<Record<string, () => Promise<Row>>> = { parse };
