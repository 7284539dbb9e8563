import { relative } from 'node:path';
import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node';
import { type Capability, readCapabilities, root } from './capabilities.ts';

/**
 * Ends a run with one plain line, `N passed, N failed` (`, N skipped`), written at process exit so that it comes
 * after whatever other reporters print. A file that does not load and an error outside of any test count as
 * failures; so does a promise of docs/capabilities.md whose proof was part of this run and did not pass. Before that
 * line each failure has a line of its own, `failed: …` (scripts/ci.mjs repeats them at its end).
 */
export class SummaryReporter implements Reporter {
  #filtered = false;

  onInit(vitest: Vitest): void {
    this.#filtered = Boolean(vitest.config.testNamePattern);
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    const count = { passed: 0, skipped: 0, pending: 0 };
    const failures = errors.map((error) => `outside of any test: ${firstLine(error)}`);
    for (const module of modules) {
      const file = relative(root, module.moduleId);
      const failedBefore = failures.length;
      for (const test of module.children.allTests()) {
        const { state, errors: why } = test.result();
        if (state !== 'failed') count[state] += 1;
        else {
          const name = test.fullName.replaceAll(' > ', ' › ');
          failures.push(`${file} › ${name}: ${firstLine(why[0])}`);
        }
      }
      const didNotLoad = module.state() === 'failed' && failures.length === failedBefore;
      if (didNotLoad) {
        const inside = [...module.children.allSuites()].flatMap((suite) => suite.errors());
        failures.push(`${file}: ${firstLine([...module.errors(), ...inside][0])}`);
      }
    }
    const unproved = reason === 'interrupted' || this.#filtered ? [] : unprovedRows(modules);
    failures.push(...unproved);
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    const line = `${count.passed} passed, ${failures.length} failed${skipped}\n`;
    if (unproved.length > 0) process.exitCode = 1;
    const named = failures.map((failure) => `failed: ${failure}\n`).join('');
    process.once('exit', () => process.stdout.write(`${named}${line}`));
  }
}

function firstLine(error: unknown): string {
  const { message } = (error ?? {}) as { readonly message?: unknown };
  return (
    String(message ?? error)
      .trim()
      .split('\n', 1)[0] ?? ''
  );
}

/** Rows proved by a test of a file that ran, where that test is missing, failed or (in CI) skipped. */
function unprovedRows(modules: readonly TestModule[]): readonly string[] {
  const states = new Map(
    modules.map((module) => [relative(root, module.moduleId), statesOf(module)]),
  );
  return readCapabilities().flatMap((row) => problems(row, states));
}

/** The state of each test and of each `describe` (the worst of its tests), by name and by full name. */
function statesOf(module: TestModule): ReadonlyMap<string, string> {
  const states = new Map<string, string>();
  const rank = ['passed', 'skipped', 'pending', 'failed'];
  const note = (name: string, state: string) => {
    const known = states.get(name);
    if (known === undefined || rank.indexOf(state) > rank.indexOf(known)) states.set(name, state);
  };
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    const parts = test.fullName.split(' > ');
    for (let from = 0; from < parts.length; from++) {
      for (let to = from + 1; to <= parts.length; to++) {
        note(parts.slice(from, to).join(' › '), state);
      }
    }
  }
  return states;
}

function problems(
  row: Capability,
  states: ReadonlyMap<string, ReadonlyMap<string, string>>,
): readonly string[] {
  return row.proofs.flatMap((proof) => {
    if (proof.kind !== 'test') return [];
    const tests = states.get(proof.file);
    if (tests === undefined) return [];
    const state = tests.get(proof.test);
    // what is skipped may carry another name, which says what is missing
    const skips =
      state === 'skipped' || (state === undefined && [...tests.values()].includes('skipped'));
    const fine = state === 'passed' || (skips && !process.env['CI']);
    if (fine) return [];
    return [
      `docs/capabilities.md:${row.line}: not proved (${state ?? 'no such test'}): ${proof.file} › ${proof.test}`,
    ];
  });
}
