import { basename, relative, sep } from 'node:path';
import type { Diagnostic } from '../../lang/diagnostics.ts';
import { parseModule } from '../../lang/syntax/parse.ts';
import { type ExitCode, exit, type Io } from '../io.ts';
import { reportDiagnostics } from '../program/load.ts';
import { moduleFiles, readText } from '../workspace.ts';
import { reference } from './reference.ts';

/** Prints the reference of a module; a file that cannot be read whole is shown with what is wrong instead. */
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
  io.out(
    reference(
      basename(dir),
      units.map(({ unit }) => unit),
    ),
  );
  return exit.ok;
}
