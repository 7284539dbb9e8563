/** What the language offers to binaries: read, compile, show what is wrong. */
export {
  type Analysis,
  analyse,
  type Compilation,
  type CompileInput,
  compile,
} from './compile.ts';
export {
  type Diagnostic,
  type DiagnosticCode,
  diagnostics,
  messageOf,
  type Severity,
  severityOf,
} from './diagnostics.ts';
export { type MappedObject, originAt, sourceMap } from './emit/source-map.ts';
export { applyEdits, formatEdits } from './format/edits.ts';
export { type Formatted, formatModule, formatText, type Kept } from './format/format.ts';
export { linesOf, type Position } from './render/lines.ts';
export { type RenderOptions, type Role, renderDiagnostics } from './render/render.ts';
export { parseModule, type SourceUnit } from './syntax/parse.ts';
export { emptyWorkspace, type SourceFile, type Workspace } from './workspace.ts';
