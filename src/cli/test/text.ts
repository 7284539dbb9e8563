import type { Failure } from '../../engine/simulate/run.ts';
import type { Io } from '../io.ts';
import { count } from '../terminal/count.ts';
import { printable } from '../terminal/escape.ts';
import { paint } from '../terminal/style.ts';
import { momentText, shownValue, type TestResult, type Written } from './result.ts';

/** Prints tests as they end. */
export interface TextReport {
  readonly module: (title: string) => void;
  readonly test: (result: TestResult) => void;
  readonly end: (results: readonly TestResult[]) => void;
}

/** A report for people: a line a test, and under one that fails what was found and why. */
export function startText(io: Io): TextReport {
  const style = paint(io.color.out);
  const print = (line: string) => io.out(`${line}\n`);
  return {
    module: (title) => print(style('bold', printable(title))),
    test: ({ outcome, written }) => {
      const { test, ok, expectations, fuzz } = outcome;
      const mark = ok ? style('green', 'ok  ') : style('red', 'FAIL');
      const how =
        fuzz === null
          ? count(expectations, 'expectation')
          : `${count(fuzz.runs, 'run')}, seed ${fuzz.seed}`;
      print(`  ${mark} ${printable(test.name)} ${style('dim', `(${how})`)}`);
      for (const failure of outcome.failures) {
        for (const line of failureLines(failure, written)) print(`       ${printable(line)}`);
      }
      const blocks = fuzz?.counterexample?.blocks ?? [];
      if (fuzz?.counterexample) {
        const others = test.fixture === null ? '' : ', besides its fixture';
        print(`       run ${fuzz.counterexample.run} of seed ${fuzz.seed} fails with${others}:`);
        for (const block of blocks) print(`         ${printable(block)}`);
      }
    },
    end: (results) => {
      const failed = results.filter(({ outcome }) => !outcome.ok).length;
      const passed = results.length - failed;
      const text = `${passed} passed, ${failed} failed`;
      io.err(`${failed > 0 ? paint(io.color.err)('red', text) : text}\n`);
    },
  };
}

/** What was expected, what was found, and why. */
export function failureLines(failure: Failure, written: Written): readonly string[] {
  const { origin, at, found, message } = failure;
  const { file, line, column, text } = written(origin);
  const when = at === null ? '' : ` at ${momentText(at)}`;
  const place = `${file}:${line}:${column}${when}`;
  if (found === null) return [`${place}: ${message ?? ''}`];
  const part = found.part === null ? null : written(found.part).text;
  const { sides } = found;
  return [
    `${place}: expect ${text}`,
    ...(part !== null && part !== text ? [`  of this: ${part}`] : []),
    ...(sides === null
      ? []
      : [`  left:  ${shownValue(sides.left)}`, `  right: ${shownValue(sides.right)}`]),
    ...found.reasons.map((reason) => `  ${reason}`),
  ];
}
