import {
  type CodeAction,
  CodeActionKind,
  type CompletionItem,
  CompletionItemKind,
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type DocumentSymbol,
  MarkupKind,
  SymbolKind,
  type TextEdit,
} from 'vscode-languageserver/node';
import type { Edit } from '../lang/diagnostics.ts';
import type { Completion } from '../lang/service/completion.ts';
import type { ShownDiagnostic } from '../lang/service/diagnostics.ts';
import type { OutlineSymbol } from '../lang/service/symbols.ts';
import type { Project } from './projects.ts';
import type { Places } from './text.ts';

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  lint: DiagnosticSeverity.Information,
} as const;

/** A diagnostic as the protocol says it. */
export function toDiagnostic(shown: ShownDiagnostic, places: Places, project: Project): Diagnostic {
  const related = shown.related.flatMap(({ file, span, text }) => {
    const range = project.placesOf(file)?.rangeOf(span);
    const location = { uri: project.uriOf(file), range };
    return range === undefined ? [] : [{ location: { ...location, range }, message: text }];
  });
  return {
    range: places.rangeOf(shown.span),
    severity: severities[shown.severity],
    code: shown.code,
    source: 'ocm',
    message: shown.message,
    ...(related.length > 0 ? { relatedInformation: related } : {}),
    ...(shown.deprecated ? { tags: [DiagnosticTag.Deprecated] } : {}),
  };
}

export function toEdits(edits: readonly Edit[], places: Places): TextEdit[] {
  return edits.map(({ span, text }) => ({ range: places.rangeOf(span), newText: text }));
}

/** The fixes of a diagnostic as quick fixes of its document. */
export function toActions(
  shown: ShownDiagnostic,
  uri: string,
  places: Places,
  project: Project,
): CodeAction[] {
  return shown.fixes.map(({ title, edits }, index) => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [toDiagnostic(shown, places, project)],
    isPreferred: index === 0 && shown.fixes.length === 1,
    edit: { changes: { [uri]: toEdits(edits, places) } },
  }));
}

const completionKinds: Readonly<Record<Completion['is'], CompletionItemKind>> = {
  key: CompletionItemKind.Property,
  block: CompletionItemKind.Class,
  keyword: CompletionItemKind.Keyword,
  member: CompletionItemKind.EnumMember,
  reference: CompletionItemKind.Reference,
  value: CompletionItemKind.Variable,
  function: CompletionItemKind.Function,
  kind: CompletionItemKind.Struct,
  note: CompletionItemKind.Event,
  type: CompletionItemKind.TypeParameter,
};

/** A completion that replaces the word from `start` to `end`. */
export function toCompletion(
  { label, is, insert, detail, doc, required }: Completion,
  span: { readonly start: number; readonly end: number },
  places: Places,
): CompletionItem {
  return {
    label,
    kind: completionKinds[is],
    textEdit: { range: places.rangeOf(span), newText: insert ?? label },
    // Editors sort by this where it is there, else by the label.
    ...(required === true ? { sortText: ` ${label}` } : {}),
    ...(detail === undefined ? {} : { detail }),
    ...(doc === undefined ? {} : { documentation: { kind: MarkupKind.Markdown, value: doc } }),
  };
}

const symbolKinds: Readonly<Record<OutlineSymbol['is'], SymbolKind>> = {
  block: SymbolKind.Class,
  value: SymbolKind.Variable,
  function: SymbolKind.Function,
  type: SymbolKind.Struct,
  attribute: SymbolKind.Field,
  namespace: SymbolKind.Namespace,
  import: SymbolKind.Module,
};

export function toSymbol(line: OutlineSymbol, places: Places): DocumentSymbol {
  return {
    name: line.name,
    detail: line.detail,
    kind: symbolKinds[line.is],
    range: places.rangeOf(line.span),
    selectionRange: places.rangeOf(line.selection),
    children: line.children.map((child) => toSymbol(child, places)),
  };
}
