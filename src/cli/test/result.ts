import type { Json } from '../../base/json.ts';
import type { AtomCoverage } from '../../engine/simulate/coverage.ts';
import type { Failure, TestOutcome } from '../../engine/simulate/run.ts';
import type { IrProgram, Origin } from '../../ir/program.ts';
import { formatSingleUnit } from '../../kube/duration.ts';
import { linesOf } from '../../lang/render/lines.ts';
import type { LoadedModule } from '../program/load.ts';

/** One test that was run. */
export interface TestResult {
  readonly outcome: TestOutcome;
  readonly written: Written;
  readonly seconds: number;
}
/** The tests of one module that were run. */
export interface ModuleResult {
  readonly title: string;
  readonly tests: readonly TestResult[];
  readonly coverage: { readonly atoms: readonly AtomCoverage[]; readonly written: Written } | null;
}

/** Where something is written, and what. */
export type Written = (origin: Origin) => Place;
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** Reads places of a module from its sources. */
export function writtenIn({ files }: Pick<LoadedModule, 'files'>, program: IrProgram): Written {
  const sources = new Map(files.map(({ uri, text }) => [uri, { text, lines: linesOf(text) }]));
  return ({ file, span }) => {
    const uri = program.files[file]?.uri ?? '';
    const source = sources.get(uri);
    const start = source?.lines.positionOf(span.start) ?? { line: 1, column: 1 };
    const text = source?.text.slice(span.start, span.end) ?? '';
    return { file: uri, line: start.line, column: start.column, text: text.replace(/\s+/g, ' ') };
  };
}

/** `5m`, of a moment of a simulation. */
export function momentText(millis: number): string {
  return formatSingleUnit(BigInt(millis) * 1_000_000n);
}

/** A value as `.ocm` would show it: names without quotes. */
export function shownValue(value: Json): string {
  if (value === null) return 'missing';
  if (typeof value === 'string') return value === '' ? '""' : value;
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(shownValue).join(', ')}]`;
  return JSON.stringify(value);
}

/** A test for machines. */
export function resultJson({ outcome, written }: TestResult, { title }: ModuleResult): Json {
  const { test, ok, expectations, fuzz } = outcome;
  const { file, line } = written(test.origin);
  return {
    module: title,
    name: test.name,
    file,
    line,
    ok,
    expectations,
    failures: outcome.failures.map((failure) => failureJson(failure, written)),
    ...(fuzz !== null && {
      fuzz: {
        runs: fuzz.runs,
        seed: fuzz.seed,
        ...(fuzz.counterexample !== null && { clusters: [...fuzz.counterexample.blocks] }),
      },
    }),
  };
}

function failureJson({ origin, at, found, message }: Failure, written: Written): Json {
  const { file, line, column, text } = written(origin);
  return {
    file,
    line,
    column,
    ...(at !== null && { at: momentText(at) }),
    ...(message !== null && { message }),
    ...(found !== null && { expect: text }),
    ...(found?.part && { part: written(found.part).text }),
    ...(found?.sides && { by: found.sides.by, left: found.sides.left, right: found.sides.right }),
    reasons: [...(found?.reasons ?? [])],
  };
}
