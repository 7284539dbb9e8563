import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../../src/lang/compile.ts';
import { type DiagnosticCode, diagnostics, severityOf } from '../../src/lang/diagnostics.ts';
import { importYaml } from '../../src/lang/import/import.ts';
import { inventorySays } from '../cli/inventory.ts';
import { readCase } from '../lang/case.ts';
import { root } from '../support/capabilities.ts';

const codes = Object.keys(diagnostics) as DiagnosticCode[];

function filesIn(folder: string, end: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .map((name) => join(root, folder, name));
}

const cases = ['test/lang', 'test/cli/inventory']
  .flatMap((folder) => filesIn(folder, '.snap'))
  .map((path) => readFileSync(path, 'utf8'));
const sources = ['src/lang', 'src/cli/program']
  .flatMap((folder) => filesIn(folder, '.ts'))
  .filter((path) => !path.endsWith('src/lang/diagnostics.ts'))
  .map((path) => readFileSync(path, 'utf8'));

// A file of four million characters is no example to read; test/lang/syntax/parse.test.ts makes one.
const untold: readonly DiagnosticCode[] = ['OCM1004'];

// These compare the module with recorded clusters.
const ofInventory: readonly DiagnosticCode[] = ['OCM4002', 'OCM4014'];
const recorded = `apiVersion: cluster.open-cluster-management.io/v1
kind: ManagedCluster
metadata: { name: berlin, labels: { env: prod, cluster.open-cluster-management.io/clusterset: prod } }
status:
  clusterClaims: [{ name: kubeversion.open-cluster-management.io, value: v1.33.1 }]
  conditions: [{ type: ManagedClusterConditionAvailable, status: "True" }]
`;

describe.each(codes)('%s', (code) => {
  const { severity, text } = diagnostics[code];

  test('is said by some source', () => {
    expect(sources.some((source) => source.includes(`'${code}'`))).toBe(true);
  });

  test('is written as messages are: one sentence, no capital, no full stop', () => {
    expect(text).not.toMatch(/^[A-Z]|\.$|[.!?] /);
    expect(text.split('`').length % 2).toBe(1);
  });

  test('has the severity of its range', () => {
    const range = Number(code.slice(3));
    const isError =
      range < 3000 ||
      ['OCM3001', 'OCM3016', 'OCM3102', 'OCM4004'].includes(code) ||
      (range >= 3300 && range < 3400);
    const isOfImport = range >= 6000;
    if (isOfImport) {
      expect(severity).toBe('error');
      return;
    }
    const expected = range >= 5000 ? 'lint' : isError && code !== 'OCM2304' ? 'error' : 'warning';
    expect(severity).toBe(expected);
  });

  test('has a page that says what to avoid, what to prefer and why', () => {
    const page = readFileSync(join(root, `docs/diagnostics/${code}.md`), 'utf8');
    const headings = [...page.matchAll(/^#+ .*$/gm)].map(([line]) => line);
    expect(headings).toEqual([`# ${code}`, '## Avoid', '## Prefer', '## Why']);
    expect(page).toContain(`${severity}: ${text.replace(/\{(\w+)\}/g, '…')}`);
  });
});

/** What the examples of the pages stand in, unless they say more themselves. */
const around = `namespace shop
fleet {
  env:   prod | stage | dev
  tier?: gold | silver | bronze
  ring:  canary | broad = broad
  gpus:  int = 0
  k8s:   version from claim "kubeversion.open-cluster-management.io"
  ready: condition from condition "ManagedClusterConditionAvailable"
}
clusterset prod { }
namespace shop { bind: [prod] }
`;
describe.each(codes.filter((code) => !untold.includes(code)))('the page of %s', (code) => {
  const page = readFileSync(join(root, `docs/diagnostics/${code}.md`), 'utf8');
  const [avoid = '', prefer = ''] = [...page.matchAll(/^```(?:ocm|yaml)\n([\s\S]*?)^```$/gm)].map(
    ([, text]) => text ?? '',
  );
  const said = (text: string) => {
    if (code.startsWith('OCM6')) {
      const imported = importYaml({ files: [{ uri: 'example.yaml', text }] });
      return imported.diagnostics.map((each) => each.code);
    }
    const isWhole = /^fleet /m.test(text) || code === 'OCM2304';
    if (ofInventory.includes(code)) {
      return inventorySays(readCase(isWhole ? text : around + text), recorded).map(
        (each) => each.code,
      );
    }
    const { diagnostics: found } = compile(readCase(isWhole ? text : around + text));
    return found.map((each) => each.code);
  };

  test('avoids what gives the message', () => {
    expect(said(avoid)).toContain(code);
  });

  test('prefers what gives none', () => {
    expect(said(prefer).filter((each) => severityOf({ code: each }) !== 'lint')).toEqual([]);
  });
});

test.each(codes.filter((code) => !untold.includes(code)))('%s is said in a golden', (code) => {
  const { severity } = diagnostics[code];
  expect(cases.some((shown) => shown.includes(`${severity}[${code}]: `))).toBe(true);
});

test('every page is of a code', () => {
  const pages = readdirSync(join(root, 'docs/diagnostics')).filter((name) => /^OCM\d/.test(name));
  expect(pages.sort()).toEqual(codes.map((code) => `${code}.md`).sort());
});
