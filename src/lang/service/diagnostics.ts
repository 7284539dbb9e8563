import type { Span } from '../../base/span.ts';
import {
  type Diagnostic,
  type Fix,
  messageOf,
  type Secondary,
  type Severity,
  severityOf,
} from '../diagnostics.ts';
import type { Snapshot } from './snapshot.ts';

/** A diagnostic as an editor shows it. */
export interface ShownDiagnostic {
  readonly code: string;
  readonly severity: Severity;
  /** The sentence, and below it what helps. */
  readonly message: string;
  readonly span: Span;
  readonly related: readonly Secondary[];
  readonly fixes: readonly Fix[];
  /** Shown struck out. */
  readonly deprecated: boolean;
}

/** What there is to say about each file of the module, also where that is nothing. */
export function shownDiagnostics({
  diagnostics,
  names,
}: Snapshot): ReadonlyMap<string, readonly ShownDiagnostic[]> {
  const byFile = new Map<string, ShownDiagnostic[]>(names.root.files.map(({ uri }) => [uri, []]));
  for (const each of diagnostics) {
    const list = byFile.get(each.file) ?? [];
    list.push(shown(each));
    byFile.set(each.file, list);
  }
  return byFile;
}

function shown(diagnostic: Diagnostic): ShownDiagnostic {
  const { code, span, help = [], fixes = [], secondary = [] } = diagnostic;
  return {
    code,
    severity: severityOf(diagnostic),
    message: [messageOf(diagnostic), ...help.map((line) => `help: ${line}`)].join('\n'),
    span,
    related: secondary,
    fixes,
    deprecated: code === 'OCM5003',
  };
}
