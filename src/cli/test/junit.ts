import type { ModuleResult, TestResult } from './result.ts';
import { failureLines } from './text.ts';

/** Results in the format CI systems read (JUnit's, as Jenkins and GitLab take it). */
export function junitReport(results: readonly ModuleResult[]): string {
  const all = results.flatMap(({ tests }) => tests);
  const suites = results.map(
    ({ title, tests }) =>
      `  <testsuite name=${attribute(title)} ${counts(tests)}>\n${tests.map(caseOf).join('')}  </testsuite>\n`,
  );
  const head = '<?xml version="1.0" encoding="UTF-8"?>';
  return `${head}\n<testsuites ${counts(all)}>\n${suites.join('')}</testsuites>\n`;
}

function counts(tests: readonly TestResult[]): string {
  const failures = tests.filter(({ outcome }) => !outcome.ok).length;
  const seconds = tests.reduce((sum, test) => sum + test.seconds, 0);
  return `tests="${tests.length}" failures="${failures}" time="${seconds.toFixed(3)}"`;
}

function caseOf({ outcome, written, seconds }: TestResult): string {
  const { test, failures, fuzz } = outcome;
  const { file, line } = written(test.origin);
  const name = `name=${attribute(test.name)} classname=${attribute(file)}`;
  const open = `    <testcase ${name} file=${attribute(file)} line="${line}" time="${seconds.toFixed(3)}"`;
  if (outcome.ok) return `${open}/>\n`;
  const lines = failures.flatMap((failure) => failureLines(failure, written));
  const drawn =
    fuzz?.counterexample == null ? [] : [`seed ${fuzz.seed}`, ...fuzz.counterexample.blocks];
  const [first = 'failed'] = lines;
  const text = escaped([...lines, ...drawn].join('\n'));
  return `${open}>\n      <failure message=${attribute(first)}>${text}</failure>\n    </testcase>\n`;
}

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

/** Text of XML 1.0; what it cannot hold is replaced. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"]/g, (c) => entities.get(c) ?? c);
}

function attribute(text: string): string {
  return `"${escaped(text).replace(/[\t\n\r]/g, ' ')}"`;
}
