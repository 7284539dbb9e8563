import { basename, relative, sep } from 'node:path';
import { type Diagnostic, severityOf } from '../../lang/diagnostics.ts';
import { parseModule } from '../../lang/syntax/parse.ts';
import { type ExitCode, exit, type Io } from '../io.ts';
import { loadModule, reportDiagnostics } from '../program/load.ts';
import { moduleFiles, readText } from '../workspace.ts';
import { reference } from './reference.ts';

/** Prints the reference of a module; where something is wrong with it, that is shown instead. */
export function documentModule(given: readonly string[], io: Io): ExitCode {
  const { dir, root, paths } = moduleFiles(given, io.cwd);
  const files = paths.map((path) => ({
    uri: relative(root, path).split(sep).join('/'),
    text: readText(path, io.cwd),
  }));
  const units = files.map(({ uri, text }) => ({ uri, unit: parseModule(text) }));
  const diagnostics = units.flatMap(({ uri, unit }): readonly Diagnostic[] => [
    ...unit.problems.map((problem) => ({ ...problem, file: uri })),
    ...unit.chunks.flatMap(({ start, chunk }) =>
      chunk.problems.map((problem) => ({
        ...problem,
        file: uri,
        span: { start: problem.span.start + start, end: problem.span.end + start },
      })),
    ),
  ]);
  if (diagnostics.length > 0) {
    reportDiagnostics({ diagnostics, files }, io.err, io);
    return exit.no;
  }
  const wrong = loadModule(given, { param: [] }, io).diagnostics.filter(isMistake);
  if (reportDiagnostics({ diagnostics: wrong, files }, io.err, io) > 0) return exit.no;
  io.out(
    reference(
      basename(dir),
      units.map(({ unit }) => unit),
    ),
  );
  return exit.ok;
}

// A module is documented before its parameters have values and its sources are fetched.
const later: ReadonlySet<string> = new Set(['OCM2020', 'OCM2023']);

function isMistake(found: Diagnostic): boolean {
  return severityOf(found) === 'error' && !later.has(found.code);
}
