import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const module = fileURLToPath(new URL('./placement/', import.meta.url));

/**
 * A folder outside the checkout with upstream's integration suite of the placement controller, made of the files in the
 * Go module cache: each place that starts upstream's controller calls `startController` of suite/controller_test.go
 * instead. The caller removes it.
 */
export function preparePlacementSuite() {
  const folder = mkdtempSync(join(tmpdir(), 'ocm-placement-suite-'));
  const suite = join(folder, 'suite');
  mkdirSync(join(suite, 'crds'), { recursive: true });
  for (const file of ['go.mod', 'go.sum', 'suite/controller_test.go']) {
    cpSync(join(module, file), join(folder, file));
  }
  const upstream = join(folderOf('open-cluster-management.io/ocm'), 'test/integration/placement');
  let replaced = 0;
  for (const file of readdirSync(upstream).filter((name) => name.endsWith('_test.go'))) {
    const source = readFileSync(join(upstream, file), 'utf8');
    const text = withoutUpstreamsController(source);
    if (text !== source) replaced += 1;
    writeFileSync(join(suite, file), text);
    if (file === 'suite_test.go') copyDefinitions(text, join(suite, 'crds'));
  }
  if (replaced === 0) throw new Error("upstream's suite starts its controller in another way now");
  return folder;
}

const start =
  /go controllers\.RunControllerManager\(ctx, &controllercmd\.ControllerContext\{[^}]*\}\)/g;

function withoutUpstreamsController(source) {
  if (source.search(start) < 0) return source;
  const text = source.replace(start, 'go startController(ctx)');
  const importLine = /^\t(?:(\w+) )?"([^"]+)"\n/gm;
  return text.replace(importLine, (line, alias, path) =>
    /^(controllers|controllercmd|util)$/.test(alias ?? basename(path)) &&
    !text.includes(`${alias ?? basename(path)}.`)
      ? ''
      : line,
  );
}

function copyDefinitions(suite, into) {
  const api = folderOf('open-cluster-management.io/api');
  for (const [, path] of suite.matchAll(
    /"\.\/vendor\/open-cluster-management\.io\/api\/([^"]+)"/g,
  )) {
    writeFileSync(join(into, basename(path)), readFileSync(join(api, path)));
  }
}

/** Where a module of upstream's is in the module cache, downloaded if need be. */
function folderOf(path) {
  const go = (...args) => execFileSync('go', args, { cwd: module, encoding: 'utf8' });
  go('mod', 'download', path);
  return go('list', '-m', '-f', '{{.Dir}}', path).trim();
}
