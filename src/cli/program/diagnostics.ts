import { messageOf, severityOf } from '../../lang/diagnostics.ts';
import { linesOf } from '../../lang/render/lines.ts';
import { count } from '../terminal/count.ts';
import type { LoadedModule } from './load.ts';

/** Diagnostics for machines: places as line and column from 1, and as offsets. */
export function diagnosticsJson({ diagnostics, files }: LoadedModule) {
  const lines = new Map(files.map(({ uri, text }) => [uri, linesOf(text)]));
  return diagnostics.map((diagnostic) => {
    const { code, file, span, help = [], fixes = [] } = diagnostic;
    const of = lines.get(file);
    return {
      code,
      severity: severityOf(diagnostic),
      message: messageOf(diagnostic),
      file,
      span,
      ...(of && { start: of.positionOf(span.start), end: of.positionOf(span.end) }),
      help,
      fixes,
    };
  });
}

/** `2 errors, 1 warning in 3 files`, or that nothing is wrong. */
export function summary({ diagnostics, files, program }: LoadedModule): string {
  const counts = { error: 0, warning: 0, lint: 0 };
  for (const diagnostic of diagnostics) counts[severityOf(diagnostic)] += 1;
  const parts = Object.entries(counts)
    .filter(([, times]) => times > 0)
    .map(([name, times]) => count(times, name));
  const where = count(files.length, 'file');
  if (parts.length > 0) return `${parts.join(', ')} in ${where}`;
  return `${where} fine: ${count(program?.decls.length ?? 0, 'declaration')}`;
}
