import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Instant, parseInstant } from '../../base/instant.ts';
import type { RegoModule } from '../../engine/policy/check.ts';
import { Coverage } from '../../engine/simulate/coverage.ts';
import { runTest } from '../../engine/simulate/run.ts';
import { modelOf } from '../../engine/simulate/world.ts';
import type { IrRegoTemplate } from '../../ir/program.ts';
import { type TestCase, type TestPlan, testStart } from '../../ir/test-plan.ts';
import { loadRego } from '../../runtime/rego/load.ts';
import { CommandFailure, type ExitCode, exit, type Io } from '../io.ts';
import { type LoadedModule, loadModule, reportDiagnostics } from '../program/load.ts';
import { jsonText } from '../terminal/escape.ts';
import type { TestOptions } from '../test.ts';
import { ocmFiles, WorkspaceReader } from '../workspace.ts';
import { coverageJson, coverageText } from './coverage.ts';
import { junitReport } from './junit.ts';
import { type ModuleResult, resultJson, type TestResult, writtenIn } from './result.ts';
import { startText } from './text.ts';

/** Runs the tests of every module that is named, and reports. */
export function testModules(given: readonly string[], options: TestOptions, io: Io): ExitCode {
  const settings = settingsOf(options);
  const results: ModuleResult[] = [];
  let broken = 0;
  const text = options.output === 'text' ? startText(io) : null;
  for (const paths of modulesIn(given, io)) {
    const loaded = loadModule(paths, options, io);
    // Warnings are the business of `ocm check`.
    if (loaded.program === null || loaded.tests === null) {
      reportDiagnostics(loaded, io.err, io);
      broken += 1;
      continue;
    }
    const title = paths.join(' ') || '.';
    text?.module(title);
    results.push(
      runModule(
        { title, loaded, plan: loaded.tests, settings, told: (one) => text?.test(one) },
        io,
      ),
    );
  }
  const tests = results.flatMap((result) => result.tests);
  if (broken === 0 && tests.length === 0) {
    const which = settings.filter === null ? 'no test' : `no test with \`${settings.filter}\``;
    throw new CommandFailure(exit.no, `there is ${which} in ${given.join(' ') || 'this folder'}`);
  }
  report(results, options, io);
  if (tests.length > 0) text?.end(tests);
  return broken > 0 || tests.some(({ outcome }) => !outcome.ok) ? exit.no : exit.ok;
}

function report(results: readonly ModuleResult[], { output, coverage }: TestOptions, io: Io): void {
  if (output === 'junit') io.out(junitReport(results));
  else if (output === 'json') {
    const tests = results.flatMap((module) => module.tests.map((test) => resultJson(test, module)));
    const json = { tests, ...(coverage && { coverage: results.flatMap(coverageJson) }) };
    io.out(jsonText(json));
  } else if (coverage) {
    for (const result of results) io.out(coverageText(result));
  }
}

interface Settings {
  readonly filter: string | null;
  readonly coverage: boolean;
  readonly runs: number | null;
  readonly seed: number | null;
  readonly now: Instant;
}

const mostRuns = 100_000;

function settingsOf({ filter, coverage, runs, seed, at }: TestOptions): Settings {
  const now = at === undefined ? testStart : parseInstant(at);
  if (now === null) {
    const message = `--at takes a time such as 2026-01-01T00:00:00Z, and got \`${at}\``;
    throw new CommandFailure(exit.usage, message);
  }
  return {
    filter: filter ?? null,
    coverage,
    runs: whole('--runs', runs, mostRuns),
    seed: whole('--seed', seed, 4_294_967_295),
    now,
  };
}

function whole(option: string, text: string | undefined, most: number): number | null {
  if (text === undefined) return null;
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw new CommandFailure(exit.usage, `${option} takes 0 to ${most}, and got \`${text}\``);
}

/** Each folder is a module, or holds some; files that are named make one together. */
function modulesIn(given: readonly string[], io: Io): readonly (readonly string[])[] {
  const isFolder = (path: string) =>
    statSync(resolve(io.cwd, path), { throwIfNoEntry: false })?.isDirectory() === true;
  const files = given.filter((path) => !isFolder(path));
  const folders = (given.length === 0 ? ['.'] : given.filter(isFolder)).flatMap((path) =>
    modulesBelow(path, io),
  );
  return files.length === 0 ? folders : [...folders, files];
}

/** The folder itself where it has `.ocm` files, else every folder below it that has some. */
function modulesBelow(path: string, io: Io): readonly (readonly string[])[] {
  const full = resolve(io.cwd, path);
  if (ocmFiles(full).length > 0) return [[path]];
  const found = new WorkspaceReader(full).list('**/*.ocm').map((file) => dirname(file));
  const below = [...new Set(found)].filter((folder) => !/(^|\/)vendor(\/|$)/.test(folder));
  return below.length === 0 ? [[path]] : below.map((folder) => [join(path, folder)]);
}

/** The module of a check in Rego, ready to be asked; it was compiled with the program. */
function moduleOf({ wasm }: IrRegoTemplate): RegoModule | undefined {
  const loaded = wasm === null ? null : loadRego(wasm);
  return loaded?.ok === true ? loaded.module : undefined;
}

interface ModuleRun {
  readonly title: string;
  readonly loaded: LoadedModule;
  readonly plan: TestPlan;
  readonly settings: Settings;
  readonly told: (result: TestResult) => void;
}

function runModule({ title, loaded, plan, settings, told }: ModuleRun, io: Io): ModuleResult {
  const { program } = loaded;
  if (program === null) return { title, tests: [], coverage: null };
  const model = modelOf(program, { sets: [], bindings: [], rego: moduleOf });
  const optional = plan.attributes.filter(({ presence }) => presence === 'optional');
  const names = new Set(optional.map(({ attribute }) => attribute.name));
  const coverage = settings.coverage ? new Coverage(model, names) : null;
  const written = writtenIn(loaded, program);
  const wanted = settings.filter?.toLowerCase() ?? '';
  const tests: TestResult[] = [];
  for (const test of plan.tests) {
    if (!test.name.toLowerCase().includes(wanted)) continue;
    if (io.signal.aborted) throw new CommandFailure(exit.interrupted, 'interrupted');
    const begun = performance.now();
    const outcome = runTest(withSettings(test, settings), {
      model,
      plan,
      now: settings.now,
      ...(coverage !== null && { coverage }),
    });
    const result = { outcome, written, seconds: (performance.now() - begun) / 1000 };
    told(result);
    tests.push(result);
  }
  const atoms = coverage?.atoms() ?? null;
  return { title, tests, coverage: atoms === null ? null : { atoms, written } };
}

function withSettings(test: TestCase, { runs, seed }: Settings): TestCase {
  if (test.fuzz === null) return test;
  return { ...test, fuzz: { runs: runs ?? test.fuzz.runs, seed: seed ?? test.fuzz.seed } };
}
