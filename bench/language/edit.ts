import { createRequire } from 'node:module';
import { loadAll } from 'js-yaml';
import type { Json } from '../../src/base/json.ts';
import { lower } from '../../src/ir/lower/lower.ts';
import { writeYaml } from '../../src/kube/yaml.ts';
import { analyse, compile } from '../../src/lang/compile.ts';
import { startIncrementalCheck } from '../../src/lang/incremental/incremental.ts';
import { parseModule, type SourceUnit } from '../../src/lang/syntax/parse.ts';
import { type Row, usage } from '../row.ts';
import { medianCpuMillis, ratioOf, rounded } from './clock.ts';
import { moduleOf, tenThousandLines } from './module.ts';
import { opaCheck } from './opa.ts';

const { version } = createRequire(import.meta.url)('js-yaml/package.json') as { version: string };

/** One character typed in the middle of a module: read again and checked again, beside js-yaml and opa, which read all again. */
export async function edit(): Promise<Row> {
  const started = process.cpuUsage();
  const text = moduleOf(tenThousandLines);
  const at = text.indexOf('take:', Math.floor(text.length / 2)) + 'take:  '.length;
  // one character more, and one character less
  const variants = [text, `${text.slice(0, at)}1${text.slice(at)}`];
  const textAt = (turn: number) => variants[turn % 2] as string;
  let unit: SourceUnit | undefined;
  const check = startIncrementalCheck();
  const findings = (turn: number) =>
    check.check({ files: [{ uri: 'bench.ocm', text: textAt(turn) }] });
  // the same as from nothing, before any time counts; the typed text has a mistake to find in its turn
  const wrong = text.replace('take:  1\n', 'take:  one\n');
  for (const each of [...variants, wrong, text]) {
    const files = [{ uri: 'bench.ocm', text: each }];
    const [ours, whole] = [check.check({ files }), analyse({ files })];
    unit = parseModule(each, unit);
    const isSame =
      JSON.stringify(ours.diagnostics) === JSON.stringify(whole.diagnostics) &&
      ours.references.length === whole.references.length &&
      JSON.stringify(unit) === JSON.stringify(parseModule(each));
    if (!isSame) throw new Error('an edit comes to something else than the whole text');
  }
  const parsed = medianCpuMillis(
    (turn) => {
      unit = parseModule(textAt(turn), unit);
    },
    { warmUp: 60, runs: 11, together: 40 },
  );
  const checked = medianCpuMillis(findings, { warmUp: 60, runs: 11, together: 11 });
  const { done, taken } = check.effort();
  const { program } = compile({ files: [{ uri: 'bench.ocm', text }] });
  if (program === null) throw new Error('the module does not compile');
  const objects = lower(program).objects.map(({ object }) => object);
  const yaml = writeYaml(objects as unknown as readonly Json[]);
  const peer = medianCpuMillis(() => loadAll(yaml), { warmUp: 2, runs: 7 });
  const opa = opaCheck();
  return {
    name: 'edit',
    ours: rounded(checked),
    peer: rounded(peer),
    unit: 'ms',
    ratio: ratioOf(checked, peer),
    ...usage(started),
    peerVersion: `js-yaml ${version}`,
    others: opa === null ? [] : [opa],
    note: `CPU of one thread; one character typed in ${text.split('\n').length} lines: read again in ${rounded(parsed)} ms (2 wanted), read and checked again in ${rounded(checked)} ms (10 wanted), ${done} steps done and ${taken} taken from before; the peer reads all ${(yaml.length / 1e3).toFixed(0)} kB of YAML again and checks nothing`,
  };
}
