// How large upstream's policies are as `.ocm`: node scripts/import-table.mjs [folder]. One row a file, then a summary.
// Counted are lines that are neither blank nor comments, of the YAML and of what `ocm import` makes of it.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { importYaml } from '../src/lang/import/import.ts';

const shared = fileURLToPath(new URL('../../shared/conformance/policies', import.meta.url));
const folder = process.argv[2] ?? shared;
if (!existsSync(folder)) {
  process.stderr.write(`no folder ${folder}\n`);
  process.exit(2);
}

/** Lines that are neither blank nor a comment. */
function countLines(text, comment) {
  return text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith(comment))
    .length;
}

const rows = globSync('**/*.{yaml,yml}', { cwd: folder })
  .sort()
  .map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const { files, counts, diagnostics } = importYaml({ files: [{ uri: file, text }] });
    const made = files?.[0]?.text ?? null;
    const yaml = countLines(text, '#');
    const ocm = made === null ? null : countLines(made, '//');
    const fences = Object.values(counts.fences).reduce((sum, each) => sum + each, 0);
    return {
      file,
      yaml,
      ocm,
      ratio: ocm === null ? null : ocm / yaml,
      fences,
      counts,
      diagnostics,
    };
  });

const print = (...cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
print('file', 'yaml lines', 'ocm lines', 'ratio', 'fences', 'raw', 'template', 'resource');
print('---', '--:', '--:', '--:', '--:', '--:', '--:', '--:');
for (const { file, yaml, ocm, ratio, fences, counts } of rows) {
  const { raw, templates, resources } = counts;
  print(file, yaml, ocm ?? 'error', ratio?.toFixed(2) ?? '', fences, raw, templates, resources);
}
const ratios = rows.flatMap(({ ratio }) => ratio ?? []).sort((a, b) => a - b);
const middle = ratios.length >> 1;
const median = ratios.length % 2 === 1 ? ratios[middle] : (ratios[middle - 1] + ratios[middle]) / 2;
const sum = (of) => rows.reduce((total, row) => total + of(row), 0);
process.stdout.write(
  `${rows.length} files, ${rows.filter(({ ocm }) => ocm === null).length} not imported; ratio: median ${median?.toFixed(2)}, ` +
    `largest ${ratios.at(-1)?.toFixed(2)}; fences ${sum(({ fences }) => fences)}, raw ${sum(({ counts }) => counts.raw)}, ` +
    `template ${sum(({ counts }) => counts.templates)}, resource ${sum(({ counts }) => counts.resources)}\n`,
);
